/** A socket that goes on asking when it is refused is not read for a while: it lives on, and everything is answered. */
import { startService, type Service } from '../support/service.js'

let service: Service

beforeAll(async () => {
  service = await startService({ RATE_LIMITS: 'on', RATE_SOCKET_BURST: '5', RATE_SOCKET_PER_SECOND: '1000' })
})
afterAll(() => service.stop())

it('all that a flood asks is answered in its order, and it may go on when it is over', async () => {
  const tenant = await service.tenant()
  const [ann, bob] = [await tenant.user(), await tenant.user()]
  const room_id = await tenant.room([ann, bob])
  const [flooding, calm] = [await ann.socketIn(room_id), await bob.socketIn(room_id)]
  const order: number[] = []
  const asked = Array.from({ length: 400 }, async (_, n) => {
    const answer = await flooding.ask('leave_room', null)
    order.push(n)
    return answer.error.code
  })
  expect(await calm.ask('send_message', { room_id, text_message: 'Meanwhile' })).toMatchObject({ ok: true })
  const codes = await Promise.all(asked)
  expect(codes.filter((code) => code === 'rate_limited').length).toBeGreaterThan(100)
  expect(order).toEqual(Array.from({ length: 400 }, (_, n) => n))
  expect(await flooding.ask('send_message', { room_id, text_message: 'After it' })).toMatchObject({ ok: true })
  expect(flooding.socket.connected).toBe(true)
  expect(await flooding.next('new_message', 2)).toHaveLength(2)
})
