/** Golden frames: what a Socket.IO client of the chat service hears, as literals. */
import { Heads } from '../../src/gateway/heads.js'
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'
import { until } from '../support/until.js'
import { roomOf, textOf, time } from './golden.js'

let service: Service
let tenant: TestTenant
let ann: TestUser
let bob: TestUser

beforeAll(async () => {
  service = await startService()
  tenant = await service.tenant()
  ann = await tenant.user({ display_name: 'Ann', img_url: 'https://cdn.example/ann.png' })
  bob = await tenant.user({ display_name: 'Bob' })
})

afterAll(() => service.stop())

const textOfAnn = (room_id: string, seq: number, text: string) => textOf(ann, room_id, seq, text)
const roomOfAnn = (room_id: string) => roomOf(ann, room_id)

describe('events', () => {
  it('new_message, to all in the room and to the sender too', async () => {
    const room_id = await tenant.room([ann, bob])
    const [annsTab, annsPhone, bobs] = await Promise.all([ann, ann, bob].map((user) => user.socketIn(room_id)))
    await annsTab!.ask('send_message', { room_id, text_message: 'Hello' })
    for (const socket of [annsTab, annsPhone, bobs]) {
      expect(await socket!.next('new_message')).toEqual([textOfAnn(room_id, 1, 'Hello')])
    }
  })

  it('new_message with all that a message can carry', async () => {
    const room_id = await tenant.room([ann, bob])
    const socket = await bob.socketIn(room_id)
    const first = await ann.send(room_id, 'Hello')
    const fields = {
      text_message: 'Look, @Bob: 👩‍👩‍👧 “ü” \u0001 \u2028 </script>',
      file_url: 'https://cdn.example/plan.pdf',
      client_message_id: 'mine-1',
      reply_to: first.message_id,
      mentions: [bob.userId],
      metadata: { colour: 'blue', list: [1, null, true] },
    }
    await (await ann.socket()).ask('send_message', { room_id, ...fields })
    expect((await socket.next('new_message', 2))[1]).toEqual({ ...textOfAnn(room_id, 2, ''), ...fields })
  })

  it('new_message of the backend is a system message of nobody', async () => {
    const room_id = await tenant.room([ann])
    const socket = await ann.socketIn(room_id)
    await tenant.backend.post(`/room/${room_id}/message/send`, { text_message: 'Maintenance at noon' })
    const system = { ...textOfAnn(room_id, 1, 'Maintenance at noon'), type: 'system', sender: null }
    expect(await socket.next('new_message')).toEqual([system])
  })

  it.each(['websocket', 'polling'])('new_message of more than 64 KiB, over %s', async (transport) => {
    const room_id = await tenant.room([ann])
    const socket = await service.socket({ auth: { token: ann.token }, transports: [transport] })
    await socket.ask('join_room', { room_id })
    const text_message = '\u0001'.repeat(10_000)
    const metadata = '\u0002'.repeat(680)
    await ann.send(room_id, text_message, { metadata, client_message_id: '\u0003'.repeat(200) })
    const [heard] = await socket.next('new_message')
    expect(JSON.stringify(heard).length).toBeGreaterThan(65_536)
    expect(heard).toMatchObject({ text_message, metadata })
    socket.close()
  })

  it('message_updated, to all in the room and to the author’s own sockets too', async () => {
    const room_id = await tenant.room([ann, bob])
    const { message_id } = await ann.send(room_id, 'Helo', { client_message_id: 'mine-3' })
    const [annsTab, annsPhone, bobs] = await Promise.all([ann, ann, bob].map((user) => user.socketIn(room_id)))
    const fields = { text_message: 'Hello', mentions: [bob.userId], metadata: { colour: 'blue' } }
    await annsTab!.ask('edit_message', { room_id, message_id, ...fields })
    const message = { ...textOfAnn(room_id, 1, 'Hello'), ...fields, message_id, client_message_id: 'mine-3' }
    for (const socket of [annsTab, annsPhone, bobs]) {
      expect(await socket!.next('message_updated')).toEqual([{ message: { ...message, rev: 1, edited_at: time } }])
    }
  })

  it('message_deleted, with nothing of what it said', async () => {
    const room_id = await tenant.room([ann, bob])
    const { message_id } = await ann.send(room_id, 'Hello')
    const [anns, bobs] = await Promise.all([ann, bob].map((user) => user.socketIn(room_id)))
    await anns!.ask('delete_message', { room_id, message_id })
    for (const socket of [anns, bobs]) {
      expect(await socket!.next('message_deleted')).toEqual([{ room_id, message_id, seq: 1, rev: 1, deleted_at: time }])
      expect(socket!.payloads('message_updated')).toEqual([])
    }
  })

  it('message_updated and message_deleted, when it was asked by REST', async () => {
    const room_id = await tenant.room([ann, bob])
    const { message_id } = await ann.send(room_id, 'Helo')
    const socket = await bob.socketIn(room_id)
    const path = `/room/${room_id}/message/${message_id}`
    const { body } = await ann.rest.patch(path, { text_message: 'Hello' })
    await ann.rest.delete(path)
    await socket.next('message_deleted')
    expect(socket.listened).toEqual([
      ['message_updated', { message: body }],
      ['message_deleted', { room_id, message_id, seq: 1, rev: 2, deleted_at: time }],
    ])
  })

  it('reaction_added and reaction_removed, to all in the room, with how many there are then', async () => {
    const room_id = await tenant.room([ann, bob])
    const { message_id } = await ann.send(room_id, 'Hello')
    const [anns, bobs] = await Promise.all([ann, bob].map((user) => user.socketIn(room_id)))
    await anns!.ask('add_reaction', { room_id, message_id, emoji: '❤' })
    await bobs!.ask('add_reaction', { room_id, message_id, emoji: '❤️' })
    await bob.rest.delete(`/room/${room_id}/message/${message_id}/reaction/${encodeURIComponent('❤')}`)
    const of = ({ userId }: TestUser, rev: number, count: number) => {
      return { room_id, message_id, seq: 1, user_id: userId, emoji: '❤️', count, rev }
    }
    for (const socket of [anns!, bobs!]) {
      expect(await socket.next('reaction_removed')).toEqual([of(bob, 3, 1)])
      expect(socket.payloads('reaction_added')).toEqual([of(ann, 1, 1), of(bob, 2, 2)])
      expect(socket.payloads('message_updated')).toEqual([])
    }
  })

  it('heads, when something changed', async () => {
    const room_id = await tenant.room([ann, bob])
    const socket = await bob.socketIn(room_id)
    const { message_id } = await ann.send(room_id, 'Hello')
    await ann.rest.delete(`/room/${room_id}/message/${message_id}`)
    await service.app.get(Heads).glance()
    expect(await socket.next('heads')).toEqual([{ rooms: [{ room_id, last_seq: 1, last_rev: 1 }] }])
  })

  it('room_activity, to sockets that do not listen', async () => {
    const socket = await bob.socket()
    const room_id = await tenant.room([ann, bob])
    await ann.send(room_id, 'Hello')
    // Of another room it may still be told what happened before.
    const told = () => socket.payloads('room_activity').find((activity) => activity.room_id === room_id)
    await until(() => told() !== undefined, 'what happened there')
    expect(told()).toEqual({ room_id, last_seq: 1 })
  })

  it('member_joined and room_added, when somebody joins', async () => {
    const room_id = await tenant.room([ann])
    const [anns, bobs] = [await ann.socketIn(room_id), await bob.socketIn(room_id)]
    const joined = { room_id, user_id: bob.userId, display_name: 'Bob' }
    expect(await anns.next('member_joined')).toEqual([joined])
    expect(await bobs.next('member_joined')).toEqual([joined])
    expect(await bobs.next('room_added')).toEqual([{ room: roomOfAnn(room_id) }])
    expect(anns.payloads('room_added')).toEqual([])
  })

  it('room_added to all sockets of who is added, joined or not', async () => {
    const [anns, bobs] = [await ann.socket(), await bob.socket()]
    const room_id = await tenant.room([ann, bob])
    for (const socket of [anns, bobs]) expect(await socket.next('room_added')).toEqual([{ room: roomOfAnn(room_id) }])
  })

  it('room_added and member_joined, when somebody is added', async () => {
    const room_id = await tenant.room([ann])
    const [anns, bobs] = [await ann.socketIn(room_id), await bob.socket()]
    await ann.rest.post(`/room/${room_id}/member`, { user_ids: [bob.userId] })
    expect(await bobs.next('room_added')).toEqual([{ room: roomOfAnn(room_id) }])
    expect(await anns.next('member_joined')).toEqual([{ room_id, user_id: bob.userId, display_name: 'Bob' }])
    expect(bobs.payloads('member_joined')).toEqual([])
  })

  it.each([
    ['leaves', (room_id: string) => bob.rest.post(`/room/${room_id}/leave`)],
    ['is removed', (room_id: string) => ann.rest.delete(`/room/${room_id}/member/${bob.userId}`)],
  ])('member_left, and room_removed to their own sockets, when somebody %s', async (_, end) => {
    const room_id = await tenant.room([ann, bob])
    const [anns, bobs, elsewhere] = [await ann.socketIn(room_id), await bob.socketIn(room_id), await bob.socket()]
    await end(room_id)
    expect(await anns.next('member_left')).toEqual([{ room_id, user_id: bob.userId, display_name: 'Bob' }])
    for (const socket of [bobs, elsewhere]) expect(await socket.next('room_removed')).toEqual([{ room_id }])
    expect(anns.payloads('room_removed')).toEqual([])
  })

  it('room_updated', async () => {
    const room_id = await tenant.room([ann, bob])
    const socket = await bob.socketIn(room_id)
    const change = { name: 'Renamed', img_url: 'https://cdn.example/r.png', archived: true, metadata: { a: 1 } }
    await ann.rest.patch(`/room/${room_id}`, change)
    expect(await socket.next('room_updated')).toEqual([{ room: { ...roomOfAnn(room_id), ...change } }])
  })

  it('room_deleted', async () => {
    const room_id = await tenant.room([ann, bob])
    const sockets = [await ann.socketIn(room_id), await bob.socketIn(room_id)]
    await ann.rest.delete(`/room/${room_id}`)
    for (const socket of sockets) expect(await socket.next('room_deleted')).toEqual([{ room_id }])
  })

  it('reach nobody in another room', async () => {
    const [here, there] = [await tenant.room([ann, bob]), await tenant.room([ann, bob])]
    const socket = await bob.socketIn(there)
    await ann.send(here, 'not for there')
    await ann.send(there, 'for there')
    expect(await socket.next('new_message')).toMatchObject([{ room_id: there, seq: 1 }])
  })
})
