/** `/t/<tenant_id>` before a path: another tenant's, with one's own credentials, is one that never was. */
import { v7 as uuid } from 'uuid'
import { Rest } from '../support/rest.js'
import { startService, type Service } from '../support/service.js'
import { call, comparableAnswer, toComparable } from './answers.js'
import { tenantRoutes } from './routes.js'
import { rowsOfTenant } from './rows.js'
import { shapesOf } from './samples.js'
import { filled, slotsOf } from './slots.js'
import { makeWorld, type World } from './world.js'

describe('another tenant’s path', () => {
  let service: Service
  let theirs: World
  let mine: World
  let never: string

  beforeAll(async () => {
    service = await startService()
    theirs = await makeWorld(service, 'Azure')
    mine = await makeWorld(service, 'Beige')
    never = uuid()
  })
  afterAll(() => service.stop())

  const at = (tenantId: string, { headers }: Rest): Rest => new Rest(`${service.url}/t/${tenantId}`, headers)

  it.each(['clientKey', 'clientKey.user', 'a user’s JWT', 'an admin’s JWT'])(
    'refuses every route as one that never was does, with %s, and changes nothing',
    async (credential) => {
      const before = await rowsOfTenant(service.databaseUrl, theirs.tenant.tenantId)
      const unlike: unknown[] = []
      for (const route of await tenantRoutes(service)) {
        const shape = shapesOf(route)[0]!
        const isGuests = /^POST \/auth\/(login|register)$/.test(route.name)
        // Who logs in there with what is right there is theirs.
        for (const { hands } of isGuests ? [mine] : [mine, theirs]) {
          const picks = slotsOf(shape).map(({ kind }) => hands.open(kind))
          const ask = async (tenantId: string) => {
            const answer = await call(at(tenantId, mine.credentials[credential]!), route, filled(shape, picks))
            return comparableAnswer(answer, [...picks, tenantId], new Set())
          }
          const [real, unreal] = [await ask(theirs.tenant.tenantId), await ask(never)]
          const isRefused = real.status === 401 || (isGuests && real.status >= 400)
          if (!isRefused || JSON.stringify(real) !== JSON.stringify(unreal))
            unlike.push({ route: route.name, real, unreal })
        }
      }
      expect(unlike).toEqual([])
      expect(await rowsOfTenant(service.databaseUrl, theirs.tenant.tenantId)).toEqual(before)
    },
    60_000,
  )

  it('refuses sockets as one that never was does', async () => {
    const refusal = async (tenantId: string, options: object) => {
      const error = await service.socket({ path: `/t/${tenantId}/socket.io`, ...options }).then(
        () => Promise.reject(new Error('let in')),
        (refused: Error & { data?: unknown }) => refused,
      )
      expect(error.message).toBe('Authentication error')
      return toComparable(error.data, [tenantId], new Set())
    }
    for (const options of [
      { auth: { token: mine.user.token } },
      { extraHeaders: { clientKey: mine.user.clientKey } },
    ]) {
      expect(await refusal(theirs.tenant.tenantId, options)).toBe(await refusal(never, options))
    }
  })
})
