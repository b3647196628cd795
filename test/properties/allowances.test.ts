/** Who pays for what, and how many sockets there are: whatever comes and goes. */
import fc from 'fast-check'
import type { Actor } from '../../src/contract/actor.js'
import { ChatError } from '../../src/contract/errors.js'
import type { Session } from '../../src/contract/session.js'
import { loadConfig } from '../../src/infra/config.js'
import { MemoryRateLimiter } from '../../src/infra/rate-limiter.memory.js'
import { MemorySeating } from '../../src/infra/seating.memory.js'
import { AllowanceService } from '../../src/auth/allowance.service.js'
import { limitsOf } from '../../src/auth/limits.js'

/** Whatever is used up is as good as used up for good. */
const slowly = { user_per_second: 1, tenant_per_second: 1, user_join_per_second: 1, tenant_join_per_second: 1 }

const address = '198.18.0.1'

describe('allowances', () => {
  const config = loadConfig({}, false)
  const limiter = new MemoryRateLimiter()
  afterAll(() => limiter.onModuleDestroy())

  let tenants = 0
  const newTenant = (): string => `tenant ${tenants++}`
  const backend = (tenantId: string): Actor => ({ kind: 'backend', tenantId })
  const user = (tenantId: string, userId: string): Actor => ({ kind: 'user', tenantId, userId, role: 'user' })
  const session = (actor: Actor, own: object): Session =>
    ({ actor, limits: limitsOf({ ...slowly, ...own }, config) }) as Session

  const allowances = (settings = config, seating = new MemorySeating()): AllowanceService =>
    new AllowanceService(limiter, seating, settings)

  it('a call may count several times', async () => {
    const ann = session(user(newTenant(), 'ann'), { user_join_burst: 5 })
    const spent = await Promise.all([3, 3, 2, 0, 1].map(async (count) => allowances().spend(ann, 'join', { count })))
    expect(spent.map((one) => one?.allowed)).toEqual([true, false, true, true, false])
    expect(spent[1]!.retryAfterMs).toBeGreaterThan(0)
    expect(spent[1]!.retryAfterMs).toBeLessThanOrEqual(1000)
  })

  it('more than ever fits at once is let in when all of the burst is there, and uses it up', async () => {
    const ann = session(user(newTenant(), 'ann'), { user_join_burst: 5 })
    expect(await allowances().spend(ann, 'join', { count: 255 })).toMatchObject({ allowed: true, remaining: 0 })
    const refused = (await allowances().spend(ann, 'join', { count: 255 }))!
    expect(refused.allowed).toBe(false)
    expect(refused.retryAfterMs).toBeLessThanOrEqual(5000)
  })

  it('what a narrower one is refused costs the wider ones nothing', async () => {
    const tenantId = newTenant()
    const own = { socket_burst: 2, socket_per_second: 1, user_burst: 5, tenant_burst: 8 }
    const [ann, bob] = [session(user(tenantId, 'ann'), own), session(user(tenantId, 'bob'), own)]
    const count = async (who: Session, socketId?: string): Promise<number> => {
      const spending = socketId ? { socketId } : {}
      const spent = Array.from({ length: 50 }, async () => allowances().spend(who, 'request', spending))
      return (await Promise.all(spent)).filter((one) => one!.allowed).length
    }
    expect([await count(ann, 'a'), await count(ann, 'b'), await count(ann)]).toEqual([2, 2, 1])
    expect([await count(bob, 'c'), await count(bob)]).toEqual([2, 1])
    expect(await count(session(backend(tenantId), own))).toBe(0)
  })

  it('each kind has its own', async () => {
    const ann = session(user(newTenant(), 'ann'), { user_burst: 1, user_join_burst: 1, user_connection_burst: 1 })
    for (const what of ['request', 'join', 'connection'] as const) {
      expect((await allowances().spend(ann, what))!.allowed).toBe(true)
      expect((await allowances().spend(ann, what))!.allowed).toBe(false)
    }
  })

  it('counts the sockets that there are, whatever came and went, and forgets who has none', async () => {
    const rates = { user_connection_burst: 1_000_000, tenant_connection_burst: 1_000_000 }
    const tenantId = newTenant()
    const sessions = ['ann', 'bob', 'cem'].map((name) =>
      session(user(tenantId, name), { ...rates, user_sockets: 3, tenant_sockets: 6 }),
    )
    const step = fc.record({ who: fc.nat(2), comes: fc.boolean() })
    const property = fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const seating = new MemorySeating()
      const service = allowances(config, seating)
      const there = [0, 0, 0]
      const all = (): number => there.reduce((sum, one) => sum + one, 0)
      for (const { who, comes } of steps) {
        if (comes) {
          const fits = there[who]! < 3 && all() < 6
          expect(await isAdmitted(service, sessions[who]!)).toBe(fits)
          if (fits) there[who]!++
        } else if (there[who]) {
          service.leave(sessions[who]!, address)
          there[who]--
        }
      }
      for (const [who, one] of sessions.entries()) while (there[who]!-- > 0) service.leave(one, address)
      expect((Reflect.get(seating, 'taken') as Map<string, number>).size).toBe(0)
    })
    await fc.assert(property, { numRuns: 300 })
  })

  it('off, they count nothing', async () => {
    const off = allowances({ ...config, RATE_LIMITS: 'off' })
    const ann = session(user(newTenant(), 'ann'), { user_burst: 1, user_connection_burst: 1, user_sockets: 1 })
    for (let n = 0; n < 5; n++) {
      await off.admit(ann, address)
      expect([off.spend(ann, 'request'), off.spendFailure(address)]).toEqual([null, null])
    }
    for (let n = 0; n < 5; n++) off.leave(ann, address)
  })
})

async function isAdmitted(service: AllowanceService, session: Session): Promise<boolean> {
  try {
    await service.admit(session, address)
    return true
  } catch (error) {
    expect(error).toMatchObject({ code: 'rate_limited', details: { retryAfterMs: expect.any(Number) } })
    expect(error).toBeInstanceOf(ChatError)
    return false
  }
}
