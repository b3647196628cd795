/** Seed 002's setup guide from top to bottom: its events, its endpoints, and its session with wscat line by line. */
import { isEvent, type PlainSocket } from './support/plain.js'
import { startService, type Service, type TestTenant, type TestUser } from './support/service.js'
import { Wscat } from './support/wscat.js'
import { time } from './sockets/golden.js'

const internalKey = 'your-internal-key-of-forty-characters-000'

describe('seed 002: a chat service behind a gateway', () => {
  let service: Service
  let home: Service
  let tenant: TestTenant
  let john: TestUser
  let jane: TestUser
  let johns: PlainSocket
  let janes: PlainSocket

  beforeAll(async () => {
    home = await startService()
    tenant = await home.tenant()
    service = await home.another({ INTERNAL_API_KEY: internalKey, DEFAULT_TENANT: tenant.tenantId })
    const people = await Promise.all(['John', 'Jane'].map((display_name) => tenant.user({ display_name })))
    ;[john, jane] = people.map((person) => person.at(service)) as [TestUser, TestUser]
  })
  afterAll(async () => {
    await service.stop()
    await home.stop()
  })

  const byCookie = ({ token }: TestUser): Promise<PlainSocket> =>
    service.plain('/chat/ws', { headers: { cookie: `theme=dark; access_token=${token}` } })

  const byGateway = ({ userId }: TestUser, key = internalKey): Promise<PlainSocket> =>
    service.plain('/ws', { headers: { 'x-internal-api-key': key, 'x-user-id': userId } })

  it('Connection Flow: the gateway’s path with the cookie, the service’s own with the internal key', async () => {
    johns = await byCookie(john)
    janes = await byGateway(jane)
    await expect(service.plain('/chat/ws')).rejects.toMatchObject({ status: 401 })
    await expect(byGateway(jane, 'another-key')).rejects.toMatchObject({
      status: 401,
      problem: { code: 'internal_key_invalid' },
    })
  })

  it('1. Join Room: the confirmation, and the others are notified', async () => {
    johns.send({ event: 'chat.join', data: { roomId: 'room123' } })
    expect(await johns.next(isEvent('chat.joined'))).toEqual([{ event: 'chat.joined', data: { roomId: 'room123' } }])
    janes.send({ event: 'chat.join', data: { roomId: 'room123' } })
    expect(await johns.next(isEvent('chat.userJoined'))).toEqual([
      { event: 'chat.userJoined', data: { userId: jane.userId, roomId: 'room123' } },
    ])
  })

  it('4. Typing Indicator', async () => {
    johns.send({ event: 'chat.typing', data: { roomId: 'room123', username: 'John', isTyping: true } })
    expect(await janes.next(isEvent('chat.typing'))).toEqual([
      { event: 'chat.typing', data: { roomId: 'room123', userId: john.userId, username: 'John', isTyping: true } },
    ])
  })

  it('3. Send Message: to all participants of the room', async () => {
    johns.send({ event: 'chat.message', data: { roomId: 'room123', message: 'Hello world!', username: 'John' } })
    const said = {
      event: 'chat.message',
      data: { roomId: 'room123', userId: john.userId, username: 'John', message: 'Hello world!', timestamp: time },
    }
    for (const socket of [johns, janes]) expect(await socket.next(isEvent('chat.message'))).toEqual([said])
  })

  it('6. System Message: POST /send-system-message', async () => {
    const answer = await fetch(`${service.url}/send-system-message`, {
      method: 'POST',
      headers: { 'x-internal-api-key': internalKey, 'content-type': 'application/json' },
      body: JSON.stringify({ roomId: 'room123', message: 'Server maintenance in 5 minutes' }),
    })
    expect(answer.status).toBe(200)
    const system = {
      event: 'chat.system',
      data: { roomId: 'room123', message: 'Server maintenance in 5 minutes', timestamp: time },
    }
    for (const socket of [johns, janes]) expect(await socket.next(isEvent('chat.system'))).toEqual([system])
  })

  it('GET /stats', async () => {
    const answer = await fetch(`${service.url}/stats`, { headers: { 'x-internal-api-key': internalKey } })
    expect([answer.status, await answer.json()]).toEqual([200, { connectedUsers: 2 }])
  })

  it('7. Error', async () => {
    johns.send('Hello?')
    expect(await johns.next(isEvent('error'))).toMatchObject([
      { event: 'error', data: { message: expect.any(String), code: 'malformed_json' } },
    ])
  })

  it('2. Leave Room, and: connections are cleaned up on disconnect', async () => {
    janes.send({ event: 'chat.leave', data: { roomId: 'room123' } })
    const left = { event: 'chat.userLeft', data: { userId: jane.userId, roomId: 'room123' } }
    expect(await johns.next(isEvent('chat.userLeft'))).toEqual([left])
    janes.send({ event: 'chat.join', data: { roomId: 'room123' } })
    await johns.next(isEvent('chat.userJoined'), 2)
    janes.close()
    expect(await johns.next(isEvent('chat.userLeft'), 2)).toEqual([left, left])
  })

  it('Manual WebSocket Test (using wscat), line by line', async () => {
    const url = `${service.url.replace('http', 'ws')}/chat/ws`
    const cookie = `Cookie: access_token=${jane.token}`
    const wscat = new Wscat(
      ['-c', url, '--header', cookie],
      [
        '{"event":"chat.join","data":{"roomId":"test-room"}}',
        '{"event":"chat.message","data":{"roomId":"test-room","message":"Hello!","username":"TestUser"}}',
      ],
    )
    const joined = { event: 'chat.joined', data: { roomId: 'test-room' } }
    const said = { roomId: 'test-room', userId: jane.userId, username: 'Jane', message: 'Hello!', timestamp: time }
    expect(await wscat.frames(2)).toEqual([joined, { event: 'chat.message', data: said }])
    johns.send({ event: 'chat.join', data: { roomId: 'test-room' } })
    const comer = { event: 'chat.userJoined', data: { userId: john.userId, roomId: 'test-room' } }
    expect((await wscat.frames(3))[2]).toEqual(comer)
    await wscat.end()
    await johns.next((frame) => frame.event === 'chat.userLeft' && frame.data.roomId === 'test-room')
  })
})

describe('seed 002’s future enhancements, each as what this service does of it', () => {
  let service: Service
  let tenant: TestTenant
  let john: TestUser
  let jane: TestUser
  let roomId: string
  let johns: PlainSocket
  let janes: PlainSocket
  const path = () => `/room/${roomId}`

  beforeAll(async () => {
    service = await startService()
    tenant = await service.tenant()
    const people = await Promise.all(['John', 'Jane'].map((display_name) => tenant.user({ display_name })))
    ;[john, jane] = people as [TestUser, TestUser]
    roomId = await tenant.room([john, jane], { type: 'private' })
    johns = await john.plain('/chat/ws')
    janes = await jane.plain('/chat/ws')
    for (const socket of [johns, janes]) {
      socket.send({ event: 'chat.join', data: { roomId } })
      await socket.next(isEvent('chat.joined'))
    }
  })
  afterAll(() => service.stop())

  it('persistent message storage, direct messaging, file sharing: a stored room, by its id', async () => {
    const file_url = 'https://cdn.example/plan.pdf'
    johns.send({ event: 'chat.message', data: { roomId, message: 'Hello', file_url } })
    await janes.next(isEvent('chat.message'))
    const { body } = await jane.rest.get(`${path()}/message`)
    expect(body.items).toMatchObject([{ seq: 1, text_message: 'Hello', file_url, sender: { user_id: john.userId } }])
  })

  it('message history retrieval: with the join, or by REST', async () => {
    janes.send({ event: 'chat.join', data: { roomId, history: 10 } })
    const [live, read] = await janes.next(isEvent('chat.message'), 2)
    expect(read).toEqual(live)
  })

  it('read receipts and reactions: by REST, and heard by Socket.IO', async () => {
    const socket = await jane.socketIn(roomId)
    const [{ message_id }] = (await john.rest.get(`${path()}/message`)).body.items
    await john.rest.post(`${path()}/read`, { seq: 1 })
    await john.rest.put(`${path()}/message/${message_id}/reaction/${encodeURIComponent('👍')}`)
    expect(await socket.next('read')).toMatchObject([{ user_id: john.userId, seq: 1 }])
    expect(await socket.next('reaction_added')).toMatchObject([{ message_id, emoji: '👍', count: 1 }])
  })

  it('user presence tracking', async () => {
    const { body } = await john.rest.get(`/user/${jane.userId}/status`)
    expect(body).toMatchObject({ is_online: true })
  })

  it('voice and video: what two browsers must tell each other is relayed', async () => {
    const signal = { roomId, kind: 'offer', data: { type: 'offer', sdp: 'v=0' } }
    johns.send({ event: 'call_signal', data: signal })
    const told = { event: 'call_signal', data: { ...signal, userId: john.userId } }
    expect(await janes.next(isEvent('call_signal'))).toEqual([told])
  })
})
