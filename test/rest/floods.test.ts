/** Who goes on asking when they were refused: refused before anybody looks them up, as rightly as before. */
import { Client } from 'pg'
import { problem } from '../support/problems.js'
import type { Answer } from '../support/rest.js'
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'
import { until } from '../support/until.js'

let service: Service
let tenant: TestTenant
let ann: TestUser

beforeAll(async () => {
  service = await startService({ RATE_LIMITS: 'on' })
})
afterAll(() => service.stop())

const tooMany = problem(429, 'rate_limited', { retryable: true })
const limits = { user_burst: 1, user_per_second: 1 }
const setLimits = (own: object) => service.operator.patch(`/admin/tenant/${tenant.tenantId}`, { limits: own })
const me = (): Promise<Answer> => ann.rest.get('/user/me')

beforeEach(async () => {
  tenant = await service.tenant({ limits })
  ann = await tenant.user()
})

const waiting = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`

/** The answer to somebody who calls while nobody can be looked up; null if that was tried. */
async function withoutTenants(call: () => Promise<Answer>): Promise<Answer | null> {
  const client = new Client({ connectionString: service.databaseUrl })
  await client.connect()
  try {
    await client.query('BEGIN')
    await client.query('LOCK TABLE tenants IN ACCESS EXCLUSIVE MODE')
    const isWaiting = async () => (await client.query(waiting)).rowCount! > 0
    return await Promise.race([call(), until(isWaiting, 'an answer or a question').then(() => null)])
  } finally {
    await client.end()
  }
}

/** Asks until there is nothing left. */
const beRefused = (): Promise<Answer> => until(async () => orRefused(await me()), 'a refusal')
const orRefused = (answer: Answer): Answer | null => (answer.status === 429 ? answer : null)
const orAllowed = (answer: Answer): Answer | null => (answer.status === 200 ? answer : null)

it('a caller who was just refused is refused again without a question to the database', async () => {
  const { first, again } = await until(async () => {
    const refused = await beRefused()
    const answer = await withoutTenants(me)
    // Null, too, if there was one more meanwhile.
    return answer && { first: refused, again: answer }
  }, 'a refusal without a question')
  expect(again).toMatchObject(tooMany)
  expect(again.body.detail).toBe(first.body.detail)
  for (const name of ['ratelimit-policy', 'x-ratelimit-limit', 'x-ratelimit-remaining']) {
    expect(again.headers.get(name)).toBe(first.headers.get(name))
  }
  expect(Number(again.headers.get('retry-after'))).toBeLessThanOrEqual(Number(first.headers.get('retry-after')))
})

it('is let in as soon as there is one more, and pays for it once', async () => {
  await setLimits({ user_burst: 4, user_per_second: 2 })
  await Promise.all(Array.from({ length: 8 }, me))
  // Paid twice, the second one would be refused each time.
  const { headers } = await until(async () => orAllowed(await me()), 'the next request that is allowed')
  expect(headers.get('x-ratelimit-remaining')).toBe('0')
})

it('is let in at once when the limits are raised', async () => {
  await beRefused()
  await setLimits({ user_burst: 50, user_per_second: 1 })
  const { status, headers } = await me()
  expect(status).toBe(200)
  expect(headers.get('x-ratelimit-limit')).toBe('50')
})

it('is told that their tenant was suspended', async () => {
  await beRefused()
  await service.operator.patch(`/admin/tenant/${tenant.tenantId}`, { status: 'suspended' })
  expect((await me()).status).toBe(403)
})

it('another credential is looked at for itself', async () => {
  await beRefused()
  const bob = await tenant.user()
  expect((await bob.rest.get('/user/me')).status).toBe(200)
  expect(await service.anyone.as({ authorization: `Bearer ${ann.token}x` }).get('/user/me')).toMatchObject({
    status: 401,
  })
})

it('more refusals than are answered promptly are all answered', async () => {
  await beRefused()
  const answers = await Promise.all(Array.from({ length: 300 }, me))
  const refused = answers.filter(({ status }) => status === 429)
  expect(refused.length).toBeGreaterThan(200)
  for (const answer of refused) expect(answer).toMatchObject(tooMany)
  const stranger = await (await service.tenant()).user()
  expect((await stranger.rest.get('/user/me')).status).toBe(200)
})
