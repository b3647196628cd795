/** Problems as tests expect them, and the refusals that are the same at every endpoint of a kind. */
import { v7 as uuid } from 'uuid'
import type { ErrorCode } from '../../src/contract/errors.js'
import { rowsOf } from './database.js'
import type { Answer, Rest } from './rest.js'
import type { Service, TestTenant } from './service.js'

/** For `toMatchObject`: an answer that is this problem. */
export const problem = (status: number, code: ErrorCode, fields: object = {}): object => ({
  status,
  body: { type: `/docs/errors#${code}`, status, code, request_id: expect.any(String), ...fields },
})

/** The refusal of input for the sake of this field. */
export const badField = (field: string): object => problem(400, 'validation_failed', { errors: [{ field }] })

/** An id that nothing has. */
export const noId = (): string => uuid()

/** Settings with which a tenant's limits count, while none of the deployment's is reached. */
export const limitsOn = { RATE_LIMITS: 'on', RATE_ADDRESS_BURST: '1000' }

const addressBurst = 20

/** Settings with which an address may fail so often; behind a proxy, so that a test can have an address of its own. */
export const addressLimitsOn = {
  RATE_LIMITS: 'on',
  RATE_ADDRESS_BURST: `${addressBurst}`,
  RATE_ADDRESS_PER_SECOND: '1',
  TRUST_PROXY: '127.0.0.1',
}

let addresses = 0

/** As from an address that nobody called from yet. */
const elsewhere = (): Record<string, string> => ({ 'x-forwarded-for': `198.18.0.${++addresses}` })

/** Of calls that were made at once, in rising order. */
export const statusesOf = (answers: Answer[]): number[] => answers.map(({ status }) => status).sort((a, b) => a - b)

/** Calls the endpoint that is tested, as whoever is given. */
export type Call = (caller: Rest) => Promise<Answer>

/** 401 of every endpoint that a tenant's backend or users call. */
export function itAsksWhoCalls(service: () => Service, call: Call): void {
  it('asks for a credential', async () => {
    expect(await call(service().anyone)).toMatchObject(problem(401, 'credentials_missing'))
  })

  it('refuses an API token that is none', async () => {
    const clientKey = `parley_${'x'.repeat(43)}`
    expect(await call(service().anyone.as({ clientKey }))).toMatchObject(problem(401, 'client_key_invalid'))
  })

  it('refuses a JWT that is none', async () => {
    const authorization = 'Bearer e30.e30.e30'
    expect(await call(service().anyone.as({ authorization }))).toMatchObject(problem(401, 'token_invalid'))
  })
}

/** 401 of every endpoint that is the operator's. */
export function itAsksForTheOperator(service: () => Service, call: Call): void {
  const calling = (headers: Record<string, string>) => call(service().anyone.as({ ...elsewhere(), ...headers }))

  it('asks for the operator’s key', async () => {
    expect(await calling({})).toMatchObject(problem(401, 'credentials_missing'))
  })

  it('refuses a key that is not the operator’s', async () => {
    const authorization = 'Bearer not-the-key-of-the-operator'
    expect(await calling({ authorization })).toMatchObject(problem(401, 'admin_key_invalid'))
  })

  it('takes no tenant’s API token for it', async () => {
    const { apiToken } = await service().tenant()
    expect(await calling({ clientKey: apiToken })).toMatchObject(problem(401, 'credentials_missing'))
    const asBearer = { authorization: `Bearer ${apiToken}` }
    expect(await calling(asBearer)).toMatchObject(problem(401, 'admin_key_invalid'))
  })
}

/** 429 of every endpoint that is the operator's. The service must run with `addressLimitsOn`. */
export function itIsLimitedByAddress(service: () => Service, call: Call): void {
  it('refuses an address that fails too often, and never the operator', async () => {
    const address = elsewhere()
    const guesser = service().anyone.as({ ...address, authorization: 'Bearer a-guess' })
    const answers = await Promise.all(Array.from({ length: addressBurst + 5 }, () => call(guesser)))
    const refused = answers.find(({ status }) => status === 429)!
    expect(refused).toMatchObject(problem(429, 'rate_limited', { retryable: true, retry_after_ms: expect.any(Number) }))
    expect(refused.headers.get('retry-after')).toBe('1')
    const operator = service().anyone.as({ ...service().operator.headers, ...address })
    expect([401, 429]).not.toContain((await call(operator)).status)
  })
}

/** 429 of every endpoint that a tenant's backend or users call. The service must run with `limitsOn`. */
export function itIsLimited(service: () => Service, call: Call): void {
  it('refuses what is more than the tenant may, and says when to come back', async () => {
    const { backend } = await service().tenant({ limits: { tenant_burst: 1, tenant_per_second: 1 } })
    const answers = await Promise.all([call(backend), call(backend), call(backend), call(backend)])
    const refused = answers.find(({ status }) => status === 429)!
    expect(refused).toMatchObject(problem(429, 'rate_limited', { retryable: true, retry_after_ms: expect.any(Number) }))
    expect(refused.headers.get('retry-after')).toBe('1')
  })
}

/** How many of a kind the tenant has, behind the service's back: to see that a refusal changed nothing. */
export async function countOf({ service, tenantId }: TestTenant, table: string): Promise<number> {
  const [row] = await rowsOf<{ count: number }>(
    service.databaseUrl,
    `SELECT count(*)::int AS count FROM ${table} WHERE tenant_id = $1`,
    [tenantId],
  )
  return row!.count
}
