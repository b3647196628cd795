/**
 * Promise 4 of the contract, for every route: called with another tenant's ids, also mixed with one's own, each answers
 * exactly as for ids that never were, and nothing of the other tenant changes. Routes join by themselves.
 */
import { startService, type Service } from '../support/service.js'
import { call, comparableAnswer, leaks, type Foreign } from './answers.js'
import { controllerRoutes, documentedRoutes, missingSamples, tenantRoutes, ofNobody } from './routes.js'
import type { RouteInfo } from './routes.js'
import { idsIn, rowsOfTenant } from './rows.js'
import { routeSamples, shapesOf } from './samples.js'
import { filled, mixtures, slotsOf, type Hand, type Pair, type Shape } from './slots.js'
import { makeWorld, type World } from './world.js'

/** On, so that their headers are compared too, and so wide that nobody meets them. */
const limits = {
  RATE_LIMITS: 'on',
  ...Object.fromEntries(
    [
      ...['USER_BURST', 'USER_PER_SECOND', 'TENANT_BURST', 'TENANT_PER_SECOND', 'REGISTER_BURST'],
      ...['USER_MESSAGE_BURST', 'TENANT_MESSAGE_BURST'],
      ...['LOGIN_BURST', 'LOGIN_ADDRESS_BURST', 'LOGIN_USER_BURST', 'ADDRESS_BURST'],
    ].map((name) => [`RATE_${name}`, '1000000']),
  ),
}

const credentials = [
  'clientKey',
  'clientKey.user',
  'a user’s JWT',
  'an admin’s JWT',
  'x-internal-api-key',
  'the console’s cookie',
]

/** What has nothing to do with rooms looks the same from each of them. */
function handsFor(shape: Shape, { hands }: World): Hand[] {
  const ofRooms = slotsOf(shape).some(({ kind }) => /room|message|member/.test(kind))
  return ofRooms ? Object.values(hands) : [hands.open]
}

describe('another tenant’s ids, by REST', () => {
  let service: Service
  let routes: RouteInfo[]
  let theirs: World
  let mine: World
  let reader: World
  let foreign: Foreign
  let known: Set<string>

  beforeAll(async () => {
    service = await startService(limits)
    routes = await tenantRoutes(service)
    theirs = await makeWorld(service, 'Azure', 500)
    mine = await makeWorld(service, 'Beige')
    reader = await makeWorld(service, 'Coral')
    const rows = await rowsOfTenant(service.databaseUrl, theirs.tenant.tenantId)
    foreign = { word: theirs.word, ids: idsIn(rows) }
    known = idsIn(await rowsOfTenant(service.databaseUrl, mine.tenant.tenantId))
  }, 180_000)
  afterAll(() => service.stop())

  it('every route is in the document, or stands with its reason among those of nobody', async () => {
    const documented = (await documentedRoutes(service)).map((route) => route.name)
    expect(new Set(controllerRoutes(service))).toEqual(new Set([...documented, ...ofNobody.keys()]))
  })

  it('every route has a sample, every id in it a slot, and every sample a route', () => {
    expect(routes.flatMap(missingSamples)).toEqual([])
    const names = new Set(routes.map((route) => route.name))
    expect([...routeSamples.keys()].filter((name) => !names.has(name))).toEqual([])
  })

  it('every sample is a good call: with one’s own ids somebody may, unless it is there already', async () => {
    const calls = routes.flatMap((route) => shapesOf(route).map((shape) => [route, shape] as const))
    const failed: unknown[] = []
    const work = async (): Promise<void> => {
      for (let next = calls.pop(); next; next = calls.pop()) failed.push(...(await failureOf(...next)))
    }
    await Promise.all(Array.from({ length: 8 }, work))
    expect(failed).toEqual([])
  }, 180_000)

  /** What every credential was answered, if none could do it; in a tenant to which nothing happened yet. */
  async function failureOf(route: RouteInfo, shape: Shape) {
    const fresh = await makeWorld(service, `Own${worlds++}`)
    const picks = slotsOf(shape).map(({ kind }) => fresh.hands.open(kind))
    const answers = []
    for (const credential of Object.values(fresh.credentials)) {
      const { status, body } = await call(credential, route, filled(shape, picks))
      if (status < 300 || status === 409) return []
      answers.push(body)
    }
    return [{ route: route.name, shape, answers }]
  }
  let worlds = 0

  describe.each(credentials)('with %s', (credential) => {
    it('answer as ids that never were, in every mixture, and change nothing', async () => {
      const before = await rowsOfTenant(service.databaseUrl, theirs.tenant.tenantId)
      const differences: unknown[] = []
      for (const route of routes) {
        for (const shape of shapesOf(route)) {
          for (const hand of handsFor(shape, theirs)) {
            for (const pair of mixtures(shape, mine.hands.open, hand)) {
              const difference = await compare(credential, route, shape, pair)
              if (difference) differences.push(difference)
            }
          }
        }
      }
      expect(differences).toEqual([])
      expect(await rowsOfTenant(service.databaseUrl, theirs.tenant.tenantId)).toEqual(before)
    }, 180_000)

    it('are in nothing that is read', async () => {
      const told: unknown[] = []
      for (const route of routes.filter(({ method }) => method === 'GET')) {
        for (const shape of [...shapesOf(route), { path: shapesOf(route)[0]!.path! }]) {
          const picks = slotsOf(shape).map(({ kind }) => reader.hands.open(kind))
          const { status, body } = await call(reader.credentials[credential]!, route, filled(shape, picks))
          if (status >= 500 || leaks(body, [], foreign).length) told.push({ route: route.name, status, body })
        }
      }
      expect(told).toEqual([])
    })
  })

  async function compare(credential: string, route: RouteInfo, shape: Shape, { words, theirs, never }: Pair) {
    const rest = mine.credentials[credential]!
    const answer = await call(rest, route, filled(shape, theirs))
    const real = comparableAnswer(answer, theirs, known)
    const unreal = comparableAnswer(await call(rest, route, filled(shape, never)), never, known)
    const leaked = leaks([answer.body, [...answer.headers]], theirs, foreign)
    const same = JSON.stringify(real) === JSON.stringify(unreal)
    if (same && !leaked.length && answer.status < 500) return null
    return { route: route.name, words, sent: shape.body ?? shape.query, real, unreal, leaked }
  }

  it('an Idempotency-Key that they used is a new one here', async () => {
    const headers = { 'idempotency-key': 'the-same-key' }
    const post = ({ user, rooms }: World) =>
      user.rest.post(`/room/${rooms.open}/message/send`, { text_message: 'Once' }, { headers })
    const first = await post(theirs)
    const here = await post(mine)
    expect([first.status, here.status]).toEqual([201, 201])
    expect(here.headers.get('idempotent-replayed')).toBeNull()
    expect(here.body).toMatchObject({ room_id: mine.rooms.open, sender: { user_id: mine.user.userId } })
  })
})
