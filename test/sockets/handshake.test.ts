/** Who is let in over Socket.IO, and what everybody else is told. */
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'
import { forged, resigned, secondsFromNow } from '../support/tokens.js'

let service: Service
let tenant: TestTenant
let otherTenant: TestTenant
let ann: TestUser
let bob: TestUser

beforeAll(async () => {
  service = await startService()
  tenant = await service.tenant()
  otherTenant = await service.tenant()
  ann = await tenant.user()
  bob = await tenant.user()
})

afterAll(() => service.stop())

type Handshake = Parameters<Service['socket']>[0]

const byToken = (token: unknown): Handshake => ({ auth: { token } })
const byHeaders = (extraHeaders: Record<string, string>): Handshake => ({ extraHeaders })
const byKey = (clientKey: string): Handshake => byHeaders({ clientKey })
const bearer = (token: string): string => `Bearer ${token}`

const transports = {
  websocket: ['websocket'],
  polling: ['polling'],
  'polling, then websocket': ['polling', 'websocket'],
}

const waysIn: Record<string, () => Handshake | Promise<Handshake>> = {
  'auth.token': () => byToken(ann.token),
  'Authorization: Bearer': () => byHeaders({ authorization: bearer(ann.token) }),
  'authorization: bearer': () => byHeaders({ authorization: `bearer ${ann.token}` }),
  'clientKey: api_token.user_id': () => byKey(ann.clientKey),
  'clientKey with the user id in capitals': () => byKey(`${tenant.apiToken}.${ann.userId.toUpperCase()}`),
  'two tokens of one user': async () => ({
    ...byToken(ann.token),
    ...byHeaders({ authorization: bearer(await resigned(ann, { exp: secondsFromNow(600) })) }),
  }),
  'the same token twice': () => ({ ...byToken(ann.token), ...byHeaders({ authorization: bearer(ann.token) }) }),
  'clientKey and token of one user': () => ({ ...byToken(ann.token), ...byKey(ann.clientKey) }),
}

describe.each(Object.entries(transports))('over %s', (_, transport) => {
  it.each(Object.entries(waysIn))('%s lets the user in', async (_, handshake) => {
    const room_id = await tenant.room([ann])
    const socket = await service.socket({ ...(await handshake()), transports: transport })
    const { message } = await socket.ask('send_message', { room_id, text_message: 'Hi' })
    expect(message.sender.user_id).toBe(ann.userId)
    socket.close()
  })

  it('refuses with the problem', async () => {
    await expect(service.socket({ transports: transport })).rejects.toMatchObject({
      message: 'Authentication error',
      data: { code: 'credentials_missing' },
    })
  })
})

/** What a client that is not let in is told. Fails if it is let in. */
async function refusal(handshake: Handshake): Promise<{ status: number; code: string }> {
  const error = await service.socket(handshake).then(
    () => Promise.reject(new Error('was let in')),
    (error: Error & { data?: any }) => error,
  )
  expect(error.message).toBe('Authentication error')
  expect(error.data).toMatchObject({ retryable: false, request_id: expect.any(String), detail: expect.any(String) })
  return { status: error.data.status, code: error.data.code }
}

const cases = (table: Record<string, () => Handshake | Promise<Handshake>>) => Object.entries(table)

describe('connect_error', () => {
  it('is "Authentication error" with the problem as data', async () => {
    const error = await service.socket({}).catch((error: unknown) => error)
    expect((error as Error).message).toBe('Authentication error')
    expect((error as { data: object }).data).toEqual({
      type: '/docs/errors#credentials_missing',
      title: 'No credential was sent',
      status: 401,
      detail: 'Send a clientKey or a Bearer token.',
      code: 'credentials_missing',
      retryable: false,
      request_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    })
  })

  it('refuses other namespaces than the main one, which lives on', async () => {
    const { socket } = await service.socket(byToken(ann.token))
    const other = socket.io.socket('/other', { auth: { token: ann.token } })
    const error = await new Promise<Error>((resolve) => other.once('connect_error', resolve).connect())
    expect(error.message).toBe('Invalid namespace')
    expect(socket.connected).toBe(true)
    other.disconnect()
  })
})

it.each([42, true, null, ['token'], { token: 'token' }])('auth.token of %j is none', async (token) => {
  expect(await refusal(byToken(token))).toEqual({ status: 401, code: 'credentials_missing' })
})

describe('401 token_invalid', () => {
  it.each(
    cases({
      'what is no JWT': () => byToken('not-a-token'),
      'an empty text': () => byToken(''),
      'another scheme than Bearer': () => byHeaders({ authorization: 'Basic YW5uOmFubg==' }),
      'changed claims': () => byToken(forged(ann, {}, { sub: bob.userId })),
      'no signature': () => byToken(forged(ann, { alg: 'none' }, {}).replace(/[^.]*$/, '')),
      'another tenant’s name on it': () => byToken(forged(ann, {}, { tid: otherTenant.tenantId })),
      'another tenant’s key': async () =>
        byToken(await resigned(await otherTenant.user(), { tid: tenant.tenantId, sub: ann.userId })),
      'a user that never was': async () => byToken(await resigned(ann, { sub: tenant.tenantId })),
      'the API token in its place': () => byToken(tenant.apiToken),
      'a tenant that is gone': async () => {
        const gone = await service.tenant()
        const user = await gone.user()
        await service.operator.delete(`/admin/tenant/${gone.tenantId}`)
        return byToken(user.token)
      },
    }),
  )('%s', async (_, handshake) => {
    expect(await refusal(await handshake())).toEqual({ status: 401, code: 'token_invalid' })
  })
})

describe('401 token_expired, token_revoked', () => {
  it('an expired token', async () => {
    const token = await resigned(ann, { exp: secondsFromNow(-1) })
    expect(await refusal(byToken(token))).toEqual({ status: 401, code: 'token_expired' })
  })

  it('a token of a user who was locked since, and is free again', async () => {
    const user = await tenant.user()
    for (const status of ['not_active', 'active']) await tenant.backend.patch(`/user/${user.userId}`, { status })
    expect(await refusal(byToken(user.token))).toEqual({ status: 401, code: 'token_revoked' })
  })

  it('a token whose API token was revoked with what it minted', async () => {
    const revoked = await service.tenant()
    const user = await revoked.user()
    const path = `/admin/tenant/${revoked.tenantId}/api-token`
    const { body } = await service.operator.get(path)
    await service.operator.delete(`${path}/${body.items[0].api_token_id}?tokens=true`)
    expect(await refusal(byToken(user.token))).toEqual({ status: 401, code: 'token_revoked' })
    expect(await refusal(byKey(user.clientKey))).toEqual({ status: 401, code: 'client_key_invalid' })
  })
})

describe('401 client_key_invalid', () => {
  it.each(
    cases({
      'an unknown API token': () => byKey(`parley_${'x'.repeat(43)}.${ann.userId}`),
      'one dot too many': () => byKey(`${ann.clientKey}.${ann.userId}`),
      'a dot at the end': () => byKey(`${ann.clientKey}.`),
      'a dot and nothing': () => byKey(`${tenant.apiToken}.`),
      'no UUID behind the dot': () => byKey(`${tenant.apiToken}.ann`),
      'a user that never was': () => byKey(`${tenant.apiToken}.${tenant.tenantId}`),
      'a user of another tenant': async () => byKey(`${tenant.apiToken}.${(await otherTenant.user()).userId}`),
      'nothing at all': () => byKey(''),
    }),
  )('%s', async (_, handshake) => {
    expect(await refusal(await handshake())).toEqual({ status: 401, code: 'client_key_invalid' })
  })
})

describe('400 credentials_disagree', () => {
  it.each(
    cases({
      'tokens of two users': () => ({ ...byToken(ann.token), ...byHeaders({ authorization: bearer(bob.token) }) }),
      'a clientKey and a token of two users': () => ({ ...byToken(ann.token), ...byKey(bob.clientKey) }),
      'the backend and a user': () => ({ ...byToken(ann.token), ...byKey(tenant.apiToken) }),
      'two tenants': async () => ({ ...byToken(ann.token), ...byKey((await otherTenant.user()).clientKey) }),
    }),
  )('%s', async (_, handshake) => {
    expect(await refusal(await handshake())).toEqual({ status: 400, code: 'credentials_disagree' })
  })

  it('but a wrong one beside a right one is just wrong', async () => {
    expect((await refusal({ ...byToken('wrong'), ...byKey(ann.clientKey) })).code).toBe('token_invalid')
    expect((await refusal({ ...byToken(ann.token), ...byKey('wrong') })).code).toBe('client_key_invalid')
  })
})

describe('403', () => {
  it('user_required: a bare API token is nobody', async () => {
    expect(await refusal(byKey(tenant.apiToken))).toEqual({ status: 403, code: 'user_required' })
  })

  it.each(['not_active', 'delete'])('user_locked: a user of status %s, by either credential', async (status) => {
    const user = await tenant.user()
    await tenant.backend.patch(`/user/${user.userId}`, { status })
    expect(await refusal(byToken(user.token))).toEqual({ status: 403, code: 'user_locked' })
    expect(await refusal(byKey(user.clientKey))).toEqual({ status: 403, code: 'user_locked' })
  })

  it('tenant_suspended, until it is resumed', async () => {
    const suspended = await service.tenant()
    const user = await suspended.user()
    const path = `/admin/tenant/${suspended.tenantId}`
    await service.operator.patch(path, { status: 'suspended' })
    expect(await refusal(byToken(user.token))).toEqual({ status: 403, code: 'tenant_suspended' })
    expect(await refusal(byKey(user.clientKey))).toEqual({ status: 403, code: 'tenant_suspended' })
    await service.operator.patch(path, { status: 'active' })
    await expect(user.socket()).resolves.toBeDefined()
  })
})
