/** While PostgreSQL is away the pages are there all the same: that is when an operator looks at the console. */
import { readdirSync } from 'node:fs'
import { logIn, type LoggedIn } from '../support/console.js'
import { problem } from '../support/problems.js'
import { databaseProxy, type TcpProxy } from '../support/proxy.js'
import { adminKey } from '../support/rest.js'
import { startService, type Service } from '../support/service.js'
import { until } from '../support/until.js'

let proxy: TcpProxy
let service: Service
let operator: LoggedIn

beforeAll(async () => {
  const through = await databaseProxy(process.env['TEST_DATABASE_URL']!)
  proxy = through.proxy
  process.env['TEST_DATABASE_URL'] = through.url
  service = await startService()
  operator = await logIn(service.anyone, adminKey)
  proxy.goAway()
  await until(async () => (await service.anyone.get('/health/ready')).status === 503, 'the database to be away')
})
afterAll(async () => {
  proxy.comeBack()
  await until(async () => (await service.anyone.get('/health/ready')).status === 200, 'the database to be back')
  await service.stop()
  await proxy.stop()
})

const asset = readdirSync('dist/web/assets').find((name) => name.endsWith('.css'))!
const get = (path: string, headers: Record<string, string>) => fetch(service.url + path, { headers })

it.each(['/demo', '/console', `/web/assets/${asset}`])('%s comes, as a page of ours asks for it', async (path) => {
  for (const headers of [
    {},
    { origin: service.url },
    { origin: 'https://chat.example', 'sec-fetch-site': 'same-origin' },
  ]) {
    expect((await get(path, headers as Record<string, string>)).status).toBe(200)
  }
})

it('/widget.js comes, for pages of others', async () => {
  const { status, headers } = await get('/widget.js', { origin: 'https://shop.example' })
  expect([status, headers.get('access-control-allow-origin')]).toEqual([200, '*'])
})

it('the operator sees how the nodes are', async () => {
  const { status, body } = await operator.page.get('/admin/nodes', { headers: { origin: service.url } })
  expect([status, body.items]).toEqual([200, [expect.objectContaining({ database: 'down' })]])
})

it('what takes the database says that it is away', async () => {
  expect(await operator.page.get('/admin/tenant')).toMatchObject(problem(503, 'unavailable'))
})
