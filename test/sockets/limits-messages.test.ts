/** How many messages one may send, by whatever event of whatever dialect says them. */
import { isEvent } from '../support/plain.js'
import { startService, type Service } from '../support/service.js'

let service: Service

beforeAll(async () => {
  service = await startService({ RATE_LIMITS: 'on' })
})
afterAll(() => service.stop())

const limits = { user_message_burst: 1, user_message_per_second: 1 }
const many = 4

async function annAlone() {
  const tenant = await service.tenant({ limits })
  const ann = await tenant.user()
  return { ann, room_id: await tenant.room([ann]) }
}

const refusal = {
  code: 'rate_limited',
  status: 429,
  retryable: true,
  detail: 'A user may send 1 messages at once and 1 a second after that.',
  retry_after_ms: expect.any(Number),
}

it('counts what the chat dialect sends, and nothing else of it', async () => {
  const { ann, room_id } = await annAlone()
  const socket = await ann.socketIn(room_id)
  const send = () => socket.ask('send_message', { room_id, text_message: 'Hi' })
  const answers = await Promise.all(Array.from({ length: many }, send))
  expect(answers[0]).toMatchObject({ ok: true })
  expect(answers[many - 1]).toMatchObject({ ok: false, error: refusal })
  expect(await socket.ask('mark_read', { room_id, seq: 1 })).toMatchObject({ ok: true })
  expect(await ann.rest.post(`/room/${room_id}/message/send`, { text_message: 'Hi' })).toMatchObject({ status: 429 })
})

it('counts what is said to a stream', async () => {
  const { ann } = await annAlone()
  await ann.rest.post('/api/chat/thread', { stream_id: 'live' })
  const socket = await ann.socket()
  await socket.ask('join_stream_room', { streamId: 'live' })
  const say = () => socket.ask('chat_message', { streamId: 'live', message: 'Hi' })
  const answers = await Promise.all(Array.from({ length: many }, say))
  expect([answers[0].ok, answers[many - 1].ok]).toEqual([true, false])
  expect(answers[many - 1].error).toMatchObject(refusal)
})

it.each(['lobby', 'a stored room'])('counts what a plain WebSocket says to %s', async (name) => {
  const { ann, room_id } = await annAlone()
  const roomId = name === 'lobby' ? name : room_id
  const socket = await ann.plain('/chat/ws')
  socket.send({ event: 'chat.join', data: { roomId } })
  for (let n = 0; n < many; n++) socket.send({ event: 'chat.message', data: { roomId, message: 'Hi' } })
  const [refused] = await socket.next(isEvent('error'))
  expect(refused.data).toMatchObject({ code: 'rate_limited', retry_after_ms: expect.any(Number) })
  expect(socket.frames.filter(isEvent('chat.message'))).toHaveLength(1)
})
