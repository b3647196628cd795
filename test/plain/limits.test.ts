/** `/chat/ws` (seed 002) to who asks too much: an error that says when to try again, and the socket lives on. */
import { setTimeout } from 'node:timers/promises'
import { isEvent } from '../support/plain.js'
import { startService, type Service } from '../support/service.js'

const burst = 10

let service: Service

beforeAll(async () => {
  service = await startService({
    RATE_LIMITS: 'on',
    RATE_USER_BURST: String(burst),
    RATE_USER_PER_SECOND: '2',
    RATE_USER_JOIN_BURST: '3',
    RATE_USER_JOIN_PER_SECOND: '1',
  })
})
afterAll(() => service.stop())

const error = {
  event: 'error',
  data: { message: expect.any(String), code: 'rate_limited', retry_after_ms: expect.any(Number) },
}

it('what is beyond a burst is refused in its turn, with its own id, and may be sent again', async () => {
  const anns = await (await (await service.tenant()).user()).plain('/chat/ws')
  const say = (n: number): void => {
    const data = { roomId: 'lobby', message: `${n}`, client_message_id: `id ${n}` }
    anns.send({ event: 'chat.message', data })
  }
  anns.send({ event: 'chat.join', data: { roomId: 'lobby' } })
  for (let n = 1; n <= burst; n++) say(n)
  const [refused] = await anns.next(isEvent('error'))
  expect(refused).toEqual({ ...error, data: { ...error.data, client_message_id: `id ${burst}` } })
  expect(anns.frames.filter(isEvent('chat.message'))).toHaveLength(burst - 1)
  expect(anns.frames.at(-1)).toEqual(refused)

  await setTimeout(refused.data.retry_after_ms + 5)
  say(burst)
  const said = await anns.next(isEvent('chat.message'), burst)
  expect(said.at(-1).data).toMatchObject({ message: `${burst}` })
})

it('rooms that are only names count as rooms that are joined', async () => {
  const anns = await (await (await service.tenant()).user()).plain('/chat/ws')
  for (let n = 0; n < 4; n++) anns.send({ event: 'chat.join', data: { roomId: `room ${n}` } })
  expect(await anns.next(isEvent('error'))).toEqual([{ ...error, data: { ...error.data, roomId: 'room 3' } }])
  expect(anns.frames.filter(isEvent('chat.joined'))).toHaveLength(3)
})
