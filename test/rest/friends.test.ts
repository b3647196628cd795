/** Friendships: asking, agreeing, ending. */
import type { Answer } from '../support/rest.js'
import { rowsOf } from '../support/database.js'
import { badField, itAsksWhoCalls, itIsLimited, limitsOn, noId, problem, statusesOf } from '../support/problems.js'
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

const ask = (by: TestUser, whom: TestUser): Promise<Answer> => by.rest.post('/friend', { friend_id: whom.userId })
const take = (by: TestUser, whom: TestUser, verb: string): Promise<Answer> =>
  by.rest.post(`/friend/${whom.userId}/${verb}`)
const remove = (by: TestUser, whom: TestUser): Promise<Answer> => by.rest.delete(`/friend/${whom.userId}`)
const listed = async (of: TestUser, status: string): Promise<any[]> =>
  (await of.rest.get(`/friend?status=${status}`)).body.items
const namesOf = async (of: TestUser, status: string): Promise<string[]> =>
  (await listed(of, status)).map((friend) => friend.display_name)
const befriend = async (a: TestUser, b: TestUser): Promise<void> => {
  await ask(a, b)
  await take(b, a, 'accept')
}
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
