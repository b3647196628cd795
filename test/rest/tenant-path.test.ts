/** `/t/<tenant_id>` before every path says whose request it is. */
import { logIn, openTenant, password, registered } from '../support/accounts.js'
import { noId, problem } from '../support/problems.js'
import { Rest } from '../support/rest.js'
import { RawSocket } from '../support/raw.js'
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'

let service: Service
let tenant: TestTenant
let ann: TestUser

beforeAll(async () => {
  service = await startService()
  tenant = await openTenant(service)
  ann = await tenant.user()
})
afterAll(() => service.stop())

const at = (tenantId: string, headers: Record<string, string> = {}) => new Rest(`${service.url}/t/${tenantId}`, headers)
const noRoute = problem(404, 'route_not_found')

it('is the same path without it, for every credential', async () => {
  for (const { headers } of [ann.rest, tenant.backend, tenant.backend.as({ clientKey: ann.clientKey })]) {
    const [long, short] = [at(tenant.tenantId, headers), service.anyone.as(headers)]
    for (const path of ['/user?limit=1', '/user/me', `/user/${ann.userId}`, '/nowhere']) {
      const [a, b] = [await long.get(path), await short.get(path)]
      const { request_id: _, ...body } = a.body
      expect(b).toMatchObject({ status: a.status, body })
    }
  }
})

it('takes a body, and is written in whatever letters', async () => {
  const answer = await at(tenant.tenantId.toUpperCase(), ann.rest.headers).patch('/user/me', { display_name: 'Anna' })
  expect(answer).toMatchObject({ status: 200, body: { display_name: 'Anna' } })
})

it('is said to public routes and to the operator’s for nothing', async () => {
  expect((await at(noId()).get('/health/live')).status).toBe(200)
  expect((await at(noId(), service.operator.headers).get('/admin/tenant')).status).toBe(200)
  expect(await at(tenant.tenantId).get('/admin/tenant')).toMatchObject(problem(401, 'credentials_missing'))
})

it.each(['acme', '', '*', '019a9f3e', `${noId()}0`, `${noId()}/t/${noId()}`, `%7B${noId()}%7D`])(
  'is none if it names no UUID: %j',
  async (name) => {
    expect(await at(name, ann.rest.headers).get('/user/me')).toMatchObject(noRoute)
  },
)

it('leads nowhere by itself', async () => {
  for (const path of ['', '/', '?a=b']) expect(await at(tenant.tenantId).get(path)).toMatchObject(noRoute)
})

it('names the tenant for who registers and logs in', async () => {
  const bob = await registered(tenant, 'bob')
  const path = at(tenant.tenantId)
  const [right, wrong] = [
    { username: 'bob', password },
    { username: 'bob', password: 'wrong' },
  ]
  expect(await path.post('/auth/login', right)).toMatchObject({ status: 200, body: { user_id: bob.userId } })
  expect(await path.post('/auth/login', wrong)).toMatchObject(problem(401, 'login_failed'))
  expect(await path.post('/auth/register', { ...right, username: 'carol' })).toMatchObject({ status: 201 })
  expect(await logIn(tenant, right, path)).toMatchObject({ status: 200 })
  expect(await logIn(tenant, right, at(noId()))).toMatchObject(problem(400, 'credentials_disagree'))
  expect(await at(noId()).post('/auth/login', right)).toMatchObject(problem(404, 'tenant_not_found'))
})

it('answers a preflight as the path without it does', async () => {
  const origin = 'https://app.acme.example'
  await service.operator.patch(`/admin/tenant/${tenant.tenantId}`, { allowed_origins: [origin] })
  const headers = { origin, 'access-control-request-method': 'GET' }
  const answer = await at(tenant.tenantId).send('OPTIONS', '/user/me', undefined, { headers })
  expect(answer.status).toBe(204)
  expect(answer.headers.get('access-control-allow-origin')).toBe(origin)
})

describe('of a socket', () => {
  const path = (tenantId: string) => `/t/${tenantId}/socket.io`

  it.each([['websocket'], ['polling'], ['polling', 'websocket']])(
    'leads to the same service: %s',
    async (...transports) => {
      const socket = await service.socket({ path: path(tenant.tenantId), transports, auth: { token: ann.token } })
      const room_id = await tenant.room([ann])
      expect(await socket.ask('join_room', { room_id })).toMatchObject({ ok: true, room: { room_id } })
    },
  )

  it('is the only tenant that is tried', async () => {
    for (const tenantId of [noId(), (await service.tenant()).tenantId]) {
      const shown = service.socket({ path: path(tenantId), auth: { token: ann.token } })
      await expect(shown).rejects.toMatchObject({ data: { code: 'token_invalid' } })
      const headers = { clientKey: ann.clientKey }
      const keyed = service.socket({ path: path(tenantId), extraHeaders: headers })
      await expect(keyed).rejects.toMatchObject({ data: { code: 'client_key_invalid' } })
    }
  })

  it('is refused at once if it leads nowhere', async () => {
    for (const name of [`/t/${tenant.tenantId}/nowhere`, '/t/acme/socket.io/', `/t/${tenant.tenantId}`]) {
      await expect(RawSocket.open(service.url, name)).rejects.toThrow('404')
    }
  })
})
