/** `/chat/ws` and `/ws` (seed 002), in rooms that are stored. */
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'
import { answersTo, isEvent, type PlainSocket } from '../support/plain.js'
import { time } from '../sockets/golden.js'

let service: Service
let tenant: TestTenant
let ann: TestUser
let bob: TestUser
let roomId: string

beforeAll(async () => {
  service = await startService()
  tenant = await service.tenant()
  ;[ann, bob] = await Promise.all([tenant.user({ display_name: 'Ann' }), tenant.user({ display_name: 'Bob' })])
})
beforeEach(async () => {
  roomId = await tenant.room([ann, bob])
})
afterAll(() => service.stop())

const joined = async (user: TestUser, data: object = {}): Promise<PlainSocket> => {
  const socket = await user.plain('/chat/ws')
  socket.send({ event: 'chat.join', data: { roomId, ...data } })
  await socket.next(isEvent('chat.joined'))
  return socket
}

const say = (socket: PlainSocket, message: string, data: object = {}): void =>
  socket.send({ event: 'chat.message', data: { roomId, message, ...data } })

/** What a message of a stored room says beside the seed's own fields. */
const stored = { messageId: expect.any(String), seq: expect.any(Number) }

const textsOf = (socket: PlainSocket): string[] =>
  socket.frames.filter(isEvent('chat.message')).map(({ data }) => data.message)

it.each(['/chat/ws', '/ws'])('%s: each frame is the seed’s', async (path) => {
  const [anns, bobs] = [await ann.plain(path), await bob.plain(path)]
  anns.send({ event: 'chat.join', data: { roomId: roomId.toUpperCase() } })
  await anns.next(isEvent('chat.joined'))
  bobs.send({ event: 'chat.join', data: { roomId } })
  await anns.next(isEvent('chat.userJoined'))
  bobs.send({ event: 'chat.typing', data: { roomId, username: 'Mallory', isTyping: true } })
  await anns.next(isEvent('chat.typing'))
  bobs.send({ event: 'chat.message', data: { roomId, message: 'Hello world!', username: 'Mallory' } })
  await anns.next(isEvent('chat.typing'), 2)
  await tenant.backend.post(`/room/${roomId}/message/send`, { text_message: 'Server maintenance in 5 minutes' })
  await anns.next(isEvent('chat.system'))
  bobs.send({ event: 'chat.leave', data: { roomId } })
  await anns.next(isEvent('chat.userLeft'))
  const typing = (isTyping: boolean) => ({
    event: 'chat.typing',
    data: { roomId, userId: bob.userId, username: 'Bob', isTyping },
  })
  const all = [
    { event: 'chat.joined', data: { roomId } },
    { event: 'chat.userJoined', data: { userId: bob.userId, roomId } },
    typing(true),
    {
      event: 'chat.message',
      data: { roomId, userId: bob.userId, username: 'Bob', message: 'Hello world!', timestamp: time, ...stored },
    },
    typing(false),
    { event: 'chat.system', data: { roomId, message: 'Server maintenance in 5 minutes', timestamp: time, ...stored } },
    { event: 'chat.userLeft', data: { userId: bob.userId, roomId } },
  ]
  const byKind = (frames: any[]) => frames.toSorted((a, b) => (a.event < b.event ? -1 : a.event > b.event ? 1 : 0))
  expect(byKind(anns.frames)).toEqual(byKind(all))
})

describe('a message', () => {
  it('comes to Socket.IO, and from there, and knows its sender’s own id', async () => {
    const [bobs, anns] = [await bob.socketIn(roomId), await joined(ann)]
    say(anns, 'Hi', { client_message_id: 'mine', file_url: 'https://cdn.example/a.png' })
    const [heard] = await bobs.next('new_message')
    expect(heard).toMatchObject({ seq: 1, text_message: 'Hi', file_url: 'https://cdn.example/a.png' })
    await bobs.ask('send_message', { room_id: roomId, text_message: 'Back' })
    expect((await anns.next(isEvent('chat.message'), 2)).map(({ data }) => data)).toEqual([
      {
        roomId,
        userId: ann.userId,
        username: 'Ann',
        message: 'Hi',
        timestamp: heard.created_at,
        messageId: heard.message_id,
        seq: 1,
        file_url: 'https://cdn.example/a.png',
        client_message_id: 'mine',
      },
      { roomId, userId: bob.userId, username: 'Bob', message: 'Back', timestamp: time, ...stored, seq: 2 },
    ])
  })

  it('sent again is told once, and once more to its sender alone', async () => {
    const [anns, bobs] = [await joined(ann), await joined(bob)]
    for (let n = 0; n < 2; n++) say(anns, 'Once', { client_message_id: 'mine' })
    say(anns, 'Two')
    await anns.next(isEvent('chat.message'), 3)
    expect(textsOf(anns)).toEqual(['Once', 'Once', 'Two'])
    await bobs.next(isEvent('chat.message'), 2)
    expect(textsOf(bobs)).toEqual(['Once', 'Two'])
  })

  it('from who does not listen is answered by itself, once, and heard by who does', async () => {
    const [anns, bobs] = [await ann.plain('/ws'), await joined(bob)]
    say(anns, 'From outside', { client_message_id: 'mine' })
    say(anns, '')
    await anns.next(isEvent('error'))
    const heard = await bobs.next(isEvent('chat.message'))
    expect(heard).toMatchObject([{ data: { message: 'From outside', username: 'Ann', client_message_id: 'mine' } }])
    expect(anns.frames.filter(isEvent('chat.message'))).toEqual(heard)
  })

  it('that is refused is told with its own id, and what is asked next is done next', async () => {
    const anns = await ann.plain('/ws')
    say(anns, '', { client_message_id: 'empty' })
    anns.send({ event: 'chat.join', data: { roomId } })
    say(anns, 'Hi')
    await anns.next(isEvent('chat.message'))
    expect(anns.frames).toMatchObject([
      { event: 'error', data: { code: 'validation_failed', client_message_id: 'empty', message: expect.any(String) } },
      { event: 'chat.joined' },
      { event: 'chat.message', data: { message: 'Hi' } },
    ])
  })
})

describe('what was said before', () => {
  beforeEach(async () => {
    for (const text of ['one', 'two', 'three']) await ann.send(roomId, text)
  })

  it.each([
    ['is not told to who asks for nothing', {}, []],
    ['comes after `after_seq`, whole', { after_seq: 1 }, ['two', 'three']],
    ['comes by `history`, the newest', { history: 1 }, ['three']],
  ])('%s', async (_, data, texts) => {
    const bobs = await joined(bob, data)
    await ann.send(roomId, 'four')
    await bobs.next((frame) => frame.data.message === 'four')
    expect(textsOf(bobs)).toEqual([...texts, 'four'])
    expect(bobs.frames[0]).toEqual({ event: 'chat.joined', data: { roomId } })
  })

  it('of a message that is deleted nothing', async () => {
    const { message_id } = await ann.send(roomId, 'away')
    await ann.rest.delete(`/room/${roomId}/message/${message_id}`)
    const bobs = await joined(bob, { history: 2 })
    say(bobs, 'here')
    await bobs.next((frame) => frame.data.message === 'here')
    expect(textsOf(bobs)).toEqual(['three', 'here'])
  })
})

describe('who comes and who goes', () => {
  it('are people, and not their sockets; nobody hears it of themselves', async () => {
    const [anns, tab] = [await joined(ann), await joined(bob)]
    await anns.next(isEvent('chat.userJoined'))
    const another = await joined(bob)
    another.send({ event: 'chat.join', data: { roomId } })
    await another.next(isEvent('chat.joined'), 2)
    tab.close()
    await tab.closed
    await answersTo(another)
    await answersTo(anns)
    expect(anns.frames.filter(isEvent('chat.userLeft'))).toEqual([])
    another.close()
    const of = { event: expect.any(String), data: { userId: bob.userId, roomId } }
    await anns.next(isEvent('chat.userLeft'))
    const told = anns.frames.filter(({ event }) => event.startsWith('chat.user'))
    expect(told).toEqual([
      { ...of, event: 'chat.userJoined' },
      { ...of, event: 'chat.userLeft' },
    ])
    expect(another.frames.filter(isEvent('chat.userJoined'))).toEqual([])
  })

  it('is told of who is removed: to the others, and to them', async () => {
    const [anns, bobs] = [await joined(ann), await joined(bob)]
    const idle = await bob.plain('/ws')
    await tenant.backend.delete(`/room/${roomId}/member/${bob.userId}`)
    const left = [{ event: 'chat.userLeft', data: { userId: bob.userId, roomId } }]
    for (const socket of [anns, bobs]) expect(await socket.next(isEvent('chat.userLeft'))).toEqual(left)
    say(bobs, 'Hi')
    bobs.send({ event: 'chat.join', data: { roomId } })
    const codes = (await bobs.next(isEvent('error'), 2)).map(({ data }) => data.code)
    expect(codes).toEqual(['removed', 'removed'])
    await answersTo(idle)
    expect(idle.frames.filter(isEvent('chat.userLeft'))).toEqual([])
  })

  it('ends with a word of leaving, even of who is removed while they join', async () => {
    const bobs = await bob.plain('/ws')
    for (let n = 0; n < 30; n++) {
      const room = await tenant.room([ann, bob])
      for (let tries = 0; tries < 3; tries++) bobs.send({ event: 'chat.join', data: { roomId: room } })
      await tenant.backend.delete(`/room/${room}/member/${bob.userId}`)
      await answersTo(bobs)
      const about = bobs.frames.filter(({ event, data }) => event === 'error' || data.roomId === room)
      expect(about.at(-1)).not.toMatchObject({ event: 'chat.joined' })
    }
  })

  it('is not told above two hundred people', async () => {
    const open = await tenant.room([ann])
    const anns = await ann.plain('/ws')
    anns.send({ event: 'chat.join', data: { roomId: open } })
    const crowd = await Promise.all(Array.from({ length: 200 }, () => tenant.user()))
    for (const one of crowd) {
      const socket = await one.plain('/ws')
      socket.send({ event: 'chat.join', data: { roomId: open } })
      await socket.next(isEvent('chat.joined'))
    }
    await answersTo(anns)
    expect(anns.frames.filter(isEvent('chat.userJoined'))).toHaveLength(199)
  }, 60_000)
})

it('a room that is deleted ends with a word', async () => {
  const anns = await joined(ann)
  await tenant.backend.delete(`/room/${roomId}`)
  expect(await anns.next(isEvent('error'))).toEqual([
    { event: 'error', data: { message: 'The room was deleted.', code: 'room_not_found', roomId } },
  ])
})

describe('is refused', () => {
  it.each([
    ['no JSON', 'malformed_json'],
    ['[]', 'bad_request'],
    ['{"event":1}', 'bad_request'],
    ['{"event":"constructor","data":{}}', 'unknown_event'],
    ['{"event":"chat.join"}', 'validation_failed'],
    ['{"event":"chat.join","data":[]}', 'validation_failed'],
    [
      '{"event":"chat.message","data":{"roomId":"01234567-89ab-cdef-0123-456789abcdef","message":"Hi"}}',
      'validation_failed',
    ],
    ['{"event":"chat.join","data":{"roomId":"019a9f42-9c07-7a19-8be2-0e6d5a4c3f73"}}', 'room_not_found'],
  ])('%s: %s', async (text, code) => {
    const anns = await ann.plain('/chat/ws')
    anns.send(text)
    const [{ data }] = await anns.next(isEvent('error'))
    expect(data).toMatchObject({ message: expect.any(String), code })
  })

  it('a room of another tenant, as one that never was', async () => {
    const stranger = await (await service.tenant()).user()
    const theirs = await stranger.plain('/ws')
    for (const event of ['chat.join', 'chat.message', 'chat.typing', 'call_signal']) {
      const data = {
        'chat.message': { message: 'Hi' },
        'chat.typing': { isTyping: true },
        call_signal: { kind: 'offer' },
      }
      theirs.send({ event, data: { roomId, ...data[event as keyof typeof data] } })
    }
    const codes = (await theirs.next(isEvent('error'), 4)).map(({ data }) => data.code)
    expect(codes).toEqual(Array(4).fill('room_not_found'))
  })

  it('401 without a credential', async () => {
    await expect(service.plain('/chat/ws')).rejects.toMatchObject({ status: 401 })
  })
})
