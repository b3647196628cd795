/** Rooms: how they are made and found. */
import {
  badField,
  countOf,
  itAsksWhoCalls,
  itIsLimited,
  limitsOn,
  noId,
  problem,
  statusesOf,
} from '../support/problems.js'
import type { Rest } from '../support/rest.js'
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'

let service: Service
let tenant: TestTenant
let ann: TestUser
let bob: TestUser
const running = () => service

beforeAll(async () => {
  service = await startService(limitsOn)
})
beforeEach(async () => {
  tenant = await service.tenant()
  ann = await tenant.user({ display_name: 'Ann' })
  bob = await tenant.user({ display_name: 'Bob' })
})
afterAll(() => service.stop())

const rolesIn = async (room: string) => {
  const { items } = (await tenant.backend.get(`/room/${room}/member`)).body
  return Object.fromEntries(items.map((member: any) => [member.user_id, member.room_role]))
}

describe('POST /room', () => {
  describe('201', () => {
    it('makes an open group, whose maker owns it', async () => {
      const { status, body } = await ann.rest.post('/room', {})
      expect(status).toBe(201)
      expect(body).toEqual({
        room_id: expect.stringMatching(/^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[\da-f]{4}-[\da-f]{12}$/),
        type: 'group',
        is_group: true,
        access: 'open',
        name: null,
        img_url: null,
        created_by: ann.userId,
        created_at: expect.stringMatching(/Z$/),
        archived: false,
        last_seq: 0,
        last_rev: 0,
        first_seq: 1,
        member_count: 1,
        slow_mode_s: 0,
        metadata: null,
        last_message: null,
        unread: 0,
        can: expect.arrayContaining(['message.send', 'room.delete', 'member.add']),
      })
      expect(await rolesIn(body.room_id)).toEqual({ [ann.userId]: 'owner' })
    })

    it('keeps all that is said of it', async () => {
      const fields = { name: 'R&D 🚀', access: 'invite', img_url: 'https://x.example/r.png', metadata: { a: [1] } }
      const { body } = await ann.rest.post('/room', { ...fields, type: 'group' })
      expect(body).toMatchObject(fields)
      expect((await ann.rest.get(`/room/${body.room_id}`)).body).toEqual(body)
    })

    it('has the members that are named, the maker once', async () => {
      const { body } = await ann.rest.post('/room', { member_ids: [bob.userId.toUpperCase(), ann.userId] })
      expect(body.member_count).toBe(2)
      expect(await rolesIn(body.room_id)).toEqual({ [ann.userId]: 'owner', [bob.userId]: 'member' })
    })

    it('is made by the backend in a user’s name, or in nobody’s', async () => {
      const theirs = await tenant.backend.post('/room', { created_by: ann.userId, member_ids: [bob.userId] })
      expect(theirs.body).toMatchObject({ created_by: ann.userId, member_count: 2 })
      expect(await rolesIn(theirs.body.room_id)).toMatchObject({ [ann.userId]: 'owner' })
      const nobodys = await tenant.backend.post('/room', { member_ids: [bob.userId] })
      expect(nobodys.body).toMatchObject({ created_by: null, member_count: 1 })
    })

    it('is private for two people: no group, and by invitation whatever is said', async () => {
      const { status, body } = await ann.rest.post('/room', {
        type: 'private',
        access: 'open',
        member_ids: [bob.userId],
      })
      expect(status).toBe(201)
      expect(body).toMatchObject({ type: 'private', is_group: false, access: 'invite', member_count: 2 })
    })
  })

  describe('200', () => {
    it('answers the private room that the two have, whoever of them asks', async () => {
      const first = await ann.rest.post('/room', { type: 'private', member_ids: [bob.userId] })
      const second = await bob.rest.post('/room', { type: 'private', member_ids: [ann.userId] })
      const third = await tenant.backend.post('/room', {
        type: 'private',
        created_by: bob.userId,
        member_ids: [ann.userId],
      })
      expect([first.status, second.status, third.status]).toEqual([201, 200, 200])
      expect([second.body.room_id, third.body.room_id]).toEqual([first.body.room_id, first.body.room_id])
    })

    it('makes one private room when both ask at once', async () => {
      const asks = [ann, bob, ann, bob].map(({ rest }, at) =>
        rest.post('/room', { type: 'private', member_ids: [at % 2 ? ann.userId : bob.userId] }),
      )
      const answers = await Promise.all(asks)
      expect(statusesOf(answers)).toEqual([200, 200, 200, 201])
      expect(new Set(answers.map(({ body }) => body.room_id)).size).toBe(1)
    })
  })

  describe('400', () => {
    it.each([
      ['a name of 201 characters', 'name', { name: 'x'.repeat(201) }],
      ['a livestream, which a thread makes', 'type', { type: 'livestream' }],
      ['an access that there is not', 'access', { access: 'public' }],
      ['a link that is none', 'img_url', { img_url: '/r.png' }],
      ['an id that is no UUID', 'member_ids', { member_ids: ['bob'] }],
      ['an id for a list of them', 'member_ids', { member_ids: noId() }],
      ['the same member twice', 'member_ids', { member_ids: Array(2).fill('019a9f40-11a2-7e0b-a7c3-5b0f7f3e9d31') }],
      ['1,001 members', 'member_ids', { member_ids: Array.from({ length: 1001 }, noId) }],
      ['metadata beyond 4 KiB', 'metadata', { metadata: 'x'.repeat(4095) }],
      ['a field that there is not', 'owner_id', { owner_id: noId() }],
    ])('refuses %s, and makes none', async (_, field, body) => {
      expect(await ann.rest.post('/room', body)).toMatchObject(badField(field))
      expect(await countOf(tenant, 'tb_chat_rooms')).toBe(0)
    })

    it('makes a private room of two: not of one, not of three, not with oneself', async () => {
      const carol = await tenant.user()
      for (const member_ids of [undefined, [], [bob.userId, carol.userId], [ann.userId]]) {
        const answer = await ann.rest.post('/room', { type: 'private', member_ids })
        expect(answer).toMatchObject(badField('member_ids'))
      }
      expect(await countOf(tenant, 'tb_chat_rooms')).toBe(0)
    })

    it('asks the backend whose private room it is', async () => {
      const answer = await tenant.backend.post('/room', { type: 'private', member_ids: [bob.userId] })
      expect(answer).toMatchObject(badField('created_by'))
    })
  })

  describe('401', () => {
    itAsksWhoCalls(running, (caller) => caller.post('/room', {}))
  })

  describe('403', () => {
    it('lets nobody make rooms in another’s name', async () => {
      const admin = await tenant.user({ role: 'admin' })
      for (const { rest } of [ann, admin]) {
        expect(await rest.post('/room', { created_by: bob.userId })).toMatchObject(problem(403, 'forbidden'))
      }
      expect(await countOf(tenant, 'tb_chat_rooms')).toBe(0)
    })
  })

  describe('404', () => {
    it('makes no room with a member, an owner or a partner who is no user of the tenant', async () => {
      const stranger = await (await service.tenant()).user()
      for (const id of [noId(), stranger.userId]) {
        for (const answer of [
          await ann.rest.post('/room', { member_ids: [bob.userId, id] }),
          await ann.rest.post('/room', { type: 'private', member_ids: [id] }),
          await tenant.backend.post('/room', { created_by: id }),
        ]) {
          expect(answer).toMatchObject(problem(404, 'user_not_found'))
        }
      }
      expect(await countOf(tenant, 'tb_chat_rooms')).toBe(0)
    })
  })

  describe('429', () => {
    itIsLimited(running, (caller) => caller.post('/room', {}))
  })
})

const names = ({ body }: { body: any }) => body.items.map((room: any) => room.name)

describe('GET /room', () => {
  describe('200', () => {
    it('lists my rooms, those first in which something was said last', async () => {
      const [one, two] = [await tenant.room([ann], { name: 'one' }), await tenant.room([ann, bob], { name: 'two' })]
      await tenant.room([bob], { name: 'not mine' })
      expect(names(await ann.rest.get('/room'))).toEqual(['two', 'one'])
      await ann.send(one, 'Hi')
      const { status, body } = await ann.rest.get('/room')
      expect(status).toBe(200)
      expect(body.items.map((room: any) => room.room_id)).toEqual([one, two])
      expect(body.next_cursor).toBeNull()
    })

    it('says what was said last, and how much of it is unread', async () => {
      const room = await tenant.room([ann, bob])
      await ann.send(room, 'one')
      const last = await ann.send(room, 'two')
      const [seenByBob] = (await bob.rest.get('/room')).body.items
      const [seenByAnn] = (await ann.rest.get('/room')).body.items
      expect(seenByBob).toMatchObject({ last_seq: 2, last_message: last, unread: 2 })
      expect(seenByAnn).toMatchObject({ last_seq: 2, last_message: last, unread: 0 })
      expect(seenByAnn.can).toContain('room.delete')
      expect(seenByBob.can).not.toContain('room.delete')
    })

    it('pages through them, each of them once', async () => {
      const made = ['a', 'b', 'c', 'd', 'e']
      for (const name of made) await tenant.room([ann], { name })
      const seen: string[] = []
      for (let next = '/room?limit=2'; next;) {
        const page = await ann.rest.get(next)
        seen.push(...names(page))
        next = page.body.next_cursor && `/room?limit=2&cursor=${page.body.next_cursor}`
      }
      expect(seen).toEqual(made.reverse())
    })

    it('finds rooms by a part of their name, as it is written and in whatever case, or by their id', async () => {
      const one = await tenant.room([ann], { name: 'Team 100%' })
      const two = await tenant.room([ann, bob], { name: 'team_1000' })
      await tenant.room([bob], { name: 'Team of others' })
      const found = async (caller: Rest, q: string): Promise<string[]> =>
        names(await caller.get(`/room?q=${encodeURIComponent(q)}`))
      expect(await found(ann.rest, 'TEAM')).toEqual(['team_1000', 'Team 100%'])
      expect(await found(ann.rest, '100%')).toEqual(['Team 100%'])
      expect(await found(ann.rest, 'm_')).toEqual(['team_1000'])
      expect(await found(bob.rest, one)).toEqual([])
      expect(await found(bob.rest, two)).toEqual(['team_1000'])
      expect(await found(tenant.backend, 'team')).toEqual(['Team of others', 'team_1000', 'Team 100%'])
      expect(await found((await service.tenant()).backend, one)).toEqual([])
      const { body } = await ann.rest.get('/room?q=team&limit=1')
      expect(names(await ann.rest.get(`/room?q=team&limit=1&cursor=${body.next_cursor}`))).toEqual(['Team 100%'])
    })

    it('lists the backend all rooms of its tenant, and none of another', async () => {
      await tenant.room([ann], { name: 'Ann’s' })
      await tenant.room([], { name: 'nobody’s' })
      expect(names(await tenant.backend.get('/room'))).toEqual(['nobody’s', 'Ann’s'])
      expect(names(await (await service.tenant()).backend.get('/room'))).toEqual([])
    })
  })

  describe('400', () => {
    it.each([
      ['a limit below zero', 'limit', 'limit=-1'],
      ['to look for nothing', 'q', 'q='],
      ['a parameter that there is not', 'type', 'type=group'],
    ])('refuses %s', async (_, field, query) => {
      expect(await ann.rest.get(`/room?${query}`)).toMatchObject(badField(field))
    })

    it('refuses a cursor that is none of ours', async () => {
      expect(await ann.rest.get('/room?cursor=x')).toMatchObject(problem(400, 'invalid_cursor'))
    })
  })

  describe('401', () => {
    itAsksWhoCalls(running, (caller) => caller.get('/room'))
  })

  describe('403', () => {
    it('is refused to who is locked', async () => {
      await tenant.backend.delete(`/user/${ann.userId}`)
      expect(await ann.rest.get('/room')).toMatchObject(problem(403, 'user_locked'))
    })
  })

  describe('429', () => {
    itIsLimited(running, (caller) => caller.get('/room'))
  })
})
