/** How far people have read, and what they have not. */
import { rowsOf } from '../support/database.js'
import { take } from '../support/friends.js'
import { badField, itAsksWhoCalls, itIsLimited, limitsOn, noId, problem } from '../support/problems.js'
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'

let service: Service
let tenant: TestTenant
let ann: TestUser
let bob: TestUser
let room: string
const running = () => service

beforeAll(async () => {
  service = await startService({ ...limitsOn, READ_ROOM_MAX: '3' })
  tenant = await service.tenant()
  ann = await tenant.user()
  bob = await tenant.user()
})
beforeEach(async () => {
  room = await tenant.room([ann, bob])
})
afterAll(() => service.stop())

const read = (who: TestUser, seq: number, roomId = room) => who.rest.post(`/room/${roomId}/read`, { seq })
const unread = async (who: TestUser) => (await who.rest.get('/room/unread')).body
const unreadHere = async (who: TestUser): Promise<number> => {
  const here = (await who.rest.get(`/room/${room}`)).body.unread
  const listed = (await who.rest.get('/room')).body.items.find(({ room_id }: any) => room_id === room).unread
  const total = (await unread(who)).rooms.find(({ room_id }: any) => room_id === room)?.unread ?? 0
  expect([listed, total]).toEqual([here, here])
  return here
}
const say = async (who: TestUser, count: number) => {
  const messages: any[] = []
  for (let n = 0; n < count; n++) messages.push(await who.send(room, `message ${n}`))
  return messages
}

describe('POST /room/:room_id/read', () => {
  describe('200', () => {
    it('says how far the caller has read, and what is left', async () => {
      await say(bob, 3)
      const { status, body } = await read(ann, 2)
      expect(status).toBe(200)
      expect(body).toEqual({ room_id: room, last_seq: 3, last_read_seq: 2, unread: 1 })
      expect(await unreadHere(ann)).toBe(1)
    })

    it('never goes back, and never beyond the newest message', async () => {
      await say(bob, 3)
      await read(ann, 2)
      expect((await read(ann, 1)).body).toMatchObject({ last_read_seq: 2, unread: 1 })
      expect((await read(ann, 99)).body).toMatchObject({ last_read_seq: 3, unread: 0 })
      await say(bob, 1)
      expect(await unreadHere(ann)).toBe(1)
    })

    it('is the furthest of many marks at once', async () => {
      await say(bob, 20)
      await Promise.all(Array.from({ length: 20 }, (_, n) => read(ann, ((n * 7) % 20) + 1)))
      expect((await read(ann, 0)).body).toMatchObject({ last_read_seq: 20, unread: 0 })
    })

    it('stands in the list of members', async () => {
      await say(bob, 2)
      await read(ann, 2)
      const { items } = (await bob.rest.get(`/room/${room}/member`)).body
      expect(items.find(({ user_id }: any) => user_id === ann.userId).last_read_seq).toBe(2)
    })

    it('is told to the room, once to each socket, and to those of the reader wherever they listen', async () => {
      await say(bob, 2)
      const [here, bobs] = [await ann.socketIn(room), await bob.socketIn(room)]
      const elsewhere = await ann.socket()
      const told = { room_id: room, user_id: ann.userId, seq: 2 }
      expect(await here.ask('mark_read', { room_id: room, seq: 2 })).toEqual({
        ok: true,
        room_id: room,
        last_seq: 2,
        last_read_seq: 2,
        unread: 0,
      })
      await read(ann, 1)
      await read(bob, 2)
      for (const socket of [here, bobs, elsewhere]) {
        expect(await socket.next('read')).toEqual([told])
      }
      expect(await bobs.next('read', 2)).toEqual([told, { ...told, user_id: bob.userId }])
      expect(elsewhere.payloads('read')).toEqual([told])
    })

    it('is not told to whom the reader has blocked, by the list of members neither', async () => {
      const cid = await tenant.user()
      await tenant.backend.post(`/room/${room}/member`, { user_ids: [cid.userId] })
      await say(bob, 2)
      await take(ann, bob, 'block')
      const [bobs, cids] = [await bob.socketIn(room), await cid.socketIn(room)]
      await read(ann, 1)
      expect(await cids.next('read')).toEqual([{ room_id: room, user_id: ann.userId, seq: 1 }])
      const seenBy = async (who: TestUser) => {
        const listed = (await who.rest.get(`/room/${room}/member`)).body.items
        const added = (await who.rest.post(`/room/${room}/member`, { user_ids: [ann.userId] })).body
        return [...listed, ...added].filter(({ user_id }) => user_id === ann.userId).map((one) => one.last_read_seq)
      }
      expect([await seenBy(bob), await seenBy(cid), await seenBy(ann)]).toEqual([
        [0, 0],
        [1, 1],
        [1, 1],
      ])
      await take(ann, bob, 'unblock')
      await read(ann, 2)
      expect(await bobs.next('read')).toEqual([{ room_id: room, user_id: ann.userId, seq: 2 }])
      expect(await seenBy(bob)).toEqual([2, 2])
    })

    it('is told to the reader alone in a room of more than READ_ROOM_MAX members', async () => {
      const others = [await tenant.user(), await tenant.user()]
      const large = await tenant.room([ann, bob, ...others])
      await bob.send(large, 'Hi')
      const [anns, bobs] = [await ann.socketIn(large), await bob.socketIn(large)]
      await read(ann, 1, large)
      expect(await anns.next('read')).toEqual([{ room_id: large, user_id: ann.userId, seq: 1 }])
      await bob.send(large, 'after it')
      await bobs.next('new_message')
      expect(bobs.payloads('read')).toEqual([])
    })
  })

  describe('400', () => {
    it.each([{}, { seq: -1 }, { seq: 1.5 }, { seq: '1' }, { seq: null }])('refuses %j', async (body) => {
      expect(await ann.rest.post(`/room/${room}/read`, body)).toMatchObject(badField('seq'))
    })
  })

  describe('401', () => {
    itAsksWhoCalls(running, (rest) => rest.post(`/room/${room}/read`, { seq: 1 }))
  })

  describe('403', () => {
    it('refuses the backend, who reads for nobody', async () => {
      expect(await tenant.backend.post(`/room/${room}/read`, { seq: 1 })).toMatchObject(problem(403, 'user_required'))
    })

    it('refuses it in a livestream, which keeps no marks', async () => {
      const { body } = await ann.rest.post('/api/chat/thread', { stream_id: 'stream' })
      expect(await ann.rest.post(`/room/${body.room_id}/read`, { seq: 0 })).toMatchObject(problem(403, 'forbidden'))
    })

    it('refuses who is no member, and who was removed', async () => {
      const eve = await tenant.user()
      expect(await read(eve, 1)).toMatchObject(problem(403, 'not_a_member'))
      await ann.rest.delete(`/room/${room}/member/${bob.userId}`)
      expect(await read(bob, 1)).toMatchObject(problem(403, 'removed'))
    })
  })

  describe('404', () => {
    it('finds no room that is not there, or not theirs', async () => {
      expect(await read(ann, 1, noId())).toMatchObject(problem(404, 'room_not_found'))
      const closed = await tenant.room([bob], { access: 'invite' })
      expect(await read(ann, 1, closed)).toMatchObject(problem(404, 'room_not_found'))
    })
  })

  describe('429', () => {
    itIsLimited(running, (rest) => rest.post(`/room/${noId()}/read`, { seq: 1 }))
  })
})

describe('GET /room/unread', () => {
  describe('200', () => {
    it('has the rooms in which something is unread, and the total', async () => {
      const eve = await tenant.user()
      const rooms = [await tenant.room([bob, eve]), await tenant.room([bob, eve]), await tenant.room([bob, eve])]
      for (const [count, roomId] of rooms.entries()) for (let n = 0; n < count; n++) await bob.send(roomId, 'Hi')
      expect(await unread(eve)).toEqual({
        total: 3,
        rooms: [2, 1].map((count) => ({ room_id: rooms[count], last_seq: count, last_read_seq: 0, unread: count })),
      })
      expect(await unread(bob)).toMatchObject({ total: 0 })
    })

    it('is right after messages of one’s own, deletions, and joining again', async () => {
      const [first, second] = await say(bob, 3)
      await say(ann, 2)
      await say(bob, 1)
      expect(await unreadHere(ann)).toBe(4)
      await bob.rest.delete(`/room/${room}/message/${first.message_id}`)
      expect(await unreadHere(ann)).toBe(3)
      await read(ann, 1)
      expect(await unreadHere(ann)).toBe(3)
      await read(ann, 2)
      await bob.rest.delete(`/room/${room}/message/${second.message_id}`)
      expect(await unreadHere(ann)).toBe(2)
      await ann.rest.post(`/room/${room}/leave`)
      await say(bob, 2)
      await ann.rest.post(`/room/${room}/join`)
      expect(await unreadHere(ann)).toBe(0)
      await say(bob, 1)
      expect(await unreadHere(ann)).toBe(1)
    })

    it('counts beyond a thousand, and nothing that retention took', async () => {
      await rowsOf(
        service.databaseUrl,
        `WITH stored AS (
           INSERT INTO tb_messages (tenant_id, room_id, seq, message_id, user_id, type, content, created_at)
           SELECT $1, $2, seq, gen_random_uuid(), $3, 'text', 'Hi', now() FROM generate_series(1, 1500) AS seq)
         UPDATE tb_chat_rooms SET last_seq = 1500 WHERE chat_room_id = $2`,
        [tenant.tenantId, room, bob.userId],
      )
      expect(await unreadHere(ann)).toBe(1500)
      await rowsOf(service.databaseUrl, 'UPDATE tb_chat_rooms SET first_seq = 101 WHERE chat_room_id = $1', [room])
      expect(await unreadHere(ann)).toBe(1400)
    })

    it('leaves out a private room that is hidden', async () => {
      const secret = (await ann.rest.post('/room', { type: 'private', member_ids: [bob.userId] })).body.room_id
      await bob.send(secret, 'Hi')
      await ann.rest.post(`/room/${secret}/leave`)
      expect((await unread(ann)).rooms.map(({ room_id }: any) => room_id)).not.toContain(secret)
      await bob.send(secret, 'again')
      expect((await unread(ann)).rooms).toContainEqual(expect.objectContaining({ room_id: secret, unread: 2 }))
    })
  })

  describe('400', () => {
    it('is not two callers at once', async () => {
      const answer = await ann.rest.get('/room/unread', { headers: { clientKey: bob.clientKey } })
      expect(answer).toMatchObject(problem(400, 'credentials_disagree'))
    })
  })

  describe('401', () => {
    itAsksWhoCalls(running, (rest) => rest.get('/room/unread'))
  })

  describe('403', () => {
    it('refuses the backend', async () => {
      expect(await tenant.backend.get('/room/unread')).toMatchObject(problem(403, 'user_required'))
    })
  })

  describe('429', () => {
    itIsLimited(running, (rest) => rest.get('/room/unread'))
  })
})
