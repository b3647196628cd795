/** The chat of a stream: how it is opened, and where it is found. */
import { countOf, itAsksWhoCalls, itIsLimited, limitsOn, badField, problem, statusesOf } from '../support/problems.js'
import type { SendOptions } from '../support/rest.js'
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'

let service: Service
let tenant: TestTenant
let ann: TestUser
let bob: TestUser
const running = () => service

beforeAll(async () => {
  service = await startService(limitsOn)
})
beforeEach(async () => {
  tenant = await service.tenant()
  ann = await tenant.user({ display_name: 'Ann' })
  bob = await tenant.user({ display_name: 'Bob' })
})
afterAll(() => service.stop())

const open = ({ rest }: TestUser, stream_id = 'stream_001', options?: SendOptions) =>
  rest.post('/api/chat/thread', { stream_id }, options)
const close = ({ rest }: TestUser, stream_id = 'stream_001') => rest.post(`/api/chat/thread/${stream_id}/close`)

describe('POST /api/chat/thread', () => {
  describe('201', () => {
    it('makes the room of the stream, open to all of the tenant, without members', async () => {
      const { status, body } = await open(ann)
      expect(status).toBe(201)
      expect(body).toEqual({
        ws_url: `${service.url.replace('http', 'ws')}/ws/chat/stream_001`,
        stream_id: 'stream_001',
        room_id: expect.any(String),
      })
      expect((await bob.rest.get(`/room/${body.room_id}`)).body).toMatchObject({
        type: 'livestream',
        access: 'open',
        is_group: true,
        name: 'stream_001',
        created_by: ann.userId,
        archived: false,
        member_count: 0,
      })
      expect(await countOf(tenant, 'tb_user_room')).toBe(0)
    })

    it.each([
      ['the eldest', 'a/b c'],
      ['Việt 🎉', 'x'.repeat(128)],
      ['🎉'.repeat(128), 'a.b..c'],
      ['%2F', '?#&'],
    ])('takes any text for a stream, and writes it so that a path holds it: %j, %j', async (...streams) => {
      for (const stream of streams) {
        const { status, body } = await open(ann, stream)
        expect([status, body.stream_id]).toEqual([201, stream])
        const { pathname } = new URL(body.ws_url)
        expect(pathname.split('/').slice(1, 3)).toEqual(['ws', 'chat'])
        expect(decodeURIComponent(pathname.split('/')[3]!)).toBe(stream)
        expect((await close(ann, encodeURIComponent(stream))).body).toMatchObject({ stream_id: stream, active: false })
      }
    })

    it('opens a closed one of its streamer again: the same room, with what was said there', async () => {
      const { room_id } = (await open(ann)).body
      await bob.send(room_id, 'before')
      await close(ann)
      expect(await open(ann)).toMatchObject({ status: 201, body: { room_id } })
      expect(await bob.send(room_id, 'after')).toMatchObject({ seq: 2 })
    })

    it('is another stream in another tenant', async () => {
      const other = await (await service.tenant()).user()
      const [mine, theirs] = [await open(ann), await open(other)]
      expect([mine.status, theirs.status]).toEqual([201, 201])
      expect(mine.body.room_id).not.toBe(theirs.body.room_id)
    })
  })

  describe('200', () => {
    it('answers what is live already', async () => {
      const { body } = await open(ann)
      expect(await open(ann)).toMatchObject({ status: 200, body })
    })

    it('makes one room of fifty at once', async () => {
      const answers = await Promise.all(Array.from({ length: 50 }, () => open(ann)))
      expect(statusesOf(answers)).toEqual([...Array<number>(49).fill(200), 201])
      expect(new Set(answers.map(({ body }) => body.room_id)).size).toBe(1)
      expect(await countOf(tenant, 'tb_chat_rooms')).toBe(1)
    })

    it('makes one room of two nodes', async () => {
      const node = await service.another(limitsOn)
      const answers = await Promise.all(Array.from({ length: 10 }, (_, n) => open(n % 2 ? ann : ann.at(node))))
      await node.stop()
      expect(statusesOf(answers)).toEqual([...Array<number>(9).fill(200), 201])
      expect(await countOf(tenant, 'tb_chat_rooms')).toBe(1)
    })
  })

  describe('400', () => {
    it.each([undefined, null, 1, '', '.', '..', 'x'.repeat(129), 'a\u0000b', '\ud800'])(
      'refuses the id %j',
      async (id) => {
        expect(await ann.rest.post('/api/chat/thread', { stream_id: id })).toMatchObject(badField('stream_id'))
        expect(await countOf(tenant, 'chat_threads')).toBe(0)
      },
    )
  })

  describe('401', () => {
    itAsksWhoCalls(running, (caller) => caller.post('/api/chat/thread', { stream_id: 's' }))
  })

  describe('403', () => {
    it('wants a streamer', async () => {
      const answer = await tenant.backend.post('/api/chat/thread', { stream_id: 's' })
      expect(answer).toMatchObject(problem(403, 'user_required'))
    })
  })

  describe('409', () => {
    it('gives nobody the stream of somebody else, live or closed, whatever they are', async () => {
      const admin = await tenant.user({ role: 'admin' })
      await open(ann)
      for (const other of [bob, admin]) expect(await open(other)).toMatchObject(problem(409, 'stream_taken'))
      await close(ann)
      expect(await open(bob)).toMatchObject(problem(409, 'stream_taken'))
    })

    it('gives it to one of two who ask at once', async () => {
      const answers = await Promise.all([open(ann), open(bob)])
      expect(statusesOf(answers)).toEqual([201, 409])
    })

    it('is free again when its room was deleted', async () => {
      const { room_id } = (await open(ann)).body
      await ann.rest.delete(`/room/${room_id}`)
      const { status, body } = await open(bob)
      expect(status).toBe(201)
      expect(body.room_id).not.toBe(room_id)
    })
  })

  describe('429', () => {
    itIsLimited(running, (caller) => caller.post('/api/chat/thread', { stream_id: 's' }))
  })
})

describe('the ws_url', () => {
  it.each([
    ['https://chat.example.com', 'wss://chat.example.com/ws/chat/stream_001'],
    ['https://example.com/parley/', 'wss://example.com/parley/ws/chat/stream_001'],
    ['http://localhost:3000', 'ws://localhost:3000/ws/chat/stream_001'],
  ])('is of PUBLIC_URL if that is set: %s', async (PUBLIC_URL, ws_url) => {
    const node = await service.another({ PUBLIC_URL, TRUST_PROXY: '127.0.0.1' })
    const headers = { 'x-forwarded-host': 'evil.example', 'x-forwarded-prefix': '/evil' }
    const { body } = await open(ann.at(node), 'stream_001', { headers })
    await node.stop()
    expect(body.ws_url).toBe(ws_url)
  })

  describe('else of the request, as it came to the proxy', () => {
    let node: Service
    beforeAll(async () => {
      node = await service.another({ TRUST_PROXY: '127.0.0.1' })
    })
    afterAll(() => node.stop())

    const tls = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'chat.example.com' }
    it.each<[Record<string, string>, string]>([
      [tls, 'wss://chat.example.com'],
      [{ ...tls, 'x-forwarded-host': 'chat.example.com:8443' }, 'wss://chat.example.com:8443'],
      [{ ...tls, 'x-forwarded-prefix': '/parley/' }, 'wss://chat.example.com/parley'],
      [{ ...tls, 'x-forwarded-prefix': '/a/b' }, 'wss://chat.example.com/a/b'],
      [{ ...tls, 'x-forwarded-prefix': '/a?b=<c>' }, 'wss://chat.example.com'],
      [{ ...tls, 'x-forwarded-prefix': '//evil.example' }, 'wss://chat.example.com'],
      [{ 'x-forwarded-host': 'chat.example.com' }, 'ws://chat.example.com'],
    ])('%j', async (headers, base) => {
      const { body } = await open(ann.at(node), 'stream_001', { headers })
      expect(body.ws_url).toBe(`${base}/ws/chat/stream_001`)
    })
  })

  it('is refused to who names no host, and nothing is made', async () => {
    const node = await service.another({ TRUST_PROXY: '127.0.0.1' })
    const answer = await open(ann.at(node), 'stream_001', { headers: { 'x-forwarded-host': 'no host' } })
    await node.stop()
    expect(answer).toMatchObject(problem(400, 'bad_request'))
    expect(await countOf(tenant, 'chat_threads')).toBe(0)
  })

  it('believes no header of whoever is no proxy', async () => {
    const headers = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'evil.example', 'x-forwarded-prefix': '/evil' }
    const { body } = await open(ann, 'stream_001', { headers })
    expect(body.ws_url).toBe(`${service.url.replace('http', 'ws')}/ws/chat/stream_001`)
  })
})
