/** What no client should send: each is told what is wrong, nothing is stored, and everybody else's connection lives. */
import { rowsOf } from '../support/database.js'
import { startService, type Service, type TestUser } from '../support/service.js'
import type { TestSocket } from '../support/sockets.js'

const maxPayloadBytes = 131_072

let service: Service
let ann: TestUser
let room_id: string
/** Somebody else, who hears the room and must not feel anything. */
let witness: TestSocket

beforeAll(async () => {
  service = await startService()
  const tenant = await service.tenant()
  ann = await tenant.user()
  const bob = await tenant.user()
  room_id = await tenant.room([ann, bob])
  witness = await bob.socketIn(room_id)
})

afterAll(() => service.stop())

/** Nothing was stored, and who was there before is there still. */
async function expectNoHarm(): Promise<void> {
  expect(await rowsOf(service.databaseUrl, 'SELECT content FROM tb_messages')).toEqual([])
  expect(await witness.ask('leave_room', { room_id })).toEqual({ ok: true, room_id })
  expect(await witness.ask('join_room', { room_id })).toMatchObject({ ok: true, last_seq: 0 })
  expect(witness.payloads('new_message')).toEqual([])
}

const unknownEvents = [
  'no_such_event',
  '',
  'constructor',
  '__proto__',
  'toString',
  'hasOwnProperty',
  'error',
  'message',
]

describe('unknown events', () => {
  it.each([...unknownEvents, 'exception', 'JOIN_ROOM', 'message.send', 'end', 'x'.repeat(10_000)])(
    '%j is acknowledged with unknown_event',
    async (event) => {
      const socket = await ann.socket()
      const answer = await socket.ask(event, { room_id })
      expect(answer).toMatchObject({ ok: false, error: { code: 'unknown_event', status: 400, retryable: false } })
      expect(await socket.ask('leave_room', { room_id })).toEqual({ ok: true, room_id })
      await expectNoHarm()
    },
  )

  it.each([...unknownEvents, 42])('%j without an acknowledgement comes back as exception', async (event) => {
    const socket = await ann.socket()
    socket.socket.emit(event as string, { room_id })
    expect(await socket.next('exception')).toMatchObject([{ code: 'unknown_event', event }])
    await expectNoHarm()
  })
})

const commands = ['join_room', 'leave_room', 'send_message']

const payloads: Record<string, () => unknown[]> = {
  'no payload': () => [],
  'two payloads': () => [{ room_id, text_message: 'Hi' }, {}],
  'three payloads': () => [{ room_id, text_message: 'Hi' }, null, 'x'],
  undefined: () => [undefined],
  null: () => [null],
  'a text': () => [room_id],
  'a number': () => [1],
  true: () => [true],
  'a list': () => [[]],
  'a list of the right object': () => [[{ room_id, text_message: 'Hi' }]],
  'an empty object': () => [{}],
  bytes: () => [Buffer.from('bytes')],
  'bytes within': () => [{ room_id, text_message: 'Hi', metadata: [Buffer.from('bytes')] }],
  'bytes for a room_id': () => [{ room_id: Buffer.from(room_id), text_message: 'Hi' }],
  'a list for a room_id': () => [{ room_id: [room_id], text_message: 'Hi' }],
  'an object for a room_id': () => [{ room_id: { room_id }, text_message: 'Hi' }],
  'a number for a room_id': () => [{ room_id: 1, text_message: 'Hi' }],
  'a room_id that is no UUID': () => [{ room_id: 'room', text_message: 'Hi' }],
  'SQL for a room_id': () => [{ room_id: `${room_id}' OR 1=1 --`, text_message: 'Hi' }],
  'an own key __proto__': () => [JSON.parse(`{ "room_id": "${room_id}", "text_message": "Hi", "__proto__": {} }`)],
  'an own constructor': () => [{ room_id, text_message: 'Hi', constructor: { name: 'Object' } }],
  'a constructor of null': () => [{ room_id, text_message: 'Hi', constructor: null }],
  'own methods of every object': () => [{ room_id, text_message: 'Hi', toString: 1, hasOwnProperty: 1 }],
  'an unknown field': () => [{ room_id, text_message: 'Hi', colour: 'blue' }],
}

describe.each(commands)('%s', (event) => {
  it.each(Object.entries(payloads))('with %s', async (_, args) => {
    const socket = await ann.socket()
    const answer = await socket.ask(event, ...args())
    expect(answer).toMatchObject({ ok: false, error: { code: 'validation_failed', status: 400 } })
    socket.socket.emit(event, ...args())
    expect(await socket.next('exception')).toMatchObject([{ code: 'validation_failed', event }])
    expect(await socket.ask('leave_room', { room_id })).toEqual({ ok: true, room_id })
    await expectNoHarm()
  })
})

const nested = (depth: number): unknown => (depth ? { a: nested(depth - 1) } : 1)

const fields: [string, object][] = [
  ['text_message', { text_message: '' }],
  ['text_message', { text_message: 'x'.repeat(10_001) }],
  ['text_message', { text_message: '👍'.repeat(10_001) }],
  ['text_message', { text_message: ['Hi'] }],
  ['text_message', { text_message: { toString: 'Hi' } }],
  ['text_message', { text_message: null }],
  ['text_message', { text_message: 'a\u0000b' }],
  ['text_message', { text_message: 'half a \ud83d pair' }],
  ['file_url', { text_message: 'Hi', file_url: 'javascript:alert(1)' }],
  ['client_message_id', { text_message: 'Hi', client_message_id: 'x'.repeat(201) }],
  ['client_message_id', { text_message: 'Hi', client_message_id: 7 }],
  ['client_message_id', { text_message: 'Hi', client_message_id: '' }],
  ['reply_to', { text_message: 'Hi', reply_to: 'that one' }],
  ['mentions', { text_message: 'Hi', mentions: 'everybody' }],
  ['mentions', { text_message: 'Hi', mentions: ['everybody'] }],
  ['metadata', { text_message: 'Hi', metadata: 'x'.repeat(4095) }],
  ['metadata', { text_message: 'Hi', metadata: nested(33) }],
  ['metadata', { text_message: 'Hi', metadata: { a: '\u0000' } }],
  ['metadata', { text_message: 'Hi', metadata: JSON.parse('[{ "__proto__": {} }]') }],
  ['seq', { text_message: 'Hi', seq: 1 }],
  ['sender', { text_message: 'Hi', sender: { user_id: 'somebody else' } }],
  ['tenant_id', { text_message: 'Hi', tenant_id: 'another' }],
]

describe('a wrong field', () => {
  it.each(fields)('%s is named: %j', async (field, input) => {
    const socket = await ann.socket()
    const { ok, error } = await socket.ask('send_message', { room_id, ...input })
    expect(ok).toBe(false)
    expect(error).toMatchObject({ code: 'validation_failed', errors: [{ field, message: expect.any(String) }] })
    expect(error.detail.length).toBeLessThan(500)
    await expectNoHarm()
  })

  it('after_seq of join_room must be a whole number', async () => {
    const socket = await ann.socket()
    for (const after_seq of [-1, 1.5, '1', null, [], Number.MAX_SAFE_INTEGER + 1]) {
      const { error } = await socket.ask('join_room', { room_id, after_seq })
      expect(error).toMatchObject({ code: 'validation_failed', errors: [{ field: 'after_seq' }] })
    }
  })
})

describe('frames beyond WS_MAX_PAYLOAD_BYTES', () => {
  it.each(['websocket', 'polling'])('end that socket alone, over %s', async (transport) => {
    const socket = await service.socket({ auth: { token: ann.token }, transports: [transport] })
    const other = await ann.socketIn(room_id)
    socket.socket.emit('send_message', { room_id, text_message: 'x'.repeat(maxPayloadBytes) })
    await socket.disconnected()
    expect(await other.ask('leave_room', { room_id })).toEqual({ ok: true, room_id })
    await expectNoHarm()
  })

  it('are counted with what is in them: the largest that fits is answered', async () => {
    const socket = await ann.socket()
    const empty = JSON.stringify(['send_message', { room_id, text_message: '' }]).length
    const text_message = 'x'.repeat(maxPayloadBytes - empty - '421'.length)
    const answer = await socket.ask('send_message', { room_id, text_message })
    expect(answer).toMatchObject({ ok: false, error: { code: 'validation_failed' } })
    await expectNoHarm()
  })
})
