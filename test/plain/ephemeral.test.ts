/** `/chat/ws` (seed 002), in rooms that are only names: there as long as somebody is in them, and nothing is stored. */
import { EphemeralService } from '../../src/gateway/ephemeral.service.js'
import { Hub } from '../../src/gateway/hub.js'
import { block } from '../support/presence.js'
import { rowsOf } from '../support/database.js'
import { answersTo, isEvent, type PlainSocket } from '../support/plain.js'
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'
import { until } from '../support/until.js'
import { time } from '../sockets/golden.js'

let service: Service
let tenant: TestTenant
let ann: TestUser
let bob: TestUser
let roomId: string
let rooms = 0

beforeAll(async () => {
  service = await startService()
  tenant = await service.tenant()
  ;[ann, bob] = await Promise.all([tenant.user({ display_name: 'Ann' }), tenant.user({ display_name: 'Bob' })])
})
beforeEach(() => {
  roomId = `room ${rooms++}`
})
afterAll(() => service.stop())

async function join(socket: PlainSocket, name = roomId): Promise<void> {
  socket.send({ event: 'chat.join', data: { roomId: name } })
  await socket.next((frame) => frame.event === 'chat.joined' && frame.data.roomId === name)
}

async function joined(user: TestUser, name = roomId): Promise<PlainSocket> {
  const socket = await user.plain('/chat/ws')
  await join(socket, name)
  return socket
}

const say = (socket: PlainSocket, message: string, data: object = {}): void =>
  socket.send({ event: 'chat.message', data: { roomId, message, ...data } })

const type = (socket: PlainSocket, isTyping = true): void =>
  socket.send({ event: 'chat.typing', data: { roomId, isTyping } })

const of = (socket: PlainSocket, event: string): any[] => socket.frames.filter(isEvent(event)).map(({ data }) => data)

const error = (code: string) => ({
  event: 'error',
  data: expect.objectContaining({ message: expect.any(String), code }),
})

it('each frame is the seed’s', async () => {
  const anns = await joined(ann)
  const bobs = await joined(bob)
  await anns.next(isEvent('chat.userJoined'))
  say(bobs, 'Hello world!', { username: 'Mallory' })
  await anns.next(isEvent('chat.message'))
  bobs.send({ event: 'chat.typing', data: { roomId, username: 'Mallory', isTyping: true } })
  await anns.next(isEvent('chat.typing'))
  bobs.send({ event: 'chat.leave', data: { roomId } })
  await anns.next(isEvent('chat.userLeft'))
  expect(anns.frames.filter((frame) => frame.data.isTyping !== false)).toEqual([
    { event: 'chat.joined', data: { roomId } },
    { event: 'chat.userJoined', data: { userId: bob.userId, roomId } },
    {
      event: 'chat.message',
      data: { roomId, userId: bob.userId, username: 'Bob', message: 'Hello world!', timestamp: time },
    },
    { event: 'chat.typing', data: { roomId, userId: bob.userId, username: 'Bob', isTyping: true } },
    { event: 'chat.userLeft', data: { userId: bob.userId, roomId } },
  ])
  expect(bobs.frames.slice(0, 2)).toEqual([anns.frames[0], anns.frames[2]])
})

it.each([['a'], ['😀'.repeat(128)], ['ephemeral:x'], ['constructor'], ['019a9f42-9c07-7a19-8be2-0e6d5a4c3f7']])(
  'is a room of the name %s',
  async (name) => {
    const [anns, bobs] = [await joined(ann, name), await joined(bob, name)]
    bobs.send({ event: 'chat.message', data: { roomId: name, message: 'x'.repeat(10_000), client_message_id: 'mine' } })
    const [{ data }] = await anns.next(isEvent('chat.message'))
    expect(data).toMatchObject({ roomId: name, message: 'x'.repeat(10_000), client_message_id: 'mine' })
  },
)

describe('is refused', () => {
  it.each([
    ['a name that is too long', { event: 'chat.join', data: { roomId: 'x'.repeat(129) } }, 'validation_failed'],
    ['an empty name', { event: 'chat.join', data: { roomId: '' } }, 'validation_failed'],
    ['a name that is no text', { event: 'chat.join', data: { roomId: 1 } }, 'validation_failed'],
    ['resuming', { event: 'chat.join', data: { roomId: 'x', after_seq: 1 } }, 'validation_failed'],
    ['sending from outside', { event: 'chat.message', data: { roomId: 'x', message: 'Hi' } }, 'not_listening'],
    ['typing from outside', { event: 'chat.typing', data: { roomId: 'x', isTyping: true } }, 'not_listening'],
  ])('%s', async (_, frame, code) => {
    const anns = await ann.plain('/ws')
    anns.send(frame)
    expect(await anns.next(isEvent('error'))).toEqual([error(code)])
  })

  it('a text that is empty or too long, or a file, and nobody hears of it', async () => {
    const [anns, bobs] = [await joined(ann), await joined(bob)]
    say(bobs, '')
    say(bobs, 'x'.repeat(10_001))
    say(bobs, 'Hi', { file_url: 'https://cdn.example/a.png' })
    say(bobs, 'last')
    expect(await bobs.next(isEvent('error'), 3)).toEqual(Array(3).fill(error('validation_failed')))
    await anns.next(isEvent('chat.message'))
    expect(of(anns, 'chat.message').map(({ message }) => message)).toEqual(['last'])
  })

  it('to one socket in 255 rooms a further one, until it leaves one', async () => {
    const anns = await ann.plain('/ws')
    for (let n = 0; n < 255; n++) anns.send({ event: 'chat.join', data: { roomId: `many ${n}` } })
    anns.send({ event: 'chat.join', data: { roomId: 'many 3' } })
    anns.send({ event: 'chat.join', data: { roomId: 'one more' } })
    expect(await anns.next(isEvent('error'))).toEqual([error('validation_failed')])
    expect(of(anns, 'chat.joined')).toHaveLength(256)
    anns.send({ event: 'chat.leave', data: { roomId: 'many 3' } })
    await join(anns, 'one more')
  })
})

describe('who comes and who goes', () => {
  it('are people, and not their sockets; by the end of the last socket, too', async () => {
    const [anns, tab] = [await joined(ann), await joined(bob)]
    const another = await joined(bob)
    tab.close()
    await tab.closed
    await answersTo(another)
    await answersTo(anns)
    expect(of(anns, 'chat.userLeft')).toEqual([])
    another.close()
    await anns.next(isEvent('chat.userLeft'))
    expect(of(anns, 'chat.userJoined')).toEqual([{ userId: bob.userId, roomId }])
    expect(of(anns, 'chat.userLeft')).toEqual([{ userId: bob.userId, roomId }])
    expect(of(another, 'chat.userJoined')).toEqual([])
  })

  it('is told once to who joins twice or leaves twice', async () => {
    const [anns, bobs] = [await joined(ann), await joined(bob)]
    for (const event of ['chat.join', 'chat.leave', 'chat.leave']) bobs.send({ event, data: { roomId } })
    await answersTo(bobs)
    await answersTo(anns)
    expect([of(anns, 'chat.userJoined').length, of(anns, 'chat.userLeft').length]).toEqual([1, 1])
  })

  it('and who types is told to nobody above two hundred', async () => {
    const sockets = [await joined(ann)]
    for (let n = 0; n < 200; n++) sockets.push(await joined(n ? ann : bob))
    const carls = await joined(await tenant.user())
    type(carls)
    say(carls, 'But this is')
    await sockets[0]!.next(isEvent('chat.message'))
    expect(of(sockets[0]!, 'chat.userJoined')).toEqual([{ userId: bob.userId, roomId }])
    expect(of(sockets[0]!, 'chat.typing')).toEqual([])
  }, 30_000)
})

describe('typing', () => {
  const typing = (isTyping: boolean) => ({ roomId, userId: bob.userId, username: 'Bob', isTyping })

  it('ends by itself', async () => {
    const [anns, bobs] = [await joined(ann), await joined(bob)]
    type(bobs)
    await until(() => of(anns, 'chat.typing').length === 2, 'the end of it', 15_000)
    expect(of(anns, 'chat.typing')).toEqual([typing(true), typing(false)])
  }, 20_000)

  it.each<[string, (socket: PlainSocket) => void]>([
    ['a message', (socket) => say(socket, 'Hi')],
    ['leaving', (socket) => socket.send({ event: 'chat.leave', data: { roomId } })],
    ['the end of the socket', (socket) => socket.close()],
  ])('ends by %s, and is told once however often it is said', async (_, end) => {
    const [anns, bobs] = [await joined(ann), await joined(bob)]
    for (let n = 0; n < 10; n++) type(bobs)
    end(bobs)
    await anns.next(isEvent('chat.typing'), 2)
    expect(of(anns, 'chat.typing')).toEqual([typing(true), typing(false)])
  })
})

it('is heard by those who are in it alone, whoever has blocked whom', async () => {
  const carl = await tenant.user({ display_name: 'Carl' })
  await block(ann, carl)
  const [anns, carls, elsewhere] = [await joined(ann), await joined(carl), await joined(bob, 'elsewhere')]
  say(carls, 'Hi')
  expect(await anns.next(isEvent('chat.message'))).toMatchObject([{ data: { username: 'Carl' } }])
  await answersTo(elsewhere)
  expect(of(elsewhere, 'chat.message')).toEqual([])
})

it('of another tenant by the same name is another one', async () => {
  const stranger = await (await service.tenant()).user()
  const [anns, theirs] = [await joined(ann), await joined(stranger)]
  type(theirs)
  say(theirs, 'Is anybody there?')
  await theirs.next(isEvent('chat.message'))
  await answersTo(anns)
  expect(anns.frames.filter(({ event }) => event !== 'chat.joined')).toEqual([])
})

it('is gone with the last one, and never was in the database', async () => {
  const counts = `SELECT (SELECT count(*) FROM tb_chat_rooms)::int AS rooms, (SELECT count(*) FROM tb_messages)::int AS messages`
  const before = await rowsOf(service.databaseUrl, counts)
  const [anns, bobs] = [await joined(ann), await joined(bob)]
  type(bobs)
  say(bobs, 'Hi')
  await anns.next(isEvent('chat.message'))
  for (const socket of [anns, bobs]) socket.close()
  const hub = service.app.get(Hub)
  await until(() => hub.listenersOf(tenant.tenantId, `ephemeral:${roomId}`).size === 0, 'the end of the room')
  type Kept = { typing: { typists: { typists: Map<string, unknown>; bySocket: Map<string, unknown> } } }
  const { typists, bySocket } = service.app.get<Kept>(EphemeralService).typing.typists
  await until(() => typists.size + bySocket.size === 0, 'the end of all typing')
  expect(await rowsOf(service.databaseUrl, counts)).toEqual(before)
})
