/** A kick that was lost on its way, as between nodes that hear nothing of each other: what one takes away, the other finds out. */
import { AuthService } from '../../src/auth/auth.service.js'
import { OutsidersService } from '../../src/rooms/outsiders.service.js'
import { loggedIn, openTenant, password, registered } from '../support/accounts.js'
import { Apart } from '../support/apart.js'
import { keysOf, ownToken, register, withSecret } from '../support/own-tokens.js'
import type { Service, TestTenant, TestUser } from '../support/service.js'
import type { TestSocket } from '../support/sockets.js'
import { until } from '../support/until.js'

let apart: Apart
let service: Service
let node: Service
let tenant: TestTenant
let ann: TestUser
let bob: TestUser
let room_id: string

beforeAll(async () => {
  apart = await Apart.start()
  ;({ service, node } = apart)
})

beforeEach(async () => {
  tenant = await openTenant(service, { guests: true })
  ann = await apart.person(tenant)
  bob = await apart.person(tenant)
  room_id = await tenant.room([ann, bob])
})

afterAll(() => apart.stop())

async function expectEnded(sockets: TestSocket[], code: unknown): Promise<void> {
  await Promise.all(sockets.map((socket) => socket.disconnected()))
  for (const socket of sockets) expect(socket.payloads('exception')).toMatchObject([{ code, retryable: false }])
}

/** Heard nothing, and hears what is said. */
async function expectUntouched(sockets: TestSocket[]): Promise<void> {
  for (const socket of sockets) {
    expect(socket.listened).toEqual([])
    expect(await socket.ask('leave_room', { room_id: tenant.tenantId })).toMatchObject({ ok: true })
  }
}

const byKey = (user: TestUser, apiToken = tenant.apiToken): Promise<TestSocket> =>
  node.socket({ extraHeaders: { clientKey: `${apiToken}.${user.userId}` } })

async function firstToken(): Promise<string> {
  const path = `/admin/tenant/${tenant.tenantId}/api-token`
  return `${path}/${(await service.operator.get(path)).body.items[0].api_token_id}`
}

const change = (settings: object): Promise<unknown> =>
  service.operator.patch(`/admin/tenant/${tenant.tenantId}`, settings)

/** A JWT that this API token did not mint. */
const ownSocket = async (user: TestUser): Promise<[TestSocket, keyId: string]> => {
  const secret = 'a secret that only the login service has'
  await tenant.backend.patch(`/user/${user.userId}`, { external_id: user.userId })
  const { token_key_id } = await register(tenant, { secret })
  const token = ownToken(withSecret(secret), { tid: tenant.tenantId, uid: user.userId })
  return [await node.socket({ auth: { token } }), token_key_id]
}

describe('a session', () => {
  it('of a locked user: all their sockets end, and nobody else’s', async () => {
    const bobs = [await bob.socket(), await bob.socketIn(room_id), await byKey(bob)]
    const others = [await ann.socketIn(room_id), await byKey(ann)]
    await tenant.backend.patch(`/user/${bob.userId}`, { status: 'not_active' })
    await expectEnded(bobs, 'user_locked')
    await expectUntouched(others)
  })

  it('of a token that was logged out: those of this token end, and no other of the same user', async () => {
    const first = await registered(tenant, 'carol')
    const [out, stays] = [first.at(node), (await loggedIn(tenant, 'carol')).at(node)]
    const [ended, lives] = [await out.socket(), await stays.socket()]
    await first.rest.post('/auth/logout')
    await expectEnded([ended], 'token_revoked')
    await expectUntouched([lives])
  })

  it('of a password that was changed: all of before end, and what the new token opened lives', async () => {
    const carol = await registered(tenant, 'carol')
    const before = await carol.at(node).socket()
    const input = { old_password: password, password: 'another horse, another staple' }
    const { body } = await carol.rest.post('/auth/password', input)
    const after = await node.socket({ auth: { token: body.token } })
    await expectEnded([before], 'token_revoked')
    await apart.aRound()
    await expectUntouched([after])
  })

  it('of a revoked API token: those who showed it end; with ?tokens=true those of its JWTs, too', async () => {
    const { body } = await service.operator.post(`/admin/tenant/${tenant.tenantId}/api-token`, { name: 'second' })
    const [shown, minted] = [await byKey(bob), await bob.socket()]
    const [own] = await ownSocket(ann)
    const others = [await byKey(bob, body.api_token), own]
    const path = await firstToken()
    await service.operator.delete(path)
    await expectEnded([shown], 'token_revoked')
    await expectUntouched([minted, ...others])
    await service.operator.delete(`${path}?tokens=true`)
    await expectEnded([minted], 'token_revoked')
    await expectUntouched(others)
  })

  it('of a key of the tenant’s own tokens that was taken away: those who came by it end', async () => {
    const [socket, keyId] = await ownSocket(bob)
    const other = await bob.socket()
    await service.operator.delete(`${keysOf(tenant)}/${keyId}`)
    await expectEnded([socket], 'token_revoked')
    await expectUntouched([other])
  })

  it.each([
    ['suspended', /^tenant_suspended$/, () => change({ status: 'suspended' })],
    // It is suspended before it goes.
    [
      'deleted',
      /^(tenant_suspended|token_invalid)$/,
      () => service.operator.delete(`/admin/tenant/${tenant.tenantId}`),
    ],
  ])('of a tenant that is %s: all of its sockets end, and no other’s', async (_, code, end) => {
    const sockets = [await ann.socketIn(room_id), await byKey(bob)]
    const elsewhere = await (await apart.person(await service.tenant())).socket()
    await end()
    await expectEnded(sockets, expect.stringMatching(code))
    await expectUntouched([elsewhere])
  })

  it('of a guest, where there are to be none any more: it ends, and those of users live', async () => {
    await ann.rest.post('/api/chat/thread', { stream_id: 'a stream' })
    const [users, guest] = [await ann.socket(), await node.plain(`/t/${tenant.tenantId}/ws/chat/a%20stream`)]
    await change({ guests: false })
    expect((await guest.closed)[0]).toBe(4401)
    await expectUntouched([users])
  })
})

it('a thousand quiet sockets of three tenants hear nothing', async () => {
  const tenants = [tenant, await service.tenant(), await service.tenant()]
  const users = await Promise.all(tenants.flatMap((one) => Array.from({ length: 6 }, () => apart.person(one))))
  const rooms = await Promise.all(tenants.map((one, n) => one.room(users.slice(6 * n, 6 * n + 6))))
  const sockets = await Promise.all(
    Array.from({ length: 1000 }, (_, n) => {
      const place = n % users.length
      const user = users[place]!
      return n % 2 ? user.plain('/ws') : user.plain(`/ws/${rooms[Math.floor(place / 6)]}/${user.userId}`)
    }),
  )
  await apart.aRound()
  await apart.aRound()
  expect(sockets.flatMap(({ frames }) => frames)).toEqual([])
  expect(sockets.filter(({ ws }) => ws.readyState !== ws.OPEN)).toEqual([])
}, 60_000)

it('while nobody can be looked at, nobody is ended, and the next round makes up for it', async () => {
  const [bobs, anns] = [await bob.socketIn(room_id), await ann.socketIn(room_id)]
  const away = jest.fn(() => Promise.reject(new Error('away')))
  const looks = [
    jest.spyOn(node.app.get(AuthService), 'recheckAll').mockImplementation(away),
    jest.spyOn(node.app.get(OutsidersService), 'find').mockImplementation(away),
  ]
  await tenant.backend.delete(`/room/${room_id}/member/${bob.userId}`)
  await tenant.backend.patch(`/user/${ann.userId}`, { status: 'not_active' })
  await until(() => away.mock.calls.length >= 6, 'some rounds')
  await expectUntouched([bobs, anns])
  for (const look of looks) look.mockRestore()
  await bobs.next('room_removed')
  await expectEnded([anns], 'user_locked')
})

it('limits that a tenant is given at one node hold for live sockets at the other', async () => {
  const limited = await service.another({ RATE_LIMITS: 'on', RECHECK_INTERVAL_MS: '100' })
  try {
    await change({ limits: { socket_burst: 1, socket_per_second: 1 } })
    const socket = await bob.at(limited).socket()
    const asks = () => Promise.all(Array.from({ length: 5 }, () => socket.ask('leave_room', { room_id })))
    expect((await asks()).map(({ ok }) => ok)).toContain(false)
    await change({ limits: {} })
    await until(async () => (await asks()).every(({ ok }) => ok), 'the limits of the deployment')
  } finally {
    await limited.stop()
  }
})
