/** Everything that the environment can set, read and checked once. */
import { isIP } from 'node:net'
import { cleanEnv, makeValidator, str, url } from 'envalid'

const whole = (min: number, max: number) =>
  makeValidator<number>((input) => {
    const value = /^\d+$/.test(input) ? Number(input) : NaN
    if (value >= min && value <= max) return value
    throw new Error(`must be a whole number from ${min} to ${max}`)
  })

const text = (pattern: RegExp, words: string) =>
  makeValidator<string>((input) => {
    if (pattern.test(input)) return input
    throw new Error(`must be ${words}`)
  })

const isProxy = (address: string): boolean => {
  const [ip = '', bits, ...rest] = address.trim().split('/')
  const most = { 0: 0, 4: 32, 6: 128 }[isIP(ip)]!
  return rest.length === 0 && most > 0 && (bits === undefined || (/^[1-9]\d*$/.test(bits) && Number(bits) <= most))
}

const proxies = makeValidator<string>((input) => {
  if (input.split(',').every(isProxy)) return input
  throw new Error('must be IP addresses or networks, as 10.0.0.0/8, with commas between them')
})

const port = whole(0, 65535)
const milliseconds = whole(100, 3_600_000)
const rate = whole(1, 1_000_000)
const postgresUrl = text(/^postgres(ql)?:\/\//, 'a URL that begins with postgres://')
const roleName = text(/^[a-z_][a-z0-9_]{0,62}$/, 'a name of lower-case letters, digits and _')
const key = text(/^[\x21-\x7e]+$/, 'printable ASCII without spaces')
const internalHosts = text(
  /^[^\s,/@]+(,[^\s,/@]+)*$/,
  'hosts, as login.local or 10.0.0.5:8080, with commas between them',
)
const tenantId = text(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i, 'a UUID')
const redisUrl = text(/^rediss?:\/\//, 'a URL that begins with redis://')

/** `.env.example` and the README's table are made from this: see `scripts/docs.mjs`. */
export const variables = {
  PORT: port({ default: 3000, desc: 'Port of REST, Swagger and every socket; 0 takes a free one' }),
  HOST: str({ default: '127.0.0.1', desc: 'Address to listen on; 0.0.0.0 for all' }),
  PUBLIC_URL: url({
    default: '',
    desc: 'Address that the outside sees, as https://chat.example.com; else http://HOST:PORT',
  }),
  TRUST_PROXY: proxies({
    default: '',
    desc: 'Addresses of reverse proxies whose X-Forwarded-For counts, as 10.0.0.0/8',
  }),
  DATABASE_URL: postgresUrl({ default: '', desc: 'PostgreSQL 15 to 18; without it one is started in DATA_DIR' }),
  MIGRATION_DATABASE_URL: postgresUrl({
    default: '',
    desc: 'The same database as whoever owns its tables, for migrations alone; else DATABASE_URL',
  }),
  DATABASE_ROLE: roleName({
    default: 'parley_service',
    desc: 'Role that the service takes in the database: it owns nothing, and is made if it is not there',
  }),
  DATABASE_POOL: whole(2, 200)({ default: 10, desc: 'Connections to PostgreSQL' }),
  DATA_DIR: str({ default: '.data', desc: 'Folder of the embedded PostgreSQL and of the demo’s secrets' }),
  DEMO: text(
    /^(on|off)$/,
    'on or off',
  )({ default: '', desc: 'on or off: the chat page at /demo, and its tenant; off in production, else on' }),
  REDIS_URL: redisUrl({ default: '', desc: 'Redis 6 or newer, or a Redis Cluster: makes this node one of several' }),
  REDIS_PREFIX: text(
    /^[\w-]{1,50}$/,
    'letters, digits, _ and -',
  )({ default: 'parley', desc: 'Beginning of all keys and channels, for deployments that share a Redis' }),
  NODE_LEASE_MS: milliseconds({
    default: 15_000,
    desc: 'How long a node may say nothing to Redis until the others take it for dead',
  }),
  REDIS_TIMEOUT_MS: whole(
    50,
    10_000,
  )({ default: 500, desc: 'How long Redis may take to answer until the service goes on without it' }),
  LOG_GLANCE_MS: milliseconds({
    default: 5000,
    desc: 'How often the open rooms are looked at in the log, for messages that nobody told of',
  }),
  ADMIN_KEY: key({ default: '', desc: 'The operator’s key for /admin and /metrics, 32 characters or more' }),
  DEFAULT_TENANT: tenantId({
    default: '',
    desc: 'Tenant of tokens that name none, and of INTERNAL_API_KEY; none unless set',
  }),
  INTERNAL_API_KEY: key({
    default: '',
    desc: 'Key of DEFAULT_TENANT’s backend for x-internal-api-key, 32 characters or more; none unless set',
  }),
  JWKS_PRIVATE_HOSTS: internalHosts({
    default: '',
    desc: 'Hosts of JWKS that may be asked though they are internal, or by plain http, as login.local:8080',
  }),
  JWT_TTL: whole(60, 31_536_000)({ default: 3600, desc: 'How long a minted JWT lives, in seconds' }),
  LOG_LEVEL: str({
    choices: ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'],
    default: 'info',
    desc: 'Least severe line that is logged',
  }),
  METRICS_PORT: port({ default: 0, desc: 'Port on loopback that serves /metrics without a key; 0 for none' }),
  READ_ROOM_MAX: whole(
    2,
    1_000_000,
  )({
    default: 100,
    desc: 'In a room of up to so many members they are told how far each has read',
  }),
  RETENTION_INTERVAL_MS: milliseconds({
    default: 600_000,
    desc: 'How often messages that are older than their tenant keeps them are deleted',
  }),
  RECHECK_INTERVAL_MS: whole(
    100,
    20_000,
  )({
    default: 15_000,
    desc: 'How often all live sockets are looked at again, in case that a kick was lost on its way',
  }),
  DRAIN_MS: whole(
    0,
    60_000,
  )({
    default: 2000,
    desc: 'How long a node behind a proxy (TRUST_PROXY, REDIS_URL) serves on after SIGTERM, until the proxy has noticed',
  }),
  SHUTDOWN_TIMEOUT_MS: milliseconds({
    default: 9000,
    desc: 'How long after SIGTERM the process has ended, in any case',
  }),
  USAGE_INTERVAL_MS: milliseconds({
    default: 5000,
    desc: 'How often a node writes down what tenants used; what it counted since is lost if it is killed',
  }),
  WS_PING_INTERVAL_MS: milliseconds({ default: 25_000, desc: 'How often a socket is pinged' }),
  WS_PING_TIMEOUT_MS: milliseconds({ default: 20_000, desc: 'How long a socket may take to answer a ping' }),
  WS_CONNECT_TIMEOUT_MS: milliseconds({ default: 10_000, desc: 'How long a socket may take to authenticate' }),
  WS_MAX_PAYLOAD_BYTES: whole(1024, 16_777_216)({ default: 131_072, desc: 'Largest frame and largest REST body' }),
  WS_BATCH_MS: whole(
    10,
    10_000,
  )({
    default: 200,
    desc: 'How long frames are collected for a plain WebSocket that takes several in one (?batch=true)',
  }),
  PRESENCE_GRACE_MS: milliseconds({
    default: 10_000,
    desc: 'How long who has no socket any more is still online, so that a reload does not flicker',
  }),
  PRESENCE_LOGIN_MS: milliseconds({
    default: 60_000,
    desc: 'How long who logged in by a password is online before their first socket',
  }),
  PRESENCE_TICK_MS: milliseconds({
    default: 500,
    desc: 'How often who came and who went is written and told, all of them together',
  }),
  PRESENCE_ROOM_MAX: whole(
    0,
    1000,
  )({
    default: 50,
    desc: 'Members of the largest room that hear of each other’s presence; 0: friends only',
  }),
  TYPING_ROOM_MAX: whole(
    0,
    1_000_000,
  )({
    default: 1000,
    desc: 'Members of the largest room that hears who is typing; 0: none does',
  }),
  RATE_LIMITS: str({ choices: ['on', 'off'], default: 'on', desc: 'off for tests and benches only' }),
  RATE_USER_BURST: rate({ default: 300, desc: 'Requests and events that a user may send at once' }),
  RATE_USER_PER_SECOND: rate({ default: 50, desc: 'What a user may send every second after that' }),
  RATE_TENANT_BURST: rate({ default: 2000, desc: 'Requests and events that a tenant may send at once' }),
  RATE_TENANT_PER_SECOND: rate({ default: 1000, desc: 'What a tenant may send every second after that' }),
  RATE_SOCKET_BURST: rate({ default: 250, desc: 'Events that one socket may send at once' }),
  RATE_SOCKET_PER_SECOND: rate({ default: 40, desc: 'What one socket may send every second after that' }),
  RATE_USER_MESSAGE_BURST: rate({ default: 250, desc: 'Messages that a user may send at once' }),
  RATE_USER_MESSAGE_PER_SECOND: rate({ default: 40, desc: 'Messages that a user may send every second after that' }),
  RATE_TENANT_MESSAGE_BURST: rate({ default: 1000, desc: 'Messages that a tenant may send at once' }),
  RATE_TENANT_MESSAGE_PER_SECOND: rate({ default: 500, desc: 'Messages that it may send every second after that' }),
  RATE_USER_JOIN_BURST: rate({ default: 1000, desc: 'Rooms that a user may join at once, resuming in them included' }),
  RATE_USER_JOIN_PER_SECOND: rate({ default: 50, desc: 'Rooms that a user may join every second after that' }),
  RATE_TENANT_JOIN_BURST: rate({ default: 50_000, desc: 'Rooms that a tenant’s users may join at once' }),
  RATE_TENANT_JOIN_PER_SECOND: rate({ default: 5000, desc: 'Rooms that they may join every second after that' }),
  RATE_USER_CONNECTION_BURST: rate({ default: 100, desc: 'Sockets that a user may open at once' }),
  RATE_USER_CONNECTION_PER_SECOND: rate({ default: 5, desc: 'Sockets that a user may open every second after that' }),
  RATE_TENANT_CONNECTION_BURST: rate({ default: 10_000, desc: 'Sockets that a tenant’s users may open at once' }),
  RATE_TENANT_CONNECTION_PER_SECOND: rate({
    default: 1000,
    desc: 'Sockets that they may open every second after that',
  }),
  MAX_USER_SOCKETS: whole(1, 1_000_000)({ default: 100, desc: 'Sockets that a user may have on all nodes' }),
  MAX_TENANT_SOCKETS: whole(
    1,
    1_000_000,
  )({ default: 100_000, desc: 'Sockets that a tenant’s users may have on all nodes' }),
  MAX_TENANT_ROOMS: whole(0, 1_000_000)({ default: 0, desc: 'Rooms that a tenant may have; 0: any number' }),
  MAX_TENANT_STORAGE_BYTES: whole(
    0,
    Number.MAX_SAFE_INTEGER,
  )({ default: 0, desc: 'Bytes that the messages of a tenant may take; 0: any number' }),
  MAX_GUEST_SOCKETS_PER_ADDRESS: whole(
    1,
    1_000_000,
  )({ default: 20, desc: 'Sockets that guests of a tenant may have at one address' }),
  RATE_ADDRESS_BURST: rate({ default: 100, desc: 'Failed authentications that an address may make at once' }),
  RATE_ADDRESS_PER_SECOND: rate({ default: 5, desc: 'What an address may fail every second after that' }),
  RATE_LOGIN_BURST: rate({ default: 10, desc: 'Passwords that an address may try at once for one user' }),
  RATE_LOGIN_PER_MINUTE: rate({ default: 5, desc: 'What it may try for that user every minute after that' }),
  RATE_LOGIN_ADDRESS_BURST: rate({ default: 100, desc: 'Passwords that an address may try at once for all users' }),
  RATE_LOGIN_ADDRESS_PER_MINUTE: rate({ default: 60, desc: 'What it may try every minute after that' }),
  RATE_LOGIN_USER_BURST: rate({ default: 60, desc: 'Passwords that all addresses may try at once for one user' }),
  RATE_LOGIN_USER_PER_MINUTE: rate({ default: 30, desc: 'What they may try for that user every minute after that' }),
  RATE_REGISTER_BURST: rate({ default: 20, desc: 'Users that may register at once from one address' }),
  RATE_REGISTER_PER_MINUTE: rate({ default: 10, desc: 'Users that may register from it every minute after that' }),
}

type Values = { readonly [K in keyof typeof variables]: Awaited<ReturnType<typeof read>>[K] }

/** The settings, and the token by which Nest gives them out: `constructor(private readonly config: Config)`. */
export abstract class Config {
  /** Started by `npm run start:prod`. */
  readonly production: boolean
  /** The tenant of the chat page. */
  readonly demoTenantId: string
}
export interface Config extends Values {}

/** A setting that stops the start. Its message is the one line that the operator reads. */
export class ConfigError extends Error {}

function read(env: NodeJS.ProcessEnv) {
  return cleanEnv(env, variables, {
    reporter: ({ errors }) => {
      const wrong = Object.entries(errors).map(([name, error]) => `${name} ${error?.message ?? 'is missing'}`)
      if (wrong.length) throw new ConfigError(wrong.join('; '))
    },
  })
}

/** The same on every node, which may be the first to make it. */
const demoTenantId = 'de30de30-de30-4de3-8de3-0de30de30de3'

/** Throws a `ConfigError` that names every variable that is wrong. */
export function loadConfig(env: NodeJS.ProcessEnv, production: boolean): Config {
  const present = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''))
  const values = read(present)
  const DEMO = values.DEMO || (production ? 'off' : 'on')
  const config = { ...values, DEFAULT_TENANT: values.DEFAULT_TENANT.toLowerCase(), DEMO, production, demoTenantId }
  if (production) requireProduction(config)
  requireTime(config)
  return config
}

/** Whoever drains for longer is ended before its sockets are sent away. */
function requireTime({ DRAIN_MS, SHUTDOWN_TIMEOUT_MS, TRUST_PROXY, REDIS_URL }: Config): void {
  const drains = TRUST_PROXY !== '' || REDIS_URL !== ''
  if (!drains || DRAIN_MS < SHUTDOWN_TIMEOUT_MS) return
  throw new ConfigError(`DRAIN_MS (${DRAIN_MS}) must be less than SHUTDOWN_TIMEOUT_MS (${SHUTDOWN_TIMEOUT_MS})`)
}

function requireProduction({ ADMIN_KEY, INTERNAL_API_KEY, DEFAULT_TENANT, RATE_LIMITS }: Config): void {
  requireStrong('ADMIN_KEY', ADMIN_KEY)
  if (INTERNAL_API_KEY) requireStrong('INTERNAL_API_KEY', INTERNAL_API_KEY)
  if (INTERNAL_API_KEY && !DEFAULT_TENANT) throw new ConfigError('INTERNAL_API_KEY needs DEFAULT_TENANT')
  if (RATE_LIMITS === 'off') throw new ConfigError('RATE_LIMITS=off is for tests and benches, not for production')
}

function requireStrong(name: string, secret: string): void {
  if (secret.length < 32) throw new ConfigError(`${name} must have 32 characters or more in production`)
  if (!/change|example|secret|password|(.)\1{7}/i.test(secret)) return
  throw new ConfigError(`${name} looks like a placeholder: make one with \`openssl rand -hex 32\``)
}
