/** A peer that asks whether the service is there, again and again, and reads no answer. */
import { Hub } from '../../src/gateway/hub.js'
import { RawSocket } from '../support/raw.js'
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'
import { until } from '../support/until.js'

let service: Service
let tenant: TestTenant
let ann: TestUser

beforeAll(async () => {
  service = await startService()
  tenant = await service.tenant()
  ann = await tenant.user()
})
afterAll(() => service.stop())

const ping = Buffer.concat([Buffer.from([0x89, 0xfd, 0, 0, 0, 0]), Buffer.alloc(125)])
const many = Buffer.concat(Array<Buffer>(10_000).fill(ping))

interface Bare {
  pause(): void
  terminate(): void
  ['_socket']: NodeJS.WritableStream & { destroyed: boolean }
}

it.each([
  ['Socket.IO', async () => (await RawSocket.connected(service.url, ann.token)).ws as unknown as Bare],
  ['a plain WebSocket', async () => (await ann.plain('/ws')).ws as unknown as Bare],
])('by %s is cut', async (_, open) => {
  const ws = await open()
  const tcp = ws['_socket']
  const isThere = (): boolean => service.app.get(Hub).hasAny(tenant.tenantId, ann.userId)
  await until(isThere, 'the socket')
  ws.pause()
  // Far more than the kernel takes in its stead.
  for (let n = 0; n < 60 && isThere(); n++) await new Promise((resolve) => tcp.write(many, resolve))
  await until(() => !isThere(), 'the end of it')
  ws.terminate()
})
