/** Seed 001 from top to bottom: the livestream app's events, over Socket.IO. */
import { startService, type Service, type TestTenant, type TestUser } from './support/service.js'
import type { TestSocket } from './support/sockets.js'

let service: Service
let tenant: TestTenant
let streamer: TestUser
let viewer: TestUser
let streamId: string
let streams = 0

beforeAll(async () => {
  service = await startService()
  tenant = await service.tenant()
  ;[streamer, viewer] = await Promise.all([tenant.user({ display_name: 'Ann' }), tenant.user({ display_name: 'Bob' })])
})
beforeEach(async () => {
  streamId = `stream_${streams++}`
  await streamer.rest.post('/api/chat/thread', { stream_id: streamId })
})
afterAll(() => service.stop())

async function watching(user: TestUser): Promise<TestSocket> {
  const socket = await user.socket()
  socket.socket.emit('join_stream_room', { streamId })
  await socket.next('recent_chat_history')
  return socket
}

describe('1. authentication', () => {
  it.each([{}, { token: 'none' }])('%o: Authentication error', async (auth) => {
    await expect(service.socket({ auth })).rejects.toThrow('Authentication error')
  })
})

describe('join_notification_room', () => {
  it('brings what the backend notifies the user of, and nobody else', async () => {
    const [bobs, anns] = [await viewer.socket(), await streamer.socket()]
    for (const socket of [bobs, anns]) socket.socket.emit('join_notification_room')
    expect(await bobs.next('notification_room_joined')).toEqual([{ room: `notification:${viewer.userId}` }])
    const { status } = await tenant.backend.post(`/user/${viewer.userId}/notification`, {
      type: 'new_follower',
      title: 'Ann follows you',
      data: { follower: 'ann' },
    })
    expect(status).toBe(201)
    expect(await bobs.next('notification')).toMatchObject([
      { type: 'new_follower', title: 'Ann follows you', data: { follower: 'ann' } },
    ])
    expect(anns.payloads('notification')).toEqual([])
  })
})

describe('join_stream_room', () => {
  it('is answered by room_joined_successfully, then recent_chat_history', async () => {
    const socket = await watching(viewer)
    const told = socket.heard.filter(([event]) => event !== 'viewer_count_updated')
    expect(told).toEqual([
      ['room_joined_successfully', { streamId, streamKeyForDev: streamId }],
      ['recent_chat_history', { streamId, messages: [] }],
    ])
  })

  it('the history is the last 20, oldest first, each as it was told', async () => {
    const anns = await watching(streamer)
    for (let n = 1; n <= 25; n++) anns.socket.emit('chat_message', { streamId, message: `${n}` })
    await anns.next('new_message', 25)
    const bobs = await watching(viewer)
    const [{ messages }] = bobs.payloads('recent_chat_history')
    expect(messages).toEqual(anns.payloads('new_message').slice(5))
  })

  it.each([
    ['no such stream', 'none'],
    ['an id that is none', 5],
    ['no id', undefined],
  ])('%s: room_join_error', async (_, id) => {
    const socket = await viewer.socket()
    socket.socket.emit('join_stream_room', { streamId: id })
    expect(await socket.next('room_join_error')).toEqual([{ message: expect.any(String) }])
  })

  it('not live: room_join_error', async () => {
    await streamer.rest.post(`/api/chat/thread/${streamId}/close`)
    const socket = await viewer.socket()
    socket.socket.emit('join_stream_room', { streamId })
    expect(await socket.next('room_join_error')).toEqual([{ message: expect.any(String) }])
  })
})

describe('viewer_count_updated', () => {
  it('counts people, not tabs, and the last one is right', async () => {
    const anns = await watching(streamer)
    const tabs = [await watching(viewer), await watching(viewer)]
    await last(anns, { streamId, count: 2 })
    tabs[0]!.socket.emit('leave_stream_room', { streamId })
    tabs[1]!.close()
    await last(anns, { streamId, count: 1 })
  })

  const last = async (socket: TestSocket, told: object): Promise<void> => {
    for (
      let count = 1;
      JSON.stringify(socket.payloads('viewer_count_updated').at(-1)) !== JSON.stringify(told);
      count++
    ) {
      await socket.next('viewer_count_updated', count)
    }
  }
})

describe('chat_message', () => {
  it('comes to everybody as new_message, in one order', async () => {
    const [anns, bobs] = [await watching(streamer), await watching(viewer)]
    bobs.socket.emit('chat_message', { streamId, message: 'Hello' })
    const told = { userId: viewer.userId, username: 'Bob', message: 'Hello', timestamp: expect.any(String), streamId }
    expect(await anns.next('new_message')).toEqual([told])
    expect(await bobs.next('new_message')).toEqual([told])
  })

  it.each([
    ['data is missing', { message: 'Hello' }],
    ['there is no text', { streamId: 'stream', message: '' }],
    ['the payload is none', null],
  ])('%s: message_error', async (_, payload) => {
    const socket = await watching(viewer)
    socket.socket.emit('chat_message', payload)
    expect(await socket.next('message_error')).toEqual([{ message: expect.any(String) }])
  })

  it('who is not in the room: message_error, also after leaving', async () => {
    const socket = await viewer.socket()
    socket.socket.emit('chat_message', { streamId, message: 'Hello' })
    expect(await socket.next('message_error')).toEqual([{ message: expect.any(String) }])
    expect(await socket.ask('join_stream_room', { streamId })).toMatchObject({ ok: true })
    expect(await socket.ask('leave_stream_room', { streamId })).toMatchObject({ ok: true })
    expect(await socket.ask('chat_message', { streamId, message: 'Hello' })).toMatchObject({
      ok: false,
      error: { code: 'not_listening' },
    })
  })
})

it('the end of the stream is told, and everybody in its room disconnected', async () => {
  const [anns, bobs] = [await watching(streamer), await watching(viewer)]
  const elsewhere = await viewer.socket()
  expect(await streamer.rest.post(`/api/chat/thread/${streamId}/close`)).toMatchObject({ status: 200 })
  for (const socket of [anns, bobs]) {
    await socket.disconnected()
    expect(socket.payloads('stream_ended_notification')).toEqual([{ roomId: streamId, message: expect.any(String) }])
  }
  expect(elsewhere.socket.connected).toBe(true)
})

it('a socket that joined by join_room sees seed 004’s new_message, one by join_stream_room seed 001’s', async () => {
  const { room_id } = (await streamer.rest.post('/api/chat/thread', { stream_id: streamId })).body
  const [chats, lives] = [await viewer.socketIn(room_id), await watching(viewer)]
  await streamer.send(room_id, 'Both')
  expect((await chats.next('new_message'))[0]).toMatchObject({ room_id, text_message: 'Both', seq: 1 })
  expect((await lives.next('new_message'))[0]).toMatchObject({ streamId, message: 'Both', username: 'Ann' })
})
