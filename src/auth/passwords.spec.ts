import { ChatError } from '../contract/errors.js'
import { Metrics } from '../infra/metrics.js'
import { Passwords } from './passwords.js'

const passwords = new Passwords(new Metrics())
const by = { tenantId: 'a', address: null }

it('knows a password by its hash, and nothing by none', async () => {
  const hashed = await passwords.hash('correct horse', by)
  expect(await passwords.matches('correct horse', hashed, by)).toBe(true)
  expect(await passwords.matches('correct house', hashed, by)).toBe(false)
  expect(await passwords.matches('correct horse', null, by)).toBe(false)
})

it('refuses at once what is more than may wait, does all the rest, and then goes on', async () => {
  const tries = Array.from({ length: 60 }, () => passwords.matches('a guess', null, by))
  const other = passwords.matches('a guess', null, { ...by, tenantId: 'b' })
  const settled = await Promise.allSettled(tries)
  const refused = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason as ChatError] : []))
  expect(settled.slice(0, 52).every((one) => one.status === 'fulfilled' && !one.value)).toBe(true)
  expect(refused).toHaveLength(8)
  for (const error of refused) expect(error).toMatchObject({ code: 'overloaded', details: { retryAfterMs: 1000 } })
  expect(await other).toBe(false)
  expect(await passwords.matches('a guess', null, by)).toBe(false)
})
