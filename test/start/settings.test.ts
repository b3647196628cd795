/** A setting that is wrong stops the start, with one line that says which one and why. */
import { randomUUID } from 'node:crypto'
import { createServer, type Server } from 'node:net'
import { loadConfig } from '../../src/infra/config.js'
import { migrate } from '../../src/infra/database/migrate.js'
import { freshDatabase } from '../support/database.js'
import { endAll, ServiceProcess } from '../support/process.js'
import { Rest } from '../support/rest.js'

const realKey = '7c1f0a9be2d84c55a3f6b0de91427788'

let database: Awaited<ReturnType<typeof freshDatabase>>
let taken: Server
let takenPort: string

beforeAll(async () => {
  database = await freshDatabase()
  taken = createServer()
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
  takenPort = String((taken.address() as { port: number }).port)
})

afterAll(async () => {
  taken.close()
  await endAll()
  await database.drop()
})

/** Ended by itself with exit code 1; answers the one line that it said on standard error. */
async function refusal(settings: Record<string, string>, ...args: string[]): Promise<string> {
  const service = new ServiceProcess({ ADMIN_KEY: realKey, DATABASE_URL: database.url, ...settings }, args)
  expect(await service.ended).toEqual({ code: 1, signal: null })
  expect(service.stdout).not.toContain('    at ')
  expect(service.stderr).toMatch(/^Parley cannot start: [^\n]+\n$/)
  return service.stderr.slice('Parley cannot start: '.length, -1)
}

describe('a wrong value stops the start', () => {
  it.each([
    [{ PORT: 'abc' }, 'PORT must be a whole number from 0 to 65535'],
    [{ DATABASE_URL: 'mysql://x' }, 'DATABASE_URL must be a URL that begins with postgres://'],
    [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL'],
    [{ JWT_TTL: '0' }, 'JWT_TTL must be a whole number from 60 to 31536000'],
    [{ RATE_LIMITS: 'maybe' }, 'RATE_LIMITS'],
  ])('%j', async (settings: Record<string, string>, words) => {
    expect(await refusal(settings)).toContain(words)
  })

  it('several are all named in the one line', async () => {
    const line = await refusal({ PORT: 'abc', JWT_TTL: '0', LOG_LEVEL: 'loud' })
    for (const name of ['PORT', 'JWT_TTL', 'LOG_LEVEL']) expect(line).toContain(name)
  })
})

describe('settings are read', () => {
  it.each([
    [{ PORT: '65536' }, 'PORT must be a whole number from 0 to 65535'],
    [{ PORT: '3000.5' }, 'PORT must be'],
    [{ PORT: ' ' }, 'PORT must be'],
    [{ PORT: '0x10' }, 'PORT must be'],
    [{ REDIS_URL: 'http://x' }, 'REDIS_URL must be a URL that begins with redis://'],
    [{ JWT_TTL: '1e999' }, 'JWT_TTL must be'],
    [{ RATE_USER_BURST: '-1' }, 'RATE_USER_BURST must be a whole number from 1'],
    [{ WS_MAX_PAYLOAD_BYTES: '12' }, 'WS_MAX_PAYLOAD_BYTES must be a whole number from 1024'],
    [{ PUBLIC_URL: 'chat.example' }, 'PUBLIC_URL'],
    [{ ADMIN_KEY: 'with a space' }, 'ADMIN_KEY must be printable ASCII without spaces'],
    [{ TRUST_PROXY: 'the proxy' }, 'TRUST_PROXY must be IP addresses or networks'],
    [{ DEFAULT_TENANT: 'acme' }, 'DEFAULT_TENANT must be a UUID'],
    [{ INTERNAL_API_KEY: 'with a space' }, 'INTERNAL_API_KEY must be printable ASCII without spaces'],
    [{ JWKS_PRIVATE_HOSTS: 'https://login.local' }, 'JWKS_PRIVATE_HOSTS must be hosts'],
    [{ TRUST_PROXY: '10.0.0.0/33' }, 'TRUST_PROXY must be'],
  ])('with a clear word against %j, which does not repeat secrets', (settings: Record<string, string>, words) => {
    expect(() => loadConfig(settings, false)).toThrow(words)
    expect(() => loadConfig(settings, false)).not.toThrow('with a space')
  })

  it('where an empty value is none, and what is unknown is nothing', () => {
    const config = loadConfig({ PORT: '', DATABASE_URL: '', ADMIN_KEY: '', SOMETHING: 'else' }, false)
    expect(config).toMatchObject({ PORT: 3000, HOST: '127.0.0.1', DATABASE_URL: '', JWT_TTL: 3600, RATE_LIMITS: 'on' })
    expect(loadConfig({ TRUST_PROXY: '10.0.0.0/8, ::1' }, false).TRUST_PROXY).toBe('10.0.0.0/8, ::1')
  })
})

describe('what cannot be had stops the start', () => {
  it('a DATABASE_URL where nobody listens', async () => {
    const line = await refusal({ DATABASE_URL: 'postgres://parley:hunter2@127.0.0.1:1/parley' })
    expect(line).toMatch(/^DATABASE_URL cannot be used: .*ECONNREFUSED/)
    expect(line).not.toContain('hunter2')
  })

  it.each([
    ['where nobody listens by either protocol', 'postgres://parley:hunter2@localhost:1/parley', 'ECONNREFUSED'],
    ['of no socket', 'postgres://parley:hunter2@localhost/parley?host=/nowhere', 'ENOENT'],
    ['of no database', () => database.url.replace(/\/test_\w+/, '/nowhere'), 'database "nowhere" does not exist'],
  ])('a DATABASE_URL %s', async (_, url, words) => {
    const config = loadConfig({ DATABASE_URL: typeof url === 'string' ? url : url() }, false)
    const error = await migrate(config).catch((error: unknown) => error as Error)
    expect(error?.message).toMatch(/^DATABASE_URL cannot be used: [^\n]+$/)
    expect(error?.message).toContain(words)
    expect(error?.message).not.toContain('hunter2')
  })

  it('a PORT that is taken', async () => {
    const line = await refusal({ PORT: takenPort })
    expect(line).toContain('PORT is taken by another process')
    expect(line).toContain(takenPort)
  })

  it('a METRICS_PORT that is taken', async () => {
    expect(await refusal({ METRICS_PORT: takenPort })).toContain(takenPort)
  })

  it('a DATA_DIR that is no folder', async () => {
    expect(await refusal({ DATABASE_URL: '', DATA_DIR: '/dev/null' })).toContain('/dev/null')
  })
})

describe('--production', () => {
  it.each([
    [{ ADMIN_KEY: '' }, 'ADMIN_KEY must have 32 characters or more in production'],
    [{ ADMIN_KEY: 'change-me-change-me-change-me-change-me' }, 'ADMIN_KEY looks like a placeholder'],
    [{ RATE_LIMITS: 'off' }, 'RATE_LIMITS=off'],
  ])('is refused with %j', async (settings: Record<string, string>, words) => {
    const line = await refusal(settings, '--production')
    expect(line).toContain(words)
    expect(line).not.toContain('change-me')
  })

  it.each([
    'short',
    'please-replace-this-example-key-0123456789',
    'x'.repeat(40),
    'password-of-ours-0123456789-0123456789',
  ])('is refused with the ADMIN_KEY %s', (ADMIN_KEY) => {
    expect(() => loadConfig({ ADMIN_KEY }, true)).toThrow('ADMIN_KEY')
    expect(() => loadConfig({ ADMIN_KEY }, true)).not.toThrow(ADMIN_KEY)
    const settings = { ADMIN_KEY: realKey, INTERNAL_API_KEY: ADMIN_KEY, DEFAULT_TENANT: randomUUID() }
    expect(() => loadConfig(settings, true)).toThrow('INTERNAL_API_KEY')
    expect(() => loadConfig(settings, true)).not.toThrow(ADMIN_KEY)
  })

  it('is refused with an INTERNAL_API_KEY that stands for no tenant', () => {
    const settings = { ADMIN_KEY: realKey, INTERNAL_API_KEY: realKey }
    expect(() => loadConfig(settings, true)).toThrow('INTERNAL_API_KEY needs DEFAULT_TENANT')
    const DEFAULT_TENANT = randomUUID().toUpperCase()
    expect(loadConfig({ ...settings, DEFAULT_TENANT }, true).DEFAULT_TENANT).toBe(DEFAULT_TENANT.toLowerCase())
  })

  it.each([{ TRUST_PROXY: '127.0.0.1' }, { REDIS_URL: 'redis://127.0.0.1:1' }])(
    'is refused where it would drain until its time is up: %o',
    (settings) => {
      const times = { DRAIN_MS: '9000', SHUTDOWN_TIMEOUT_MS: '9000' }
      expect(() => loadConfig({ ...settings, ...times }, false)).toThrow('DRAIN_MS (9000) must be less than')
      expect(loadConfig({ ...settings, ...times, DRAIN_MS: '8999' }, false)).toMatchObject({ DRAIN_MS: 8999 })
      expect(loadConfig(times, false)).toMatchObject({ DRAIN_MS: 9000 })
    },
  )

  it('starts with real ones, without a demo, and says none of them', async () => {
    const service = new ServiceProcess({ ADMIN_KEY: realKey, DATABASE_URL: database.url }, ['--production'])
    const operator = new Rest(await service.url(), { authorization: `Bearer ${realKey}` })
    const { status, body } = await operator.get('/admin/tenant')
    expect([status, body.items]).toEqual([200, []])
    expect(await service.kill('SIGTERM')).toEqual({ code: 0, signal: null })
    expect(service.stdout + service.stderr).not.toContain(realKey)
    expect(service.stdout + service.stderr).not.toContain('postgres://')
    for (const line of service.stdout.trim().split('\n')) expect(JSON.parse(line)).toMatchObject({ level: 'info' })
  })
})
