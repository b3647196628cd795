/** Members: how one joins and leaves by oneself. */
import { badField, itAsksWhoCalls, itIsLimited, limitsOn, noId, problem, statusesOf } from '../support/problems.js'
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'

let service: Service
let tenant: TestTenant
let ann: TestUser
let bob: TestUser
let carol: TestUser
const running = () => service

beforeAll(async () => {
  service = await startService(limitsOn)
})
beforeEach(async () => {
  tenant = await service.tenant()
  ann = await tenant.user({ display_name: 'Ann' })
  bob = await tenant.user({ display_name: 'Bob' })
  carol = await tenant.user({ display_name: 'Carol' })
})
afterAll(() => service.stop())

const join = ({ rest }: TestUser, room: string) => rest.post(`/room/${room}/join`)
const leave = ({ rest }: TestUser, room: string) => rest.post(`/room/${room}/leave`)
const members = async (room: string): Promise<string[]> =>
  (await tenant.backend.get(`/room/${room}/member`)).body.items.map(
    (one: any) => `${one.display_name} ${one.room_role}`,
  )
const roomsOf = async ({ rest }: TestUser) => (await rest.get('/room')).body.items.map((room: any) => room.room_id)

describe('POST /room/:room_id/join', () => {
  describe('201', () => {
    it('makes a member of whoever has the id of an open room', async () => {
      const room = await tenant.room([ann])
      const { status, body } = await join(bob, room)
      expect(status).toBe(201)
      expect(body).toMatchObject({ user_id: bob.userId, display_name: 'Bob', room_role: 'member' })
      expect(await members(room)).toEqual(['Ann owner', 'Bob member'])
      expect(await roomsOf(bob)).toEqual([room])
    })

    it('counts what was said before as read', async () => {
      const room = await tenant.room([ann])
      await ann.send(room, 'before')
      expect((await join(bob, room)).body.last_read_seq).toBe(1)
      expect((await bob.rest.get(`/room/${room}`)).body.unread).toBe(0)
    })
  })

  describe('200', () => {
    it('leaves as they are those who are members already', async () => {
      const room = await tenant.room([ann, bob], { access: 'invite' })
      for (const [user, room_role] of [
        [ann, 'owner'],
        [bob, 'member'],
      ] as const) {
        expect(await join(user, room)).toMatchObject({ status: 200, body: { user_id: user.userId, room_role } })
      }
      expect((await ann.rest.get(`/room/${room}`)).body.member_count).toBe(2)
    })

    it('makes one member of who joins many times at once', async () => {
      const room = await tenant.room([ann])
      const answers = await Promise.all(Array.from({ length: 8 }, () => join(bob, room)))
      expect(statusesOf(answers)).toEqual([...Array(7).fill(200), 201])
      expect((await ann.rest.get(`/room/${room}`)).body.member_count).toBe(2)
    })
  })

  describe('400', () => {
    it('wants a UUID, and no fields', async () => {
      expect(await join(bob, 'general')).toMatchObject(badField('room_id'))
      const room = await tenant.room([ann])
      const answer = await bob.rest.post(`/room/${room}/join`, { room_role: 'owner' })
      expect(answer).toMatchObject(badField('room_role'))
      expect(await members(room)).toEqual(['Ann owner'])
    })
  })

  describe('401', () => {
    itAsksWhoCalls(running, (caller) => caller.post(`/room/${noId()}/join`))
  })

  describe('403', () => {
    it('bars who was removed', async () => {
      const room = await tenant.room([ann, bob])
      await ann.rest.delete(`/room/${room}/member/${bob.userId}`)
      expect(await join(bob, room)).toMatchObject(problem(403, 'removed'))
    })

    it('is nothing that the backend can do', async () => {
      const answer = await tenant.backend.post(`/room/${await tenant.room([ann])}/join`)
      expect(answer).toMatchObject(problem(403, 'user_required'))
    })
  })

  describe('404', () => {
    it('hides rooms by invitation and of other tenants, like what never was', async () => {
      const invite = await tenant.room([ann], { access: 'invite' })
      const { room_id: private_ } = (await ann.rest.post('/room', { type: 'private', member_ids: [carol.userId] })).body
      const foreign = await (await service.tenant()).room([])
      const answers = await Promise.all([noId(), invite, private_, foreign].map((room) => join(bob, room)))
      const [never, ...hidden] = answers.map(({ status, body: { request_id: _, ...body } }) => ({ status, body }))
      expect(never).toMatchObject({ status: 404, body: { code: 'room_not_found' } })
      for (const answer of hidden) expect(answer).toEqual(never)
    })
  })

  describe('429', () => {
    itIsLimited(running, (caller) => caller.post(`/room/${noId()}/join`))
  })
})

describe('POST /room/:room_id/leave', () => {
  describe('204', () => {
    it('ends the membership, and bars nobody', async () => {
      const room = await tenant.room([ann, bob])
      expect(await leave(bob, room)).toMatchObject({ status: 204, body: '' })
      expect(await members(room)).toEqual(['Ann owner'])
      expect((await ann.rest.get(`/room/${room}`)).body.member_count).toBe(1)
      expect(await roomsOf(bob)).toEqual([])
      expect((await join(bob, room)).status).toBe(201)
    })

    it('hands an owner’s room over to the eldest moderator', async () => {
      const room = await tenant.room([ann, bob])
      await ann.rest.post(`/room/${room}/member`, { user_ids: [carol.userId], room_role: 'moderator' })
      await leave(ann, room)
      expect(await members(room)).toEqual(['Bob member', 'Carol owner'])
    })

    it('…else to the eldest member', async () => {
      const room = await tenant.room([ann])
      await join(carol, room)
      await join(bob, room)
      await leave(ann, room)
      expect(await members(room)).toEqual(['Bob member', 'Carol owner'])
    })

    it('leaves the room of the last one standing, without an owner', async () => {
      const room = await tenant.room([ann])
      await leave(ann, room)
      expect(await tenant.backend.get(`/room/${room}`)).toMatchObject({ status: 200, body: { member_count: 0 } })
    })

    it('hides a private room until the next message', async () => {
      const { room_id } = (await ann.rest.post('/room', { type: 'private', member_ids: [bob.userId] })).body
      await ann.send(room_id, 'Hi')
      expect((await leave(bob, room_id)).status).toBe(204)
      expect(await roomsOf(bob)).toEqual([])
      expect(await roomsOf(ann)).toEqual([room_id])
      await ann.send(room_id, 'Are you there?')
      expect(await roomsOf(bob)).toEqual([room_id])
    })

    it('…or until one asks for it again, which one’s sockets hear, and nobody else’s', async () => {
      const { room_id } = (await ann.rest.post('/room', { type: 'private', member_ids: [bob.userId] })).body
      const [anns, bobs] = [await ann.socket(), await bob.socket()]
      await leave(bob, room_id)
      await bobs.next('room_removed')
      for (const _ of [1, 2]) await bob.rest.post('/room', { type: 'private', member_ids: [ann.userId] })
      expect(await bobs.next('room_added')).toMatchObject([{ room: { room_id, type: 'private' } }])
      expect(await roomsOf(bob)).toEqual([room_id])
      const later = await tenant.room([ann, bob])
      for (const socket of [anns, bobs]) await socket.next('room_added', socket === bobs ? 2 : 1)
      expect(anns.payloads('room_added')).toMatchObject([{ room: { room_id: later } }])
      expect(bobs.payloads('room_added')).toMatchObject([{ room: { room_id } }, { room: { room_id: later } }])
    })
  })

  describe('400', () => {
    it('wants a UUID', async () => {
      expect(await leave(bob, 'general')).toMatchObject(badField('room_id'))
    })
  })

  describe('401', () => {
    itAsksWhoCalls(running, (caller) => caller.post(`/room/${noId()}/leave`))
  })

  describe('403', () => {
    it('is refused to who is not a member, or no longer', async () => {
      const room = await tenant.room([ann, bob])
      expect(await leave(carol, room)).toMatchObject(problem(403, 'not_a_member'))
      await leave(bob, room)
      expect(await leave(bob, room)).toMatchObject(problem(403, 'not_a_member'))
    })

    it('is nothing that the backend can do', async () => {
      const answer = await tenant.backend.post(`/room/${await tenant.room([ann])}/leave`)
      expect(answer).toMatchObject(problem(403, 'user_required'))
    })
  })

  describe('404', () => {
    it('hides rooms that one may not see', async () => {
      for (const room of [noId(), await tenant.room([ann], { access: 'invite' })]) {
        expect(await leave(bob, room)).toMatchObject(problem(404, 'room_not_found'))
      }
    })
  })

  describe('429', () => {
    itIsLimited(running, (caller) => caller.post(`/room/${noId()}/leave`))
  })
})
