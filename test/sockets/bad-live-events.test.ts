/** What no client of the livestream app should send (seed 001): each is told what is wrong, and nobody else feels it. */
import { rowsOf } from '../support/database.js'
import { startService, type Service, type TestUser } from '../support/service.js'
import type { TestSocket } from '../support/sockets.js'

let service: Service
let ann: TestUser
let witness: TestSocket

beforeAll(async () => {
  service = await startService()
  const tenant = await service.tenant()
  ann = await tenant.user()
  const bob = await tenant.user()
  await ann.rest.post('/api/chat/thread', { stream_id: 'a stream' })
  witness = await bob.socket()
  await witness.ask('join_stream_room', { streamId: 'a stream' })
})
afterAll(() => service.stop())

/** Nothing was stored, and who was there before is there still. */
async function expectNoHarm(): Promise<void> {
  expect(await rowsOf(service.databaseUrl, 'SELECT content FROM tb_messages')).toEqual([])
  expect(await witness.ask('join_stream_room', { streamId: 'a stream' })).toMatchObject({ ok: true })
  expect(witness.payloads('new_message')).toEqual([])
}

const failures = {
  join_stream_room: 'room_join_error',
  leave_stream_room: 'room_join_error',
  chat_message: 'message_error',
}

const streamId = 'a stream'
const message = 'Hi'

const payloads: Record<string, () => unknown[]> = {
  'no payload': () => [],
  null: () => [null],
  'a text': () => ['a stream'],
  'a number': () => [1],
  true: () => [true],
  'a list': () => [[]],
  'a list of the right object': () => [[{ streamId, message }]],
  'two payloads': () => [{ streamId, message }, {}],
  'an empty object': () => [{}],
  bytes: () => [Buffer.from('a stream')],
  'bytes within': () => [{ streamId: Buffer.from('a stream'), message }],
  'a number for the stream': () => [{ streamId: 1, message }],
  'a list for the stream': () => [{ streamId: ['a stream'], message }],
  'an object for the stream': () => [{ streamId: { toString: 1 }, message }],
  'an empty stream': () => [{ streamId: '', message }],
  'a very long stream': () => [{ streamId: 'x'.repeat(100_000), message }],
  'NUL in the stream': () => [{ streamId: '\0', message }],
  'half a surrogate pair': () => [{ streamId: '\ud800', message }],
  'a prototype': () => [JSON.parse('{"__proto__":{"streamId":"a stream","message":"Hi"}}')],
  'a constructor': () => [{ constructor: { prototype: { streamId } } }],
  'more than it takes': () => [{ streamId, message, user_id: 'x', room_id: 'x', stream_id: 'another' }],
  'a deep object': () => [{ streamId: JSON.parse('{"a":'.repeat(500) + '1' + '}'.repeat(500)), message }],
}

describe.each(Object.entries(failures))('%s', (event, failure) => {
  it.each(Object.entries(payloads))('of %s is told', async (_, make) => {
    const socket = await ann.socket()
    const answer = await socket.ask(event, ...make())
    expect(answer).toMatchObject({ ok: false, error: { code: 'validation_failed', status: 400 } })
    expect(socket.payloads(failure)).toEqual([{ message: answer.error.detail }])
    socket.socket.emit(event, ...make())
    await socket.next(failure, 2)
    await expectNoHarm()
    socket.close()
  })
})

it.each(['', 'x'.repeat(10_001), null, 1, ['Hi'], { toString: 1 }, '\0'])('a message of %j is told', async (text) => {
  const socket = await ann.socket()
  await socket.ask('join_stream_room', { streamId })
  const answer = await socket.ask('chat_message', { streamId, message: text })
  expect(answer).toMatchObject({ ok: false, error: { code: 'validation_failed' } })
  await expectNoHarm()
  socket.close()
})
