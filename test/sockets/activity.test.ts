/** `room_activity`: what happens in one's rooms, to those of one's sockets that do not listen to them. */
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'
import type { TestSocket } from '../support/sockets.js'
import { until } from '../support/until.js'

let service: Service
let tenant: TestTenant
let ann: TestUser
let bob: TestUser

beforeAll(async () => {
  service = await startService()
})

beforeEach(async () => {
  tenant = await service.tenant()
  ann = await tenant.user()
  bob = await tenant.user()
})

afterAll(() => service.stop())

/** What was told before comes before this answer. */
const told = async (socket: TestSocket, room_id: string): Promise<number[]> => {
  await socket.ask('nothing_of_the_kind')
  return socket.payloads('room_activity').flatMap((event) => (event.room_id === room_id ? [event.last_seq] : []))
}

/** When the socket has been told that the room is there. */
const toldLast = (socket: TestSocket, room_id: string, seq: number) =>
  until(async () => (await told(socket, room_id)).at(-1) === seq, `activity up to ${seq}`)

describe('room_activity', () => {
  it('comes to who does not listen, on each of their sockets, the sender’s too', async () => {
    const [annsTab, annsPhone, bobs] = [await ann.socket(), await ann.socket(), await bob.socket()]
    const room_id = await tenant.room([ann, bob])
    await annsTab.ask('send_message', { room_id, text_message: 'Hi' })
    for (const socket of [annsTab, annsPhone, bobs]) {
      expect(await socket.next('room_activity')).toEqual([{ room_id, last_seq: 1 }])
    }
  })

  it('does not come to a socket that listens, and comes again when it has left', async () => {
    const [listening, elsewhere] = [await bob.socket(), await bob.socket()]
    const room_id = await tenant.room([ann, bob])
    await listening.ask('join_room', { room_id })
    await ann.send(room_id, 'one')
    await toldLast(elsewhere, room_id, 1)
    expect(await told(listening, room_id)).toEqual([])
    await listening.ask('leave_room', { room_id })
    await ann.send(room_id, 'two')
    for (const socket of [listening, elsewhere]) await toldLast(socket, room_id, 2)
    expect(listening.payloads('new_message')).toHaveLength(1)
  })

  it('comes to who connects later for rooms that they were in before', async () => {
    const room_id = await tenant.room([ann, bob])
    const socket = await bob.socket()
    await until(async () => {
      await ann.send(room_id, 'Are you there?')
      return (await told(socket, room_id)).length
    }, 'any activity')
  })

  it('comes at most once a second, the first at once and the last one right', async () => {
    const socket = await bob.socket()
    const rooms = [await tenant.room([ann, bob]), await tenant.room([ann, bob])] as [string, string]
    const startedMs = performance.now()
    for (let n = 1; n <= 60; n++) await Promise.all(rooms.map((room) => ann.send(room, `${n}`)))
    for (const room of rooms) await toldLast(socket, room, 60)
    const seconds = (performance.now() - startedMs) / 1000
    for (const room of rooms) {
      const seqs = await told(socket, room)
      expect(seqs[0]).toBe(1)
      expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b))
      expect(seqs.length).toBeLessThanOrEqual(Math.floor(seconds) + 1)
    }
  })

  it('does not go back when an old message is sent again', async () => {
    const socket = await bob.socket()
    const room_id = await tenant.room([ann, bob])
    const again = { client_message_id: 'the first' }
    await ann.send(room_id, 'one', again)
    for (const text of ['two', 'three']) await ann.send(room_id, text)
    expect(await ann.send(room_id, 'one', again)).toMatchObject({ seq: 1, duplicate: true })
    await toldLast(socket, room_id, 3)
    expect(await ann.send(room_id, 'one', again)).toMatchObject({ seq: 1, duplicate: true })
    await ann.send(room_id, 'four')
    await toldLast(socket, room_id, 4)
    const seqs = await told(socket, room_id)
    expect(seqs).toEqual([...seqs].sort((a, b) => a - b))
    expect(new Set(seqs).size).toBe(seqs.length)
  })

  it('is of messages alone: not of edits and deletions, nor of who comes and goes', async () => {
    const socket = await bob.socket()
    const room_id = await tenant.room([ann, bob])
    const { message_id } = await ann.send(room_id, 'Hi')
    await toldLast(socket, room_id, 1)
    const path = `/room/${room_id}/message/${message_id}`
    await ann.rest.patch(path, { text_message: 'Hello' })
    await ann.rest.delete(path)
    await (await tenant.user()).rest.post(`/room/${room_id}/join`)
    const other = await tenant.room([ann, bob])
    await ann.send(other, 'elsewhere')
    await toldLast(socket, other, 1)
    expect(await told(socket, room_id)).toEqual([1])
  })

  it('is of system messages, too', async () => {
    const socket = await bob.socket()
    const room_id = await tenant.room([bob])
    await tenant.backend.post(`/room/${room_id}/message/send`, { text_message: 'Welcome' })
    await toldLast(socket, room_id, 1)
  })

  it('comes to nobody who is not a member, of this tenant or another', async () => {
    const [stranger, foreigner] = [await tenant.user(), await (await service.tenant()).user()]
    const sockets = await Promise.all([stranger, foreigner].map((user) => user.socket()))
    const bobs = await bob.socket()
    const room_id = await tenant.room([ann, bob])
    await ann.send(room_id, 'Hi')
    await toldLast(bobs, room_id, 1)
    for (const socket of sockets) {
      await socket.ask('nothing_of_the_kind')
      expect(socket.heard).toEqual([])
    }
  })

  it.each([
    ['was removed', (room_id: string) => ann.rest.delete(`/room/${room_id}/member/${bob.userId}`)],
    ['left', (room_id: string) => bob.rest.post(`/room/${room_id}/leave`)],
  ])('comes not any more to who %s, and comes again when they are back', async (_, end) => {
    const [anns, bobs] = [await ann.socket(), await bob.socket()]
    const room_id = await tenant.room([ann, bob])
    await ann.send(room_id, 'one')
    await toldLast(bobs, room_id, 1)
    await end(room_id)
    await ann.send(room_id, 'two')
    await toldLast(anns, room_id, 2)
    expect(await told(bobs, room_id)).toEqual([1])
    await ann.rest.post(`/room/${room_id}/member`, { user_ids: [bob.userId] })
    await ann.send(room_id, 'three')
    await toldLast(bobs, room_id, 3)
  })

  it('is not what was still to be told to who is removed within the second', async () => {
    const [anns, bobs] = [await ann.socket(), await bob.socket()]
    const room_id = await tenant.room([ann, bob])
    for (const text of ['one', 'two']) await ann.send(room_id, text)
    await ann.rest.delete(`/room/${room_id}/member/${bob.userId}`)
    const then = await told(bobs, room_id)
    await toldLast(anns, room_id, 2)
    expect(await told(bobs, room_id)).toEqual(then)
  })

  it('comes by a private room that one has hidden, with its next message', async () => {
    const bobs = await bob.socket()
    const { body } = await ann.rest.post('/room', { type: 'private', member_ids: [bob.userId] })
    const { room_id } = body
    await bob.rest.post(`/room/${room_id}/leave`)
    expect(await bobs.next('room_removed')).toEqual([{ room_id }])
    expect((await bob.rest.get('/room')).body.items).toEqual([])
    await ann.send(room_id, 'Are you there?')
    expect(await bobs.next('room_activity')).toEqual([{ room_id, last_seq: 1 }])
    expect((await bob.rest.get('/room')).body.items).toMatchObject([{ room_id }])
  })

  it('is forgotten with the last socket, and comes to the next one', async () => {
    const room_id = await tenant.room([ann, bob])
    for (let round = 1; round <= 3; round++) {
      const socket = await bob.socket()
      await until(async () => {
        await ann.send(room_id, 'Are you there?')
        return (await told(socket, room_id)).length
      }, 'any activity')
      socket.close()
    }
  })
})

describe('a room that is deleted', () => {
  it('is room_removed to all sockets of its members, and to nobody else', async () => {
    const stranger = await (await tenant.user()).socket()
    const [listening, elsewhere, anns] = [await bob.socket(), await bob.socket(), await ann.socket()]
    const room_id = await tenant.room([ann, bob])
    await listening.ask('join_room', { room_id })
    await ann.rest.delete(`/room/${room_id}`)
    for (const socket of [listening, elsewhere, anns]) {
      expect(await socket.next('room_removed')).toEqual([{ room_id }])
    }
    expect(listening.payloads('room_deleted')).toEqual([{ room_id }])
    expect([...elsewhere.payloads('room_deleted'), ...anns.payloads('room_deleted')]).toEqual([])
    await stranger.ask('nothing_of_the_kind')
    expect(stranger.heard).toEqual([])
  })

  it('tells nothing of what was still to be told', async () => {
    const socket = await bob.socket()
    const [room_id, other] = [await tenant.room([ann, bob]), await tenant.room([ann, bob])]
    for (const text of ['one', 'two', 'three']) await ann.send(room_id, text)
    await ann.rest.delete(`/room/${room_id}`)
    for (const text of ['one', 'two']) await ann.send(other, text)
    await toldLast(socket, other, 2)
    const events = socket.heard.filter(([, payload]) => payload.room_id === room_id).map(([event]) => event)
    expect(events.at(-1)).toBe('room_removed')
  })
})
