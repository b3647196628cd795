/** Many rooms on one connection that breaks. */
import type { ParleyClient } from '@parley/client'
import { numbers } from '../support/aging.js'
import { TcpProxy } from '../support/proxy.js'
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'
import { until } from '../support/until.js'
import { clientOf, closeAll, live, shows } from './people.js'

let service: Service
let proxy: TcpProxy
let tenant: TestTenant
let ann: TestUser
let bob: TestUser

beforeAll(async () => {
  service = await startService()
  tenant = await service.tenant()
  ann = await tenant.user()
  bob = await tenant.user()
  proxy = await TcpProxy.start({ host: '127.0.0.1', port: Number(new URL(service.url).port) })
})
afterAll(async () => {
  closeAll()
  await proxy.stop()
  await service.stop()
})

const is = (client: ParleyClient, status: string): Promise<unknown> =>
  until(() => client.connection.get().status === status, status)

it('are caught up with in few questions, and whatever becomes of one is nothing to the others', async () => {
  const rooms = await Promise.all(numbers(1, 270).map(() => tenant.room([bob, ann])))
  const client = await clientOf(bob, { url: `http://127.0.0.1:${proxy.port}` })
  const open = rooms.map((id) => client.room(id))
  for (const room of open) await live(room)
  proxy.goAway()
  await is(client, 'offline')
  await Promise.all(rooms.map((id) => ann.send(id, 'Hello')))
  proxy.comeBack()
  for (const room of open) await shows(room, ({ status, messages }) => status === 'live' && messages.length === 1)

  // One of the last is deleted while the first are asked about.
  proxy.goAway()
  await is(client, 'offline')
  proxy.delay(300)
  proxy.comeBack()
  await is(client, 'online')
  await tenant.backend.delete(`/room/${rooms.pop()}`)
  await shows(open.pop()!, ({ status }) => status === 'gone')
  await Promise.all(rooms.map((id) => ann.send(id, 'Hello again')))
  for (const room of open) await shows(room, ({ status, messages }) => status === 'live' && messages.length === 2)
}, 60_000)
