/** Friendships: who they are, asking and ending. */
import { ask, befriend, listed, namesOf, remove, take } from '../support/friends.js'
import { badField, itAsksWhoCalls, itIsLimited, limitsOn, noId, problem, statusesOf } from '../support/problems.js'
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

describe('GET /friend', () => {
  describe('200', () => {
    it('tells each of the two of the other, whoever asked', async () => {
      await befriend(ann, bob)
      expect(await listed(ann, 'accepted')).toEqual([withBob('accepted', ann)])
      expect((await bob.rest.get('/friend')).body.items).toMatchObject([
        { user_id: ann.userId, display_name: 'Ann', status: 'accepted', requested_by: ann.userId },
      ])
    })

    it('tells pending requests of both, and whom one blocks oneself', async () => {
      const [carol, dave] = [await tenant.user({ display_name: 'Carol' }), await tenant.user({ display_name: 'Dave' })]
      await ask(ann, bob)
      await ask(carol, ann)
      await take(dave, ann, 'block')
      await take(ann, await tenant.user({ display_name: 'Eve' }), 'block')
      expect(await namesOf(ann, 'pending')).toEqual(['Bob', 'Carol'])
      expect(await namesOf(ann, 'blocked')).toEqual(['Eve'])
      expect(await namesOf(ann, 'accepted')).toEqual([])
    })

    it('pages by a cursor', async () => {
      for (const friend of [bob, await tenant.user(), await tenant.user()]) await befriend(friend, ann)
      const first = (await ann.rest.get('/friend?limit=2')).body
      const second = (await ann.rest.get(`/friend?limit=2&cursor=${first.next_cursor}`)).body
      expect([first.items.length, second.items.length, second.next_cursor]).toEqual([2, 1, null])
      const all = [...first.items, ...second.items].map((friend) => friend.user_id)
      expect(all).toEqual((await listed(ann, 'accepted')).map((friend) => friend.user_id))
    })
  })

  describe('400', () => {
    it('refuses a status that there is not, a bad limit and a bad cursor', async () => {
      expect(await ann.rest.get('/friend?status=none')).toMatchObject(badField('status'))
      expect(await ann.rest.get('/friend?limit=0')).toMatchObject(badField('limit'))
      expect(await ann.rest.get('/friend?cursor=x')).toMatchObject(problem(400, 'invalid_cursor'))
    })
  })

  describe('401', () => {
    itAsksWhoCalls(running, (caller) => caller.get('/friend'))
  })

  describe('403', () => {
    itIsForPeople((caller) => caller.get('/friend'))
  })

  describe('429', () => {
    itIsLimited(running, (caller) => caller.get('/friend'))
  })
})

describe('POST /friend', () => {
  describe('201', () => {
    it('asks', async () => {
      expect(await ask(ann, bob)).toMatchObject({ status: 201, body: withBob('pending', ann) })
      expect(await namesOf(bob, 'pending')).toEqual(['Ann'])
    })
  })

  describe('200', () => {
    it('asks nothing twice', async () => {
      const { body } = await ask(ann, bob)
      expect(await ask(ann, bob)).toMatchObject({ status: 200, body })
    })

    it('agrees with who has asked', async () => {
      await ask(bob, ann)
      expect(await ask(ann, bob)).toMatchObject({ status: 200, body: withBob('accepted', bob) })
      expect(await ask(ann, bob)).toMatchObject({ status: 200, body: withBob('accepted', bob) })
    })

    it('makes one friendship of two requests that cross, fifty times', async () => {
      for (let round = 0; round < 50; round++) {
        const answers = await Promise.all([ask(ann, bob), ask(bob, ann)])
        expect(statusesOf(answers)).toEqual([200, 201])
        expect([await listed(ann, 'accepted'), await listed(ann, 'pending')]).toMatchObject([[{}], []])
        await remove(ann, bob)
      }
    })

    it('makes one request of what is asked many times at once', async () => {
      const answers = await Promise.all(Array.from({ length: 8 }, () => ask(ann, bob)))
      expect(statusesOf(answers)).toEqual([...Array(7).fill(200), 201])
    })
  })

  describe('400', () => {
    it('wants somebody, and somebody else', async () => {
      expect(await ann.rest.post('/friend', {})).toMatchObject(badField('friend_id'))
      expect(await ann.rest.post('/friend', { friend_id: 'bob' })).toMatchObject(badField('friend_id'))
      expect(await ask(ann, ann)).toMatchObject(badField('friend_id'))
    })
  })

  describe('401', () => {
    itAsksWhoCalls(running, (caller) => caller.post('/friend', { friend_id: noId() }))
  })

  describe('403', () => {
    itIsForPeople((caller) => caller.post('/friend', { friend_id: bob.userId }))

    it('is refused to who is blocked', async () => {
      await take(bob, ann, 'block')
      expect(await ask(ann, bob)).toMatchObject(problem(403, 'blocked'))
      expect(await namesOf(bob, 'pending')).toEqual([])
    })
  })

  describe('404', () => {
    itKnowsOnlyUsers((by, friend_id) => by.rest.post('/friend', { friend_id }))

    it.each(['not_active', 'delete'])('asks nobody who is locked: %s', async (status) => {
      await tenant.backend.patch(`/user/${bob.userId}`, { status })
      expect(await ask(ann, bob)).toMatchObject(problem(404, 'user_not_found'))
    })
  })

  describe('409', () => {
    it('wants whom one blocks to be unblocked first, even if they block too', async () => {
      await take(bob, ann, 'block')
      await take(ann, bob, 'block')
      expect(await ask(ann, bob)).toMatchObject(problem(409, 'friend_blocked'))
      await take(ann, bob, 'unblock')
      expect(await ask(ann, bob)).toMatchObject(problem(403, 'blocked'))
    })
  })

  describe('429', () => {
    itIsLimited(running, (caller) => caller.post('/friend', { friend_id: noId() }))
  })
})

describe('DELETE /friend/:user_id', () => {
  describe('204', () => {
    it.each([
      ['a friendship', () => befriend(bob, ann)],
      ['a request of one’s own', () => ask(ann, bob)],
      ['a request of theirs', () => ask(bob, ann)],
    ])('ends %s', async (_, before) => {
      await before()
      expect(await remove(ann, bob)).toMatchObject({ status: 204, body: '' })
      for (const status of ['accepted', 'pending']) {
        expect([await listed(ann, status), await listed(bob, status)]).toEqual([[], []])
      }
    })
  })

  describe('400', () => {
    it('wants a UUID, and somebody else', async () => {
      expect(await ann.rest.delete('/friend/bob')).toMatchObject(badField('user_id'))
      expect(await remove(ann, ann)).toMatchObject(badField('user_id'))
    })
  })

  describe('401', () => {
    itAsksWhoCalls(running, (caller) => caller.delete(`/friend/${noId()}`))
  })

  describe('403', () => {
    itIsForPeople((caller) => caller.delete(`/friend/${bob.userId}`))
  })

  describe('404', () => {
    itKnowsOnlyUsers((by, id) => by.rest.delete(`/friend/${id}`))

    it('has nothing to end between strangers, nor a block', async () => {
      expect(await remove(ann, bob)).toMatchObject(problem(404, 'friend_not_found'))
      await take(ann, bob, 'block')
      expect(await remove(ann, bob)).toMatchObject(problem(404, 'friend_not_found'))
      expect(await namesOf(ann, 'blocked')).toEqual(['Bob'])
    })
  })

  describe('429', () => {
    itIsLimited(running, (caller) => caller.delete(`/friend/${noId()}`))
  })
})
