/** The operator's routes are excluded from the mixtures of ids, for no credential of a tenant gets in there at all. */
import { v7 as uuid } from 'uuid'
import { logIn } from '../support/console.js'
import { startService, type Service } from '../support/service.js'
import { call, comparableAnswer } from './answers.js'
import { documentedRoutes, type RouteInfo } from './routes.js'
import { rowsOfTenant } from './rows.js'
import { makeWorld, type World } from './world.js'

/** A body that would do, for the operator; a new route has to be here too. */
const bodies: ReadonlyMap<string, object> = new Map([
  ['POST /admin/tenant', { name: 'Mine' }],
  ['PATCH /admin/tenant/{tenant_id}', { name: 'Mine' }],
  ['POST /admin/tenant/{tenant_id}/api-token', { name: 'mine' }],
  ['POST /admin/tenant/{tenant_id}/signing-key', { overlap_seconds: 0 }],
  ['POST /admin/tenant/{tenant_id}/token-key', { secret: 'x'.repeat(32) }],
])

type Headers = Record<string, string>

const credentials = (apiToken: string, userId: string, token: string, byConsole: Headers): Headers[] => [
  { clientKey: apiToken },
  { clientKey: `${apiToken}.${userId}` },
  { authorization: `Bearer ${token}` },
  { authorization: `Bearer ${apiToken}` },
  { authorization: `Bearer ${apiToken}.${userId}` },
  { authorization: `Basic ${btoa(`${apiToken}:`)}` },
  { 'x-internal-api-key': apiToken },
  { clientKey: apiToken, authorization: `Bearer ${token}` },
  { cookie: `access_token=${token}` },
  byConsole,
]

describe('the operator’s routes, with credentials of a tenant', () => {
  let service: Service
  let routes: RouteInfo[]
  let theirs: World
  let mine: World

  beforeAll(async () => {
    service = await startService()
    routes = (await documentedRoutes(service)).filter((route) => route.forOperator)
    theirs = await makeWorld(service, 'Azure')
    mine = await makeWorld(service, 'Beige')
  })
  afterAll(() => service.stop())

  it('are all under /admin or the metrics, and those that take a body have one here', () => {
    expect(routes.map(({ path }) => path).filter((path) => !/^\/(admin\/|metrics$)/.test(path))).toEqual([])
    const takeBody = routes.filter(({ method }) => /POST|PATCH|PUT/.test(method)).map(({ name }) => name)
    expect(takeBody.filter((name) => !bodies.has(name))).toEqual([])
  })

  it('refuse each as they refuse nonsense, whatever tenant is named, and do nothing', async () => {
    const before = await Promise.all([rows(theirs), rows(mine)])
    const nonsense = credentials('parley_nonsense', uuid(), 'non.sen.se', {
      cookie: 'parley_console=nonsense',
      'x-csrf-token': 'nonsense',
    })
    const { apiToken } = mine.tenant
    const byConsole = (await logIn(service.anyone, apiToken)).page.headers
    const shown = [mine.user, mine.admin].map((one) => credentials(apiToken, one.userId, one.token, byConsole))
    const unlike: unknown[] = []
    for (const route of routes) {
      for (const tenantId of route.pathParams.length ? [theirs.tenant.tenantId, mine.tenant.tenantId, uuid()] : ['']) {
        const ask = async (headers: Headers) => {
          const path = { tenant_id: tenantId, api_token_id: uuid(), token_key_id: uuid() }
          const answer = await call(service.anyone.as(headers), route, { path, body: bodies.get(route.name) })
          return comparableAnswer(answer, [], new Set())
        }
        for (const [form, headers] of nonsense.entries()) {
          const refusal = await ask(headers)
          for (const credential of shown) {
            const answer = await ask(credential[form]!)
            const same = JSON.stringify(answer) === JSON.stringify(refusal)
            if (answer.status !== 401 || !same) unlike.push({ route: route.name, credential: credential[form], answer })
          }
        }
      }
    }
    expect(unlike).toEqual([])
    expect(await Promise.all([rows(theirs), rows(mine)])).toEqual(before)
  })

  const rows = ({ tenant }: World) => rowsOfTenant(service.databaseUrl, tenant.tenantId)

  it('a token in the address is no credential', async () => {
    for (const query of [`token=${mine.admin.token}`, `clientKey=${mine.tenant.apiToken}`]) {
      expect(await service.anyone.get(`/admin/tenant?${query}`)).toMatchObject({ status: 401 })
    }
  })

  it('the operator’s key is in turn no credential of any tenant', async () => {
    for (const path of ['/user', '/room', '/user/me', `/room/${theirs.rooms.open}`]) {
      expect(await service.operator.get(path)).toMatchObject({ status: 401, body: { code: 'token_invalid' } })
    }
  })
})
