/** Seed 000 from top to bottom: a stream's thread, over a plain WebSocket. */
import { Refused, type PlainSocket } from './support/plain.js'
import { startService, type Service, type TestTenant, type TestUser } from './support/service.js'

let service: Service
let tenant: TestTenant
let streamer: TestUser
let viewer: TestUser
let stream_id: string
let streams = 0

beforeAll(async () => {
  service = await startService()
  tenant = await service.tenant()
  ;[streamer, viewer] = await Promise.all([
    tenant.user({ display_name: 'StreamerA' }),
    tenant.user({ display_name: 'Bob' }),
  ])
})
beforeEach(() => {
  stream_id = `stream_${streams++}`
})
afterAll(() => service.stop())

const start = async (): Promise<string> => {
  const { status, body } = await streamer.rest.post('/api/chat/thread', { stream_id })
  expect(status).toBe(201)
  return new URL(body.ws_url).pathname
}

const isMessage = (frame: any): boolean => frame.content !== undefined

const contents = (socket: PlainSocket): string[] => socket.frames.filter(isMessage).map(({ content }) => content)

it('2. the streamer gets the URL of the WebSocket', async () => {
  const { body } = await streamer.rest.post('/api/chat/thread', { stream_id })
  expect(body).toMatchObject({ ws_url: `${service.url.replace('http', 'ws')}/ws/chat/${stream_id}` })
})

it('4. a frontend opens it with its token, and everybody hears what is said', async () => {
  const path = await start()
  const [streamers, viewers] = [await streamer.plain(path), await viewer.plain(path)]
  viewers.send({ content: 'Hello everyone!' })
  const frame = {
    id: expect.any(String),
    seq: 1,
    stream_id,
    user_id: viewer.userId,
    username: 'Bob',
    role: 'viewer',
    content: 'Hello everyone!',
    created_at: expect.any(String),
  }
  expect(await streamers.next(isMessage)).toEqual([frame])
  expect(await viewers.next(isMessage)).toEqual([frame])
  streamers.send({ content: 'Welcome' })
  expect((await viewers.next(isMessage, 2))[1]).toMatchObject({ seq: 2, username: 'StreamerA', role: 'streamer' })
})

describe('5. history comes before what is new', () => {
  it('the last 50, oldest first, and nothing between is lost or doubled', async () => {
    const path = await start()
    const { room_id } = (await streamer.rest.post('/api/chat/thread', { stream_id })).body
    for (let n = 1; n <= 60; n++) await streamer.send(room_id, `${n}`)
    const meanwhile = Promise.all(Array.from({ length: 40 }, (_, n) => streamer.send(room_id, `${61 + n}`)))
    const viewers = await viewer.plain(path)
    await meanwhile
    await viewers.next((frame) => frame.seq === 100)
    const seqs = viewers.frames.map(({ seq }) => seq)
    expect(seqs).toEqual(Array.from({ length: seqs.length }, (_, n) => 101 - seqs.length + n))
    expect(seqs.length).toBeGreaterThanOrEqual(50)
  })

  it('all after the one that the client has, however many', async () => {
    const path = await start()
    const { room_id } = (await streamer.rest.post('/api/chat/thread', { stream_id })).body
    await Promise.all(Array.from({ length: 700 }, (_, n) => streamer.send(room_id, `${n}`)))
    const viewers = await viewer.plain(`${path}?after_seq=10`)
    await viewers.next(isMessage, 690)
    expect(viewers.frames.map(({ seq }) => seq)).toEqual(Array.from({ length: 690 }, (_, n) => 11 + n))
  })
})

it('a message sent again by its own id is there once, and answered once more', async () => {
  const path = await start()
  const [streamers, viewers] = [await streamer.plain(path), await viewer.plain(path)]
  for (const _ of [1, 2]) viewers.send({ content: 'Once', client_message_id: 'mine' })
  const [first, again] = await viewers.next(isMessage, 2)
  expect(again).toEqual(first)
  viewers.send({ content: 'Two' })
  await streamers.next(isMessage, 2)
  expect(contents(streamers)).toEqual(['Once', 'Two'])
})

describe('no active thread', () => {
  it('404', async () => {
    await expect(viewer.plain('/ws/chat/none')).rejects.toMatchObject({
      status: 404,
      problem: { code: 'stream_not_found' },
    })
  })

  it('4404 to a browser', async () => {
    const socket = await service.plain(`/ws/chat/none?token=${viewer.token}`, { origin: 'https://app.example' })
    expect(await socket.closed).toEqual([4404, 'stream_not_found'])
  })
})

describe('6. the end', () => {
  it('is the streamer’s to tell, and everybody is told it, and let go', async () => {
    const path = await start()
    const [streamers, viewers] = [await streamer.plain(path), await viewer.plain(path)]
    expect(await viewer.rest.post(`/api/chat/thread/${stream_id}/close`)).toMatchObject({ status: 403 })
    expect(await streamer.rest.post(`/api/chat/thread/${stream_id}/close`)).toMatchObject({ status: 200 })
    for (const socket of [streamers, viewers]) {
      expect((await socket.closed)[0]).toBe(1000)
      expect(socket.frames.at(-1)).toEqual({ closed: true, stream_id, message: expect.any(String) })
    }
    await expect(viewer.plain(path)).rejects.toThrow(Refused)
  })
})

it('an error is told in a frame of its own, and the connection lives on', async () => {
  const viewers = await viewer.plain(await start())
  for (const frame of ['no JSON', '[]', '{}', '{"content":1}']) viewers.send(frame)
  const errors = await viewers.next((frame) => frame.error, 4)
  expect(errors.map(({ error: { code } }) => code)).toEqual([
    'malformed_json',
    'bad_request',
    'validation_failed',
    'validation_failed',
  ])
  viewers.send({ content: 'Still here' })
  await viewers.next(isMessage)
})
