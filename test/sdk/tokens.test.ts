/** Tokens that end, of which no new one is to be had for a while, that are revoked, and whose user is locked. */
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { v7 as uuid } from 'uuid'
import { ParleyError, tokenFrom, type ConnectionState, type ParleyClient } from '@parley/client'
import { ownToken, register, withSecret } from '../support/own-tokens.js'
import { TcpProxy } from '../support/proxy.js'
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'
import { resigned, secondsFromNow } from '../support/tokens.js'
import { until } from '../support/until.js'
import { clientOf, closeAll, connecting, live, shows } from './people.js'

let service: Service
let tenant: TestTenant
let ann: TestUser
let bob: TestUser
let roomId: string

beforeAll(async () => {
  service = await startService()
})

beforeEach(async () => {
  tenant = await service.tenant()
  ann = await tenant.user()
  bob = await tenant.user()
  roomId = await tenant.room([ann, bob])
})

afterEach(closeAll)
afterAll(() => service.stop())

/** Asks that were counted, for tokens that live so long. */
function provider(seconds: number): { token: () => Promise<string>; asked: () => number } {
  let asked = 0
  const token = (): Promise<string> => {
    asked++
    const iat = secondsFromNow(0)
    return resigned(bob, { iat, exp: iat + seconds, jti: uuid() })
  }
  return { token, asked: () => asked }
}

const statuses = (client: ParleyClient): ConnectionState['status'][] => {
  const all: ConnectionState['status'][] = []
  client.connection.subscribe(() => all.push(client.connection.get().status))
  return all
}

const isStatus = (client: ParleyClient, status: ConnectionState['status']) =>
  until(() => client.connection.get().status === status, status)

const revoke = async (): Promise<unknown> => {
  const path = `/admin/tenant/${tenant.tenantId}/api-token`
  const { items } = (await service.operator.get(path)).body
  return service.operator.delete(`${path}/${items[0].api_token_id}?tokens=true`)
}

describe('a token that ends', () => {
  it('is followed by another one on the live connection, again and again', async () => {
    const { token, asked } = provider(4)
    const client = await clientOf(bob, { token })
    const seen = statuses(client)
    const room = client.room(roomId)
    await live(room)
    await until(() => asked() >= 5, 'a fifth token')
    await ann.send(roomId, 'still here')
    await shows(room, ({ messages }) => messages.length === 1)
    expect(seen).toEqual([])
  }, 40_000)

  it('while the connection is away is followed by another one when it is back', async () => {
    const proxy = await TcpProxy.start({ host: '127.0.0.1', port: Number(new URL(service.url).port) })
    const { token, asked } = provider(3)
    const client = await clientOf(bob, { token, url: `http://127.0.0.1:${proxy.port}` })
    const room = client.room(roomId)
    await live(room)
    proxy.goAway()
    await isStatus(client, 'offline')
    const before = asked()
    await ann.send(roomId, 'meanwhile')
    await setTimeout(3500)
    proxy.comeBack()
    await shows(room, ({ status, messages }) => status === 'live' && messages.length === 1)
    expect(asked()).toBeGreaterThan(before)
    await proxy.stop()
  })

  it('of which no other is to be had ends the session, and it is back when there is one', async () => {
    const { token } = provider(3)
    let isThere = true
    const flaky = (): Promise<string> => (isThere ? token() : Promise.reject(new Error('our backend is down')))
    const client = await clientOf(bob, { token: flaky })
    const room = client.room(roomId)
    await live(room)
    isThere = false
    await isStatus(client, 'offline')
    await until(() => client.connection.get().error?.message === 'our backend is down', 'its provider to have failed')
    await ann.send(roomId, 'meanwhile')
    isThere = true
    await shows(room, ({ status, messages }) => status === 'live' && messages.length === 1)
  }, 40_000)

  it('is noticed by REST, too, which asks once more with another one', async () => {
    const tokens = [await resigned(bob, { exp: secondsFromNow(-10) }), bob.token]
    let asked = 0
    const client = connecting(bob, { token: () => tokens[Math.min(asked++, 1)]! })
    expect(await client.rest.get('/user/me')).toMatchObject({ user_id: bob.userId })
  })
})

describe('a token that is refused for good', () => {
  it.each([
    ['no token at all', () => 'none', 'token_invalid'],
    ['one that has ended', () => resigned(bob, { exp: secondsFromNow(-10) }), 'token_expired'],
    ['one that was revoked', async () => (await revoke(), bob.token), 'token_revoked'],
  ])('%s: another is asked for, and another, and that is it', async (_, make, code) => {
    const shown = await make()
    let asked = 0
    const client = connecting(bob, { token: () => (asked++, shown) })
    await isStatus(client, 'refused')
    expect(client.connection.get().error).toMatchObject({ code, status: 401, retryable: false })
    expect(asked).toBe(3)
    await setTimeout(1500)
    expect(asked).toBe(3)
    expect(client.connection.get().status).toBe('refused')
  })

  it('while the connection lives: the same, and a room that was open is there when a good one is shown', async () => {
    let asked = 0
    let shown = bob.token
    const client = await clientOf(bob, { token: () => (asked++, shown) })
    const room = client.room(roomId)
    await live(room)
    await revoke()
    await isStatus(client, 'refused')
    expect(asked).toBeLessThanOrEqual(4)
    expect(room.store.get().status).toBe('behind')
    const { body } = await service.operator.post(`/admin/tenant/${tenant.tenantId}/api-token`, { name: 'another' })
    shown = (await service.anyone.as({ clientKey: body.api_token }).post(`/auth/${bob.userId}`)).body.token
    client.connect()
    await live(room)
  })

  it('who is locked is refused at once', async () => {
    let asked = 0
    const client = await clientOf(bob, { token: () => (asked++, bob.token) })
    await tenant.backend.patch(`/user/${bob.userId}`, { status: 'not_active' })
    await isStatus(client, 'refused')
    expect(client.connection.get().error).toMatchObject({ code: 'user_locked', status: 403 })
    expect(asked).toBe(1)
  })

  it('a provider that says so itself is not asked again', async () => {
    let asked = 0
    const loggedOut = new ParleyError('aborted', 'You are logged out.')
    const client = connecting(bob, { token: () => (asked++, Promise.reject(loggedOut)) })
    await isStatus(client, 'refused')
    expect(client.connection.get().error).toBe(loggedOut)
    expect(asked).toBe(1)
  })

  it('may be mended at once by whoever hears of it', async () => {
    let isLoggedIn = false
    const token = (): string => {
      if (!isLoggedIn) throw new ParleyError('aborted', 'Log in first.')
      return bob.token
    }
    const client = connecting(bob, { token })
    client.connection.subscribe(() => {
      if (client.connection.get().status !== 'refused') return
      isLoggedIn = true
      client.connect()
    })
    await isStatus(client, 'online')
  })
})

describe('nobody who is logged in any more', () => {
  const loggedOut = new ParleyError('aborted', 'You are logged out.')
  let isLoggedIn: boolean
  let asked: number
  let client: ParleyClient

  beforeEach(async () => {
    const { token } = provider(3)
    isLoggedIn = true
    asked = 0
    client = await clientOf(bob, { token: () => (asked++, isLoggedIn ? token() : Promise.reject(loggedOut)) })
    isLoggedIn = false
  })

  it('is asked for no token again and again, while the connection lives', async () => {
    const before = asked
    await isStatus(client, 'refused')
    expect(asked - before).toBeLessThanOrEqual(2)
  })

  it('finds the room, that could not be read without, after the login', async () => {
    const isRefused = (): Promise<boolean> =>
      client.rest.get('/user/me').then(
        () => false,
        (error) => error === loggedOut,
      )
    await until(isRefused, 'the token to be too old to be shown')
    const room = client.room(roomId)
    await isStatus(client, 'refused')
    isLoggedIn = true
    client.connect()
    await live(room)
  })
})

describe('tokenFrom asks an address of a backend', () => {
  let backend: Server
  let address: string
  /** What it answers, one after the other, and the last one ever after. */
  let answers: [status: number, text: string][]
  let asked: number
  let key: string | undefined

  beforeEach(async () => {
    asked = 0
    backend = createServer((request, response) => {
      key = request.headers['x-key'] as string
      const [status, text] = answers[Math.min(asked++, answers.length - 1)]!
      response.writeHead(status).end(text)
    })
    await once(backend.listen(0, '127.0.0.1'), 'listening')
    address = `http://127.0.0.1:${(backend.address() as AddressInfo).port}`
  })
  afterEach(() => backend.close())

  it.each([
    ['as text', () => `${bob.token}\n`],
    ['as JSON', () => JSON.stringify({ token: bob.token, expires_at: null })],
    ['as a string of JSON', () => JSON.stringify(bob.token)],
  ])('which gives one %s', async (_, text) => {
    answers = [[200, text()]]
    expect((await clientOf(bob, { token: tokenFrom(address) })).userId).toBe(bob.userId)
  })

  it('as it is told to', async () => {
    answers = [[200, bob.token]]
    await clientOf(bob, { token: tokenFrom(address, { headers: { 'x-key': 'ours' } }) })
    expect(key).toBe('ours')
  })

  it.each([
    ['is down', 502, 'Bad gateway', /answered 502/],
    ['shows a page instead', 200, '<!doctype html>', /no token in what/],
    ['has none', 200, '{"token":null}', /no token in what/],
  ])('which %s, until it does not', async (_, status, text, message) => {
    answers = [
      [status, text],
      [200, bob.token],
    ]
    const client = connecting(bob, { token: tokenFrom(address) })
    await until(() => message.test(client.connection.get().error?.message ?? ''), String(message))
    await isStatus(client, 'online')
    expect(asked).toBe(2)
  })

  it.each([401, 403])(
    'which says %i where nobody is logged in, and is asked again only when somebody wants it',
    async (status) => {
      answers = [
        [status, 'Log in'],
        [200, bob.token],
      ]
      const client = connecting(bob, { token: tokenFrom(address) })
      await isStatus(client, 'refused')
      expect(client.connection.get().error).toMatchObject({ code: 'aborted', retryable: false })
      expect(asked).toBe(1)
      client.connect()
      await isStatus(client, 'online')
    },
  )
})

describe('whose it is', () => {
  it('is not known before there is a token', () => {
    const client = connecting(bob)
    expect(() => client.userId).toThrow(ParleyError)
  })

  it('stays the same: the token of another user is not shown to the service', async () => {
    const { token } = provider(3)
    let shown: () => string | Promise<string> = token
    const client = await clientOf(bob, { token: () => shown() })
    const room = client.room(roomId)
    await live(room)
    shown = () => ann.token
    await isStatus(client, 'refused')
    expect(client.connection.get().error).toMatchObject({
      code: 'aborted',
      message: expect.stringContaining('another user'),
    })
    room.send('Bob’s')
    client.connect()
    await isStatus(client, 'refused')
    expect(client.userId).toBe(bob.userId)
    shown = () => bob.token
    client.connect()
    const { messages } = await shows(room, (now) => now.messages.length === 1)
    expect(messages[0]!.sender!.user_id).toBe(bob.userId)
  })

  it('is refused, where another was meant', async () => {
    const client = connecting(bob, { userId: ann.userId })
    await isStatus(client, 'refused')
  })

  it('the service says, where the tenant’s own login service mints the tokens; below the tenant’s path, too', async () => {
    const secret = 'a secret that only the login service has'
    await register(tenant, { secret })
    const token = ownToken(withSecret(secret), { uid: 'customer-42', uname: 'Customer' })
    const client = await clientOf(bob, { url: `${service.url}/t/${tenant.tenantId}/`, token: () => token })
    const { body } = await tenant.backend.get('/user?external_id=customer-42')
    expect(client.userId).toBe(body.items[0].user_id)
    await tenant.backend.post(`/room/${roomId}/member`, { user_ids: [client.userId] })
    const room = client.room(roomId)
    await live(room)
    room.send('Hello')
    const { messages } = await shows(room, ({ messages, outgoing }) => messages.length === 1 && !outgoing.length)
    await room.react(messages[0]!.message_id, '👍')
    await shows(room, ({ messages: [one] }) => one!.reactions[0]?.mine === true)
  })
})
