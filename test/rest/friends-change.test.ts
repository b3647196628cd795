/** Friendships: what one makes of a request, and of a person. */
import { rowsOf } from '../support/database.js'
import { ask, befriend, listed, namesOf, take } from '../support/friends.js'
import { badField, itAsksWhoCalls, itIsLimited, limitsOn, noId, problem } from '../support/problems.js'
import type { Answer } from '../support/rest.js'
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'

let service: Service
let tenant: TestTenant
let ann: TestUser
let bob: TestUser
const running = () => service

beforeAll(async () => {
  service = await startService(limitsOn)
  tenant = await service.tenant()
})
beforeEach(async () => {
  ann = await tenant.user({ display_name: 'Ann', img_url: 'https://x.example/a.png' })
  bob = await tenant.user({ display_name: 'Bob', img_url: 'https://x.example/b.png' })
})
afterAll(() => service.stop())

const withBob = (status: string, by: TestUser | null) => ({
  user_id: bob.userId,
  status,
  requested_by: by?.userId ?? null,
  display_name: 'Bob',
  img_url: 'https://x.example/b.png',
  created_at: by ? expect.stringMatching(/Z$/) : null,
})
const stranger = async (): Promise<string> => (await (await service.tenant()).user()).userId

/** 404 of everything that is done to one user. */
function itKnowsOnlyUsers(call: (by: TestUser, userId: string) => Promise<Answer>): void {
  it('knows only users of the tenant', async () => {
    for (const id of [noId(), await stranger()])
      expect(await call(ann, id)).toMatchObject(problem(404, 'user_not_found'))
  })
}

/** 403 of everything that only a person does. */
function itIsForPeople(call: (caller: TestTenant['backend']) => Promise<Answer>): void {
  it('is nothing that the backend can do', async () => {
    expect(await call(tenant.backend)).toMatchObject(problem(403, 'user_required'))
  })
}

describe('POST /friend/:user_id/accept', () => {
  describe('200', () => {
    it('makes friends of two, and may be repeated', async () => {
      await ask(bob, ann)
      const { status, body } = await take(ann, bob, 'accept')
      expect({ status, body }).toEqual({ status: 200, body: withBob('accepted', bob) })
      expect(await take(ann, bob, 'accept')).toMatchObject({ status, body })
    })
  })

  describe('400', () => {
    it('wants a UUID, somebody else, and no fields', async () => {
      expect(await ann.rest.post('/friend/bob/accept')).toMatchObject(badField('user_id'))
      expect(await take(ann, ann, 'accept')).toMatchObject(badField('user_id'))
      const answer = await ann.rest.post(`/friend/${bob.userId}/accept`, { status: 'accepted' })
      expect(answer).toMatchObject(badField('status'))
    })
  })

  describe('401', () => {
    itAsksWhoCalls(running, (caller) => caller.post(`/friend/${noId()}/accept`))
  })

  describe('403', () => {
    itIsForPeople((caller) => caller.post(`/friend/${bob.userId}/accept`))
  })

  describe('404', () => {
    itKnowsOnlyUsers((by, id) => by.rest.post(`/friend/${id}/accept`))

    it('accepts nothing that nobody asked, least of all what one asked oneself', async () => {
      expect(await take(ann, bob, 'accept')).toMatchObject(problem(404, 'friend_not_found'))
      await ask(ann, bob)
      expect(await take(ann, bob, 'accept')).toMatchObject(problem(404, 'friend_not_found'))
      expect(await namesOf(ann, 'accepted')).toEqual([])
    })
  })

  describe('429', () => {
    itIsLimited(running, (caller) => caller.post(`/friend/${noId()}/accept`))
  })
})

describe('POST /friend/:user_id/refuse', () => {
  describe('200', () => {
    it('leaves nothing of the request, and lets it be asked again', async () => {
      await ask(bob, ann)
      expect(await take(ann, bob, 'refuse')).toMatchObject({ status: 200, body: withBob('none', null) })
      expect([await listed(ann, 'pending'), await listed(bob, 'pending')]).toEqual([[], []])
      expect((await ask(bob, ann)).status).toBe(201)
    })
  })

  describe('400', () => {
    it('wants a UUID, and somebody else', async () => {
      expect(await ann.rest.post('/friend/bob/refuse')).toMatchObject(badField('user_id'))
      expect(await take(ann, ann, 'refuse')).toMatchObject(badField('user_id'))
    })
  })

  describe('401', () => {
    itAsksWhoCalls(running, (caller) => caller.post(`/friend/${noId()}/refuse`))
  })

  describe('403', () => {
    itIsForPeople((caller) => caller.post(`/friend/${bob.userId}/refuse`))
  })

  describe('404', () => {
    itKnowsOnlyUsers((by, id) => by.rest.post(`/friend/${id}/refuse`))

    it('refuses no friend, and nothing that one asked oneself', async () => {
      await ask(ann, bob)
      expect(await take(ann, bob, 'refuse')).toMatchObject(problem(404, 'friend_not_found'))
      await take(bob, ann, 'accept')
      expect(await take(ann, bob, 'refuse')).toMatchObject(problem(404, 'friend_not_found'))
      expect(await namesOf(ann, 'accepted')).toEqual(['Bob'])
    })
  })

  describe('429', () => {
    itIsLimited(running, (caller) => caller.post(`/friend/${noId()}/refuse`))
  })
})

describe('POST /friend/:user_id/block', () => {
  describe('200', () => {
    it.each([
      ['a friendship', () => befriend(ann, bob)],
      ['a request of one’s own', () => ask(ann, bob)],
      ['a request of theirs', () => ask(bob, ann)],
    ])('ends %s, and is remembered on one side', async (_, before) => {
      await before()
      expect(await take(ann, bob, 'block')).toMatchObject({ status: 200, body: withBob('blocked', ann) })
      expect(await namesOf(ann, 'blocked')).toEqual(['Bob'])
      for (const status of ['accepted', 'pending']) {
        expect([await listed(ann, status), await listed(bob, status)]).toEqual([[], []])
      }
      expect(await listed(bob, 'blocked')).toEqual([])
    })

    it('may be repeated, also by both', async () => {
      const { body } = await take(ann, bob, 'block')
      expect(await take(ann, bob, 'block')).toMatchObject({ status: 200, body })
      await take(bob, ann, 'block')
      await take(bob, ann, 'unblock')
      expect(await namesOf(ann, 'blocked')).toEqual(['Bob'])
      const sql = 'SELECT user_id FROM tb_friendships WHERE friend_id = $1'
      expect(await rowsOf(service.databaseUrl, sql, [bob.userId])).toEqual([{ user_id: ann.userId }])
    })
  })

  describe('400', () => {
    it('wants a UUID, and somebody else', async () => {
      expect(await ann.rest.post('/friend/bob/block')).toMatchObject(badField('user_id'))
      expect(await take(ann, ann, 'block')).toMatchObject(badField('user_id'))
    })
  })

  describe('401', () => {
    itAsksWhoCalls(running, (caller) => caller.post(`/friend/${noId()}/block`))
  })

  describe('403', () => {
    itIsForPeople((caller) => caller.post(`/friend/${bob.userId}/block`))
  })

  describe('404', () => {
    itKnowsOnlyUsers((by, id) => by.rest.post(`/friend/${id}/block`))
  })

  describe('429', () => {
    itIsLimited(running, (caller) => caller.post(`/friend/${noId()}/block`))
  })
})

describe('POST /friend/:user_id/unblock', () => {
  describe('200', () => {
    it('leaves nothing, and lets both ask again', async () => {
      await befriend(ann, bob)
      await take(ann, bob, 'block')
      expect(await take(ann, bob, 'unblock')).toMatchObject({ status: 200, body: withBob('none', null) })
      expect(await namesOf(ann, 'accepted')).toEqual([])
      expect((await ask(bob, ann)).status).toBe(201)
    })

    it('changes nothing where nothing is blocked, or by the other one', async () => {
      await befriend(ann, bob)
      expect(await take(ann, bob, 'unblock')).toMatchObject({ status: 200, body: withBob('accepted', ann) })
      await take(bob, ann, 'block')
      expect(await take(ann, bob, 'unblock')).toMatchObject({ status: 200, body: withBob('none', null) })
      expect(await ask(ann, bob)).toMatchObject(problem(403, 'blocked'))
    })
  })

  describe('400', () => {
    it('wants a UUID, and somebody else', async () => {
      expect(await ann.rest.post('/friend/bob/unblock')).toMatchObject(badField('user_id'))
      expect(await take(ann, ann, 'unblock')).toMatchObject(badField('user_id'))
    })
  })

  describe('401', () => {
    itAsksWhoCalls(running, (caller) => caller.post(`/friend/${noId()}/unblock`))
  })

  describe('403', () => {
    itIsForPeople((caller) => caller.post(`/friend/${bob.userId}/unblock`))
  })

  describe('404', () => {
    itKnowsOnlyUsers((by, id) => by.rest.post(`/friend/${id}/unblock`))
  })

  describe('429', () => {
    itIsLimited(running, (caller) => caller.post(`/friend/${noId()}/unblock`))
  })
})
