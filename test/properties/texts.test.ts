/** Texts of any code points and any JSON come back as they were sent, wherever they are shown, or are refused. */
import fc, { type Arbitrary } from 'fast-check'
import { startService, type Service, type TestUser } from '../support/service.js'
import type { TestSocket } from '../support/sockets.js'
import { anyJson, anyText, isStorable } from './arbitraries.js'

const inBytes = (text: string): string => Buffer.from(text).toString('hex')

/** What is there is what was sent, and not less by a depth, a size, a number or a key that cannot be kept. */
function isKeepable(value: unknown, depth = 0): boolean {
  if (typeof value === 'string') return isStorable(value)
  if (typeof value === 'number') return Math.abs(value) <= Number.MAX_SAFE_INTEGER
  if (typeof value !== 'object' || value === null) return true
  const parts = Object.entries(value)
  return (
    depth < 32 && parts.every(([key, part]) => key !== '__proto__' && isStorable(key) && isKeepable(part, depth + 1))
  )
}
const fits = (value: unknown): boolean => Buffer.byteLength(JSON.stringify(value)) <= 4096

describe('what is said', () => {
  let service: Service
  let user: TestUser
  let room: string
  let speaker: TestSocket
  let listener: TestSocket

  beforeAll(async () => {
    service = await startService()
    const tenant = await service.tenant()
    user = await tenant.user()
    const other = await tenant.user()
    room = await tenant.room([user, other])
    ;[speaker, listener] = await Promise.all([user.socketIn(room), other.socketIn(room)])
  })
  afterAll(() => service.stop())

  /** Sent by REST and by a socket: the answers, what is read, and what others hear of it. */
  async function sayTwice(payload: object): Promise<{ accepted: boolean; shown: any[] }> {
    const heard = listener.payloads('new_message').length
    const rest = await user.rest.post(`/room/${room}/message/send`, payload)
    const ack = await speaker.ask('send_message', { room_id: room, ...payload })
    if (rest.status === 400 && !ack.ok && ack.error.code === rest.body.code) return { accepted: false, shown: [] }
    expect({ rest: rest.body, ack }).toMatchObject({ rest: { room_id: room }, ack: { ok: true } })
    const told = (await listener.next('new_message', heard + 2)).slice(heard)
    const { body: page } = await user.rest.get(`/room/${room}/message?limit=2`)
    const { body: one } = await user.rest.get(`/room/${room}/message/${rest.body.message_id}`)
    return { accepted: true, shown: [rest.body, ack.message, ...told, ...page.items, one] }
  }

  it('is said byte for byte, in all places', async () => {
    const property = fc.asyncProperty(anyText(), async (text) => {
      const { accepted, shown } = await sayTwice({ text_message: text })
      expect(accepted).toBe(text.length > 0 && isStorable(text))
      for (const message of shown) expect(inBytes(message.text_message)).toBe(inBytes(text))
    })
    await fc.assert(property, { numRuns: 100 })
  })

  it.each([1, 9999, 10_000, 10_001])('may have 10,000 code points, and %i of them are…', async (length) => {
    for (const one of ['a', 'é', '€', '👍']) {
      const text = one.repeat(length)
      const { accepted, shown } = await sayTwice({ text_message: text })
      expect(accepted).toBe(length <= 10_000)
      for (const message of shown) expect(message.text_message === text).toBe(true)
    }
  })

  it('is what a sent id was, byte for byte, also when it is sent again', async () => {
    const property = fc.asyncProperty(anyText(), async (id) => {
      const { status, body } = await user.rest.post(`/room/${room}/message/send`, {
        text_message: 'once',
        client_message_id: id,
      })
      expect(status < 300).toBe(id.length > 0 && isStorable(id))
      if (status >= 300) return
      expect(inBytes(body.client_message_id)).toBe(inBytes(id))
      const repeated = await speaker.ask('send_message', {
        room_id: room,
        text_message: 'again',
        client_message_id: id,
      })
      expect(repeated).toMatchObject({ ok: true, duplicate: true, message: { message_id: body.message_id } })
    })
    await fc.assert(property, { numRuns: 40 })
  })

  const nested: Arbitrary<unknown> = fc
    .tuple(fc.constantFrom(31, 32, 33, 100), fc.boolean())
    .map(([depth, list]) =>
      JSON.parse(list ? '['.repeat(depth) + ']'.repeat(depth) : '{"a":'.repeat(depth) + '1' + '}'.repeat(depth)),
    )
  const large: Arbitrary<unknown> = fc.constantFrom(4093, 4094, 4095, 4096).map((length) => 'x'.repeat(length))
  const metadata = fc.oneof({ weight: 8, arbitrary: anyJson(6) }, nested, large)

  it('has metadata of any JSON up to 4 KiB, which is given back as it is', async () => {
    const property = fc.asyncProperty(metadata, async (value) => {
      const { accepted, shown } = await sayTwice({ text_message: 'm', metadata: value })
      expect(accepted).toBe(isKeepable(value) && fits(value))
      // -0 is written as 0 by every JSON writer: it never leaves the client.
      for (const message of shown) expect(message.metadata).toEqual(JSON.parse(JSON.stringify(value)))
    })
    await fc.assert(property, { numRuns: 100 })
  })

  it('has the same metadata on users and rooms', async () => {
    const property = fc.asyncProperty(metadata, async (value) => {
      const accepted = isKeepable(value) && fits(value)
      for (const path of ['/user/me', `/room/${room}`]) {
        const { status, body } = await user.rest.patch(path, { metadata: value })
        expect(status).toBe(accepted ? 200 : 400)
        if (!accepted) continue
        expect(body.metadata).toEqual(JSON.parse(JSON.stringify(value)))
        expect((await user.rest.get(path)).body.metadata).toEqual(JSON.parse(JSON.stringify(value)))
      }
    })
    await fc.assert(property, { numRuns: 60 })
  })

  /** As other languages write them: JavaScript would read another value, so it is told, or the value is the same. */
  it.each([
    ['{"n": 1e999}', 400, null],
    ['{"n": -1e999}', 400, null],
    ['{"n": 9007199254740993}', 400, null],
    ['{"n": 123456789012345678901234567890}', 400, null],
    ['{"__proto__": {"a": 1}}', 400, null],
    ['{"a": {"__proto__": 1}}', 400, null],
    ['{"n": 9007199254740991}', 201, { n: 9007199254740991 }],
    ['{"n": -0}', 201, { n: 0 }],
    ['{"n": 1.50}', 201, { n: 1.5 }],
    ['{"n": 1E2}', 201, { n: 100 }],
    ['{"a": 1, "a": 2}', 201, { a: 2 }],
    ['{"\\u0061": "\\u00e9\\ud83d\\ude00"}', 201, { a: 'é😀' }],
    ['{"constructor": {"prototype": 1}, "toString": null}', 201, { constructor: { prototype: 1 }, toString: null }],
    ['null', 201, null],
    ['""', 201, ''],
    ['false', 201, false],
    ['0', 201, 0],
    ['[]', 201, []],
  ])('metadata written as %s: %i', async (written, status, metadata) => {
    const raw = `{"text_message": "m", "metadata": ${written}}`
    const headers = { 'content-type': 'application/json' }
    const answer = await user.rest.post(`/room/${room}/message/send`, undefined, { raw, headers })
    expect({ status: answer.status, metadata: answer.body.metadata ?? null }).toEqual({ status, metadata })
  })
})
