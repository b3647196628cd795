/** How a socket outlives its token: it is warned, shows another one, and is ended if it does not. */
import { v7 as uuid } from 'uuid'
import { AuthService } from '../../src/auth/auth.service.js'
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'
import type { TestSocket } from '../support/sockets.js'
import { forged, resigned, secondsFromNow } from '../support/tokens.js'

let service: Service
let tenant: TestTenant
let ann: TestUser
let bob: TestUser
let room_id: string

beforeAll(async () => {
  service = await startService()
})

beforeEach(async () => {
  tenant = await service.tenant()
  ann = await tenant.user()
  bob = await tenant.user()
  room_id = await tenant.room([ann, bob])
})

afterAll(() => service.stop())

const by = (token: string, options = {}): Promise<TestSocket> => service.socket({ auth: { token }, ...options })
const byClientKey = ({ clientKey }: TestUser): Promise<TestSocket> => service.socket({ extraHeaders: { clientKey } })

/** A token of its own that lives so long. */
const tokenFor = async (user: TestUser, seconds: number) => {
  const exp = secondsFromNow(seconds)
  const token = await resigned(user, { exp, jti: uuid() })
  return { token, endsAtMs: exp * 1000, expires_at: new Date(exp * 1000).toISOString() }
}

const refresh = (socket: TestSocket, token: unknown): Promise<any> => socket.ask('refresh_token', { token })

const expectLives = async (socket: TestSocket): Promise<void> => {
  expect(await socket.ask('join_room', { room_id })).toMatchObject({ ok: true })
  expect(socket.payloads('exception')).toEqual([])
}

async function expectEnded(socket: TestSocket, code: string, timeoutMs = 5000): Promise<void> {
  await socket.disconnected(timeoutMs)
  expect(socket.payloads('exception')).toMatchObject([{ code }])
}

const firstApiToken = async (): Promise<string> => {
  const path = `/admin/tenant/${tenant.tenantId}/api-token`
  return `${path}/${(await service.operator.get(path)).body.items[0].api_token_id}`
}
const revokeFirst = async (query = '?tokens=true') => service.operator.delete(`${await firstApiToken()}${query}`)

/** A further API token of the tenant, and a JWT that it minted. */
async function mintedByAnother(user: TestUser): Promise<{ token: string; revoke: () => Promise<unknown> }> {
  const path = `/admin/tenant/${tenant.tenantId}/api-token`
  const { body } = await service.operator.post(path, { name: 'another' })
  const minted = await service.anyone.as({ clientKey: body.api_token }).post(`/auth/${user.userId}`)
  const revoke = () => service.operator.delete(`${path}/${body.api_token_id}?tokens=true`)
  return { token: minted.body.token, revoke }
}

describe('token_expiring', () => {
  it('comes a minute before the end', async () => {
    const { token, endsAtMs, expires_at } = await tokenFor(bob, 62)
    const socket = await by(token)
    expect(await socket.next('token_expiring')).toEqual([{ expires_at }])
    expect(Date.now()).toBeGreaterThanOrEqual(endsAtMs - 60_000)
  })

  it.each(['websocket', 'polling'])('comes at once to whose token has less, and once: %s', async (transport) => {
    const { token, expires_at } = await tokenFor(bob, 30)
    const socket = await by(token, { transports: [transport] })
    expect(await socket.next('token_expiring')).toEqual([{ expires_at }])
    await aGlanceLater()
    expect(socket.heard).toEqual([['token_expiring', { expires_at }]])
  })

  it('comes to nobody whose token has more, or who came by an API token', async () => {
    const sockets = [await by((await tokenFor(bob, 120)).token), await byClientKey(bob)]
    await aGlanceLater()
    expect(sockets.map(({ heard }) => heard)).toEqual([[], []])
  })

  /** All were looked at again since, for here is one who was told of what was not so before. */
  async function aGlanceLater(): Promise<void> {
    const { token } = await tokenFor(ann, 62)
    await (await by(token)).next('token_expiring')
  }
})

describe('refresh_token', () => {
  it('is answered with the new end, and the socket outlives the old one', async () => {
    const [old, fresh] = [await tokenFor(bob, 3), await tokenFor(bob, 90)]
    const [socket, left] = [await by(old.token), await by(old.token)]
    expect(await refresh(socket, fresh.token)).toEqual({ ok: true, expires_at: fresh.expires_at })
    await expectEnded(left, 'token_expired')
    await expectLives(socket)
    expect(socket.payloads('token_expiring')).toEqual([{ expires_at: old.expires_at }])
  })

  it('again and again keeps a socket alive on tokens that live for seconds; each is warned of once, halfway', async () => {
    const tokens = [await tokenFor(bob, 4)]
    const socket = await by(tokens[0]!.token)
    await socket.next('token_expiring')
    for (let round = 1; round <= 3; round++) {
      const shownMs = Date.now()
      const token = await tokenFor(bob, 4)
      tokens.push(token)
      expect(await refresh(socket, token.token)).toMatchObject({ ok: true })
      await socket.next('token_expiring', round + 1)
      expect(Date.now()).toBeGreaterThanOrEqual((shownMs + token.endsAtMs) / 2)
    }
    expect(Date.now()).toBeGreaterThan(tokens[0]!.endsAtMs)
    await expectLives(socket)
    expect(socket.payloads('token_expiring')).toEqual(tokens.map(({ expires_at }) => ({ expires_at })))
    await expectEnded(socket, 'token_expired')
  })

  it('with the token that it has changes nothing', async () => {
    const { token, expires_at } = await tokenFor(bob, 3)
    const socket = await by(token)
    for (let n = 0; n < 3; n++) expect(await refresh(socket, token)).toEqual({ ok: true, expires_at })
    await expectEnded(socket, 'token_expired')
    expect(socket.payloads('token_expiring')).toEqual([{ expires_at }])
  })

  it('ends by the new token if that one is the shorter', async () => {
    const short = await tokenFor(bob, 3)
    const socket = await bob.socket()
    expect(await refresh(socket, short.token)).toEqual({ ok: true, expires_at: short.expires_at })
    await expectEnded(socket, 'token_expired')
    expect(Date.now()).toBeGreaterThanOrEqual(short.endsAtMs)
  })

  it('turns a socket that came by an API token into one of a JWT', async () => {
    const socket = await byClientKey(bob)
    const { token, revoke } = await mintedByAnother(bob)
    expect(await refresh(socket, token)).toMatchObject({ ok: true })
    await revokeFirst('')
    await expectLives(socket)
    await revoke()
    await expectEnded(socket, 'token_revoked')
  })

  it('over long-polling, too', async () => {
    const socket = await by(bob.token, { transports: ['polling'] })
    const { token, expires_at } = await tokenFor(bob, 90)
    expect(await refresh(socket, token)).toEqual({ ok: true, expires_at })
  })

  it('keeps what the socket listens to', async () => {
    const socket = await bob.socketIn(room_id)
    await refresh(socket, (await tokenFor(bob, 90)).token)
    const message = await ann.send(room_id, 'Hi')
    expect(await socket.next('new_message')).toEqual([message])
  })
})

describe('a token that is refused', () => {
  const refusals: [string, string, number, () => unknown][] = [
    ['another user’s', 'credentials_disagree', 400, () => ann.token],
    ['another tenant’s', 'credentials_disagree', 400, async () => (await (await service.tenant()).user()).token],
    ['forged', 'token_invalid', 401, () => forged(bob, {}, { exp: secondsFromNow(600) })],
    ['no JWT', 'token_invalid', 401, () => 'no-token'],
    ['an API token', 'token_invalid', 401, () => tenant.apiToken],
    ['expired', 'token_expired', 401, async () => (await tokenFor(bob, -1)).token],
    ['of an epoch that is over', 'token_revoked', 401, () => resigned(bob, { ep: -1 })],
    ['no text', 'validation_failed', 400, () => 42],
    ['empty', 'validation_failed', 400, () => ''],
  ]

  it.each(refusals)('%s: %s, and the socket lives on', async (_, code, status, token) => {
    const socket = await bob.socketIn(room_id)
    expect(await refresh(socket, await token())).toMatchObject({ ok: false, error: { code, status } })
    await expectLives(socket)
    const { message } = await socket.ask('send_message', { room_id, text_message: 'Still me' })
    expect(message.sender.user_id).toBe(bob.userId)
  })

  it('changes nothing of the end', async () => {
    const { token, endsAtMs } = await tokenFor(bob, 3)
    const socket = await by(token)
    expect(await refresh(socket, ann.token)).toMatchObject({ ok: false })
    await expectEnded(socket, 'token_expired')
    expect(Date.now()).toBeGreaterThanOrEqual(endsAtMs)
  })

  it('without an acknowledgement comes as exception', async () => {
    const socket = await bob.socket()
    socket.socket.emit('refresh_token', { token: 'no-token' })
    expect(await socket.next('exception')).toMatchObject([{ code: 'token_invalid', event: 'refresh_token' }])
  })
})

describe('after a refresh the new token counts', () => {
  it('the old one may be revoked, the new one ends the socket', async () => {
    const socket = await bob.socketIn(room_id)
    const { token, revoke } = await mintedByAnother(bob)
    expect(await refresh(socket, token)).toMatchObject({ ok: true })
    await revokeFirst()
    await expectLives(socket)
    await revoke()
    await expectEnded(socket, 'token_revoked', 1000)
  })

  it('a lock of the user ends it as ever', async () => {
    const socket = await bob.socket()
    await refresh(socket, (await tokenFor(bob, 90)).token)
    await tenant.backend.patch(`/user/${bob.userId}`, { status: 'not_active' })
    await expectEnded(socket, 'user_locked', 1000)
  })
})

describe('in the moment of the refresh', () => {
  /** Does it as soon as the next token was found good, before the socket goes on under it. */
  function afterTheLook(work: () => Promise<unknown>): void {
    const auth = service.app.get(AuthService)
    const renew = auth.renew.bind(auth)
    const spy = jest.spyOn(auth, 'renew').mockImplementation(async (session, token) => {
      spy.mockRestore()
      const renewed = await renew(session, token)
      await work()
      return renewed
    })
  }

  it('the new token is revoked: it is refused, and the socket lives on under the old one', async () => {
    const socket = await bob.socket()
    const { token, revoke } = await mintedByAnother(bob)
    afterTheLook(revoke)
    expect(await refresh(socket, token)).toMatchObject({ ok: false, error: { code: 'token_revoked' } })
    await expectLives(socket)
    await revokeFirst()
    await expectEnded(socket, 'token_revoked')
  })

  it('both are revoked: the socket ends', async () => {
    const socket = await bob.socket()
    const { token, revoke } = await mintedByAnother(bob)
    afterTheLook(() => Promise.all([revoke(), revokeFirst()]))
    socket.socket.emit('refresh_token', { token })
    await socket.disconnected(1000)
    expect(socket.payloads('exception')[0]).toMatchObject({ code: 'token_revoked' })
  })

  it('the new token is revoked before it has its place, and the old one while it has: the socket ends', async () => {
    const socket = await bob.socket()
    const { token, revoke } = await mintedByAnother(bob)
    afterTheLook(revoke)
    const auth = service.app.get(AuthService)
    const recheck = auth.recheck.bind(auth)
    const spy = jest.spyOn(auth, 'recheck').mockImplementation(async (session) => {
      spy.mockRestore()
      await revokeFirst()
      return recheck(session)
    })
    socket.socket.emit('refresh_token', { token })
    await socket.disconnected(1000)
    expect(socket.payloads('exception')[0]).toMatchObject({ code: 'token_revoked' })
  })

  it('the look fails: it is refused, and the socket lives on under the old one', async () => {
    const socket = await bob.socket()
    const look = jest.spyOn(service.app.get(AuthService), 'recheck').mockRejectedValueOnce(new Error('away'))
    const { token } = await tokenFor(bob, 90)
    expect(await refresh(socket, token)).toMatchObject({ ok: false, error: { status: 500 } })
    look.mockRestore()
    await expectLives(socket)
    expect(await refresh(socket, token)).toMatchObject({ ok: true })
  })

  it('the old token runs out: whoever asked in time is not cut', async () => {
    const [old, fresh] = [await tokenFor(bob, 3), await tokenFor(bob, 90)]
    const [socket, left] = [await by(old.token), await by(old.token)]
    afterTheLook(() => left.disconnected())
    expect(await refresh(socket, fresh.token)).toMatchObject({ ok: true })
    expect(left.payloads('exception')).toMatchObject([{ code: 'token_expired' }])
    await expectLives(socket)
  })

  it('the old token runs out, and the new one is none: the socket ends', async () => {
    const old = await tokenFor(bob, 3)
    const [socket, left] = [await by(old.token), await by(old.token)]
    afterTheLook(async () => {
      await left.disconnected()
      throw new Error('no token')
    })
    socket.socket.emit('refresh_token', { token: (await tokenFor(bob, 90)).token })
    await socket.disconnected()
    expect(socket.payloads('exception').at(-1)).toMatchObject({ code: 'token_expired' })
  })
})
