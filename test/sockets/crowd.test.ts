/** A livestream’s viewers who read too slowly: what they miss is said, to the message, and nobody waits for them. */
import type { WebSocket } from 'ws'
import type { Actor } from '../../src/contract/actor.js'
import type { Connection } from '../../src/gateway/connection.js'
import { Hub } from '../../src/gateway/hub.js'
import { MessagesService } from '../../src/messages/messages.service.js'

import { RawSocket } from '../support/raw.js'
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'
import { until } from '../support/until.js'

let service: Service
let tenant: TestTenant
let streamer: TestUser
let talker: TestUser
let slow: TestUser
let room_id: string
let seqs: number

beforeAll(async () => {
  service = await startService()
})
beforeEach(async () => {
  tenant = await service.tenant()
  ;[streamer, talker, slow] = await Promise.all([tenant.user(), tenant.user(), tenant.user()])
  room_id = (await streamer.rest.post('/api/chat/thread', { stream_id: 'stream' })).body.room_id
  seqs = 0
})
afterAll(() => service.stop())

const as = ({ userId }: TestUser): Actor => ({ kind: 'user', tenantId: tenant.tenantId, userId, role: 'user' })

/** So large that few of them fill what the kernel takes in a reader’s stead. */
const large = '✓'.repeat(10_000)

async function say(user: TestUser, count = 1, text = large): Promise<void> {
  const messages = service.app.get(MessagesService)
  const sends = Array.from({ length: count }, () => messages.send(as(user), room_id, { text_message: text }))
  await Promise.all(sends)
  seqs += count
}

const connection = (user: TestUser): Connection =>
  [...service.app.get(Hub).connectionsOf(tenant.tenantId, user.userId)][0]!

/** The others talk until more waits for the viewer than for one who reads, and a little longer. */
async function leaveBehind(): Promise<void> {
  while (!connection(slow).isSlow) await say(talker, 10)
  await say(talker, 25)
}

const pause = ({ ws }: { ws: unknown }): void => (ws as WebSocket).pause()
const resume = ({ ws }: { ws: unknown }): void => (ws as WebSocket).resume()

/** A message’s number, or how many are missing. */
interface Heard {
  seq?: number
  skipped?: number
}

interface Viewer {
  /** All that the viewer was told of messages. */
  heard(): Heard[]
  ws: unknown
}

async function plainViewer(query = ''): Promise<Viewer> {
  const socket = await slow.plain(`/ws/chat/stream${query}`)
  await until(() => service.app.get(Hub).position(connection(slow), room_id), 'the viewer to be live')
  return { ws: socket.ws, heard: () => socket.frames.flat() }
}

async function socketIoViewer(): Promise<Viewer> {
  const raw = await RawSocket.connected(service.url, slow.token)
  raw.send(`420${JSON.stringify(['join_room', { room_id }])}`)
  await raw.next(/^430/)
  const events = (): [string, any][] =>
    raw.frames.filter((text) => text.startsWith('42')).map((text) => JSON.parse(text.slice(2)))
  const heard = (): Heard[] =>
    events().flatMap<Heard>(([name, { seq, count }]) =>
      name === 'new_message' ? [{ seq }] : name === 'messages_skipped' ? [{ skipped: count }] : [],
    )
  return { ws: raw.ws, heard }
}

/** Up to which message it was told all, or how much is missing. Throws if something is missing and nothing was said. */
function told(heard: Heard[]): number {
  let at = 0
  for (const { seq, skipped = 0 } of heard) {
    at += skipped
    if (seq !== undefined) expect(seq).toBe(++at)
  }
  return at
}

const skipped = (heard: Heard[]): number => heard.reduce((sum, one) => sum + (one.skipped ?? 0), 0)

const kinds: [string, () => Promise<Viewer>][] = [
  ['/ws/chat', () => plainViewer()],
  ['/ws/chat with several in a frame', () => plainViewer('?batch=true')],
  ['Socket.IO', () => socketIoViewer()],
]

describe.each(kinds)('by %s', (_, open) => {
  let viewer: Viewer
  beforeEach(async () => {
    viewer = await open()
    pause(viewer)
  })
  afterEach(() => (viewer.ws as WebSocket).terminate())

  it('who reads again hears how many were left out, and then all', async () => {
    await leaveBehind()
    resume(viewer)
    await until(() => told(viewer.heard()) === seqs, 'all to be told', 10_000)
    expect(skipped(viewer.heard())).toBeGreaterThan(0)
    const before = viewer.heard().length
    await say(talker, 20, 'Welcome back')
    await until(() => viewer.heard().length === before + 20, 'what is said now')
    expect(told(viewer.heard())).toBe(seqs)
  })

  it('what the streamer says is never left out, and the number comes before it', async () => {
    await leaveBehind()
    const own: number[] = []
    for (let n = 0; n < 5; n++) {
      await say(streamer, 1, 'Listen!')
      own.push(seqs)
      await say(talker, 3)
    }
    resume(viewer)
    await until(() => told(viewer.heard()) === seqs, 'all to be told', 10_000)
    expect(viewer.heard().flatMap(({ seq }) => (seq && own.includes(seq) ? [seq] : []))).toEqual(own)
    expect(skipped(viewer.heard())).toBeGreaterThan(0)
  })

  it('twice slow, the count begins anew', async () => {
    for (let round = 0; round < 2; round++) {
      await leaveBehind()
      resume(viewer)
      await until(() => told(viewer.heard()) === seqs, 'all to be told', 10_000)
      pause(viewer)
    }
    expect(viewer.heard().filter((one) => one.skipped).length).toBeGreaterThanOrEqual(2)
  })

  it('nobody else misses anything', async () => {
    const other = await talker.plain('/ws/chat/stream')
    await leaveBehind()
    await until(() => told(other.frames) === seqs, 'all to be told', 10_000)
    expect(skipped(other.frames)).toBe(0)
  })

  it('who never reads again is cut, and nothing of them is left', async () => {
    await leaveBehind()
    const hub = service.app.get(Hub)
    while (hub.hasAny(tenant.tenantId, slow.userId)) await say(streamer, 10)
    expect(hub.countListeners({ tenantId: tenant.tenantId, roomId: room_id })).toBe(0)
  })
})

describe('by Socket.IO, in the middle of it', () => {
  let viewer: RawSocket
  beforeEach(async () => {
    viewer = await RawSocket.connected(service.url, slow.token)
    viewer.send(`420${JSON.stringify(['join_stream_room', { streamId: 'stream' }])}`)
    await viewer.next(/^430/)
    pause(viewer)
    await leaveBehind()
  })
  afterEach(() => viewer.ws.terminate())

  const named = (name: string): any[] =>
    viewer.frames.flatMap((text) => (text.startsWith(`42["${name}"`) ? [JSON.parse(text.slice(2))[1]] : []))

  it('who leaves is not told any more what was left out', async () => {
    viewer.send(`421${JSON.stringify(['leave_stream_room', { streamId: 'stream' }])}`)
    await until(
      () => !service.app.get(Hub).isIn(connection(slow), { tenantId: tenant.tenantId, roomId: room_id }),
      'it',
    )
    resume(viewer)
    await viewer.next(/^431/)
    viewer.send(`422${JSON.stringify(['leave_stream_room', { streamId: 'stream' }])}`)
    await viewer.next(/^432/)
    expect(named('messages_skipped')).toEqual([])
  })

  it('who joins once more is told before the history what was left out', async () => {
    viewer.send(`421${JSON.stringify(['join_stream_room', { streamId: 'stream' }])}`)
    await until(() => service.app.get(Hub).position(connection(slow), room_id) === null, 'it to read the history')
    await say(talker, 1, 'last')
    resume(viewer)
    await viewer.next(/^431/)
    const names = viewer.frames.flatMap((text) => /^42\["(messages_skipped|recent_chat_history)"/.exec(text)?.[1] ?? [])
    expect(names).toEqual(['recent_chat_history', 'messages_skipped', 'recent_chat_history'])
    expect(named('messages_skipped')).toEqual([{ streamId: 'stream', count: expect.any(Number) }])
    const live = named('new_message').filter(({ message }) => message !== 'last').length
    expect(live + named('messages_skipped')[0].count).toBe(seqs - 1)
  })

  it('who ends is forgotten, and the room with them', async () => {
    viewer.ws.terminate()
    const hub = service.app.get(Hub)
    await until(() => !hub.hasAny(tenant.tenantId, slow.userId), 'the end of the socket')
    await say(talker)
    expect([...hub.openRooms()].filter(({ roomId }) => roomId === room_id)).toEqual([])
  })
})

it('who comes and reads slowly what was said before misses nothing of it', async () => {
  for (let n = 0; n < 20; n++) await say(talker, 20)
  const socket = await slow.plain('/ws/chat/stream?after_seq=0')
  pause(socket)
  await say(talker, 50)
  resume(socket)
  await until(() => told(socket.frames) === seqs, 'all to be told', 20_000)
  expect(skipped(socket.frames)).toBe(0)
})
