/** A room joined once more on the same socket, in the same words or in others: nothing is lost, and the count is right. */
import { EventBus } from '../../src/contract/ports.js'
import { RoomsService } from '../../src/rooms/rooms.service.js'
import { isEvent } from '../support/plain.js'
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'
import { until } from '../support/until.js'

let service: Service
let tenant: TestTenant
let ann: TestUser
let bob: TestUser
let streamId: string
let room_id: string
let streams = 0

beforeAll(async () => {
  service = await startService()
  tenant = await service.tenant()
  ;[ann, bob] = await Promise.all([tenant.user({ display_name: 'Ann' }), tenant.user({ display_name: 'Bob' })])
})
beforeEach(async () => {
  streamId = `stream ${streams++}`
  room_id = (await ann.rest.post('/api/chat/thread', { stream_id: streamId })).body.room_id
})
afterAll(() => service.stop())

const oneTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n + 1)

it('by chat.join, while others talk: every message comes, in order, none of them twice', async () => {
  const roomId = await tenant.room([ann, bob])
  const [bobs, anns] = [await bob.plain('/chat/ws'), await ann.socketIn(roomId)]
  bobs.send({ event: 'chat.join', data: { roomId } })
  await bobs.next(isEvent('chat.joined'))
  let talking = true
  const rejoining = (async () => {
    for (let joins = 2; talking; joins++) {
      bobs.send({ event: 'chat.join', data: { roomId } })
      await bobs.next(isEvent('chat.joined'), joins)
    }
  })()
  for (const n of oneTo(150)) await anns.ask('send_message', { room_id: roomId, text_message: `${n}` })
  talking = false
  await rejoining
  await bobs.next((frame) => frame.data.seq === 150)
  expect(bobs.frames.filter(isEvent('chat.message')).map(({ data }) => data.seq)).toEqual(oneTo(150))
})

it('by chat.join, while a message is told late that was read before it was told: not once more', async () => {
  const roomId = await tenant.room([ann, bob])
  const bobs = await bob.plain('/chat/ws')
  bobs.send({ event: 'chat.join', data: { roomId } })
  await bobs.next(isEvent('chat.joined'))
  const message = await ann.send(roomId, 'Hello')
  await bobs.next(isEvent('chat.message'))
  const rooms = service.app.get(RoomsService)
  const enter = rooms.enter.bind(rooms)
  const spy = jest.spyOn(rooms, 'enter').mockImplementationOnce(async (...asked) => {
    const audience = { tenantId: tenant.tenantId, roomId }
    service.app.get(EventBus).publishHere(audience, { type: 'message.created', message })
    return enter(...asked)
  })
  bobs.send({ event: 'chat.join', data: { roomId } })
  await bobs.next(isEvent('chat.joined'), 2)
  expect(spy).toHaveBeenCalled()
  spy.mockRestore()
  await ann.send(roomId, 'Bye')
  await bobs.next((frame) => frame.data.seq === 2)
  expect(bobs.frames.filter(isEvent('chat.message')).map(({ data }) => data.seq)).toEqual([1, 2])
})

it('by join_room after join_stream_room: from then on in the words of join_room, and the other way round', async () => {
  const socket = await bob.socket()
  await socket.ask('join_stream_room', { streamId })
  await ann.send(room_id, 'one')
  await socket.ask('join_room', { room_id })
  await ann.send(room_id, 'two')
  await socket.ask('join_stream_room', { streamId })
  await ann.send(room_id, 'three')
  const told = await socket.next('new_message', 3)
  expect(told).toMatchObject([
    { streamId, message: 'one' },
    { room_id, text_message: 'two' },
    { streamId, message: 'three' },
  ])
})

it('and broken off: who is gone is counted no more', async () => {
  const anns = await ann.socket()
  await anns.ask('join_stream_room', { streamId })
  const last = (): number | undefined => anns.payloads('viewer_count_updated').at(-1)?.count
  for (const _ of oneTo(3)) {
    const socket = await bob.socket()
    await socket.ask('join_stream_room', { streamId })
    await until(() => last() === 2, 'two viewers')
    socket.socket.emit('join_stream_room', { streamId })
    socket.close()
    await until(() => last() === 1, 'one viewer')
  }
})

it('a stream that ends is told on every wire, and whoever is there for it alone is let go', async () => {
  const room = await bob.plain(`/ws/${room_id}/${bob.userId}`)
  const rooms = await bob.plain('/chat/ws')
  rooms.send({ event: 'chat.join', data: { roomId: room_id } })
  await rooms.next(isEvent('chat.joined'))
  const chat = await bob.socketIn(room_id)
  await ann.rest.post(`/api/chat/thread/${encodeURIComponent(streamId)}/close`)
  expect((await room.closed)[0]).toBe(1000)
  expect(room.frames.at(-1)).toEqual({ type: 'closed', data: { message: 'The stream has ended.' } })
  expect(await rooms.next(isEvent('chat.system'))).toMatchObject([
    { data: { roomId: room_id, message: 'The stream has ended.' } },
  ])
  expect(await chat.next('stream_ended')).toEqual([{ room_id, message: 'The stream has ended.' }])
  expect(chat.socket.connected).toBe(true)
})

it('a stream whose room is deleted has ended for its viewers', async () => {
  const live = await bob.socket()
  await live.ask('join_stream_room', { streamId })
  await tenant.backend.delete(`/room/${room_id}`)
  await live.disconnected()
  expect(live.payloads('stream_ended_notification')).toMatchObject([{ roomId: streamId }])
})
