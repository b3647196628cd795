import { ChatError } from '../contract/errors.js'
import { Metrics } from '../infra/metrics.js'
import { Passwords } from './passwords.js'

const passwords = new Passwords(new Metrics())

it('knows a password by its hash, and nothing by none', async () => {
  const hashed = await passwords.hash('correct horse')
  expect(await passwords.matches('correct horse', hashed)).toBe(true)
  expect(await passwords.matches('correct house', hashed)).toBe(false)
  expect(await passwords.matches('correct horse', null)).toBe(false)
})

it('refuses at once what is more than may wait, does all the rest, and then goes on', async () => {
  const tries = Array.from({ length: 110 }, () => passwords.matches('a guess', null))
  const settled = await Promise.allSettled(tries)
  const refused = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason as ChatError] : []))
  expect(settled.slice(0, 102).every((one) => one.status === 'fulfilled' && !one.value)).toBe(true)
  expect(refused).toHaveLength(8)
  for (const error of refused) expect(error).toMatchObject({ code: 'overloaded', details: { retryAfterMs: 1000 } })
  expect(await passwords.matches('a guess', null)).toBe(false)
})
