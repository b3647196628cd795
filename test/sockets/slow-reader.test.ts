/** A peer that does not read is cut, also when it answers pings; nobody else feels it. */
import { RawSocket } from '../support/raw.js'
import { startService, type Service, type TestTenant } from '../support/service.js'

let service: Service
let tenant: TestTenant
beforeAll(async () => {
  service = await startService()
  tenant = await service.tenant()
})
afterAll(() => service.stop())

const sockets = async (): Promise<string> => {
  const { body } = await service.operator.get('/metrics')
  return /^parley_sockets (\d+)/m.exec(body as string)![1]!
}

it('is cut once a mebibyte waits for it, while others hear everything', async () => {
  const [ann, bob] = [await tenant.user(), await tenant.user()]
  const room_id = await tenant.room([ann, bob])
  const listener = await bob.socketIn(room_id)
  const deaf = await RawSocket.connected(service.url, ann.token)
  deaf.send(`420${JSON.stringify(['join_room', { room_id }])}`)
  await deaf.next(/^430/)
  expect(await sockets()).toBe('2')
  ;(deaf.ws as unknown as { pause(): void }).pause()

  let sent = 0
  const text_message = '✓'.repeat(10_000)
  const answered = async (): Promise<void> => {
    const sends = Array.from({ length: 20 }, () => bob.rest.post(`/room/${room_id}/message/send`, { text_message }))
    for (const { status } of await Promise.all(sends)) expect(status).toBe(201)
    sent += 20
  }
  // The kernel takes some megabytes in its stead before anything waits here.
  while ((await sockets()) === '2' && sent < 2000) await answered()
  expect(await sockets()).toBe('1')
  const heard = await listener.next('new_message', sent)
  expect(heard.map(({ seq }) => seq)).toEqual(Array.from({ length: sent }, (_, index) => index + 1))
  deaf.ws.terminate()
}, 60_000)
