import { loadConfig } from '../infra/config.js'
import { MemoryKnownPlaces } from '../infra/known-places.memory.js'
import { MemoryRateLimiter } from '../infra/rate-limiter.memory.js'
import { AttemptsService } from './attempts.service.js'

it('keeps nothing of names that somebody makes up who may try none', async () => {
  const limiter = new MemoryRateLimiter()
  const env = { ADMIN_KEY: 'a'.repeat(32), DATABASE_URL: 'postgres://localhost/none', RATE_LOGIN_ADDRESS_BURST: '5' }
  const attempts = new AttemptsService(limiter, new MemoryKnownPlaces(), loadConfig(env, false))
  const keys = (): number => (Reflect.get(limiter, 'fullAtMs') as Map<string, number>).size
  const refused: unknown[] = []
  for (let n = 0; n < 100; n++) {
    try {
      await attempts.trying('a tenant', `name ${n}`, '198.18.0.1')
    } catch (error) {
      refused.push(error)
    }
  }
  expect(refused).toHaveLength(95)
  expect(refused).toContainEqual(expect.objectContaining({ code: 'rate_limited' }))
  // The address, and five names by themselves and at this address.
  expect(keys()).toBe(11)
  limiter.onModuleDestroy()
})
