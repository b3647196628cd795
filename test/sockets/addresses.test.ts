/** Whose failed authentications are counted together: those of one client, behind however many proxies of ours. */
import { startService, type Service, type TestUser } from '../support/service.js'

const burst = 4
const limits = { RATE_LIMITS: 'on', RATE_ADDRESS_BURST: `${burst}`, RATE_ADDRESS_PER_SECOND: '1' }

let behind: Service
let direct: Service

beforeAll(async () => {
  behind = await startService({ ...limits, TRUST_PROXY: '127.0.0.1, 10.0.0.0/8' })
  direct = await startService(limits)
})

afterAll(() => Promise.all([behind.stop(), direct.stop()]))

type Failure = (address: string) => Promise<string>

/** Each fails as from this address, and says with what code. */
const handshake = (service: Service, transports = ['websocket']): Failure => {
  return async (address) => {
    const extraHeaders = { 'x-forwarded-for': address }
    return service.socket({ auth: { token: 'wrong' }, extraHeaders, transports }).then(
      () => 'let in',
      (error: Error & { data: { code: string } }) => error.data.code,
    )
  }
}
const request = (service: Service): Failure => {
  return async (address) => {
    const headers = { 'x-forwarded-for': address, authorization: 'Bearer wrong' }
    return (await service.anyone.as(headers).get('/user/me')).body.code
  }
}

const codesOf = async (count: number, fail: () => Promise<string>): Promise<string[]> => {
  const codes = await Promise.all(Array.from({ length: count }, fail))
  return codes.sort()
}
const allowed = Array.from({ length: burst }, () => 'token_invalid')
const refused = (count: number): string[] => Array.from({ length: count }, () => 'rate_limited')

describe('behind a proxy that is trusted', () => {
  it.each([['websocket'], ['polling']])('each address has its own failures: %s', async (transport) => {
    const fail = handshake(behind, [transport])
    const addresses = [`198.18.1.${transport.length}`, `198.18.2.${transport.length}`]
    for (const address of addresses) {
      expect(await codesOf(burst + 3, () => fail(address))).toEqual([...refused(3), ...allowed])
    }
  })

  it('handshakes, requests and tokens for a live socket count together', async () => {
    const address = '198.18.0.3'
    const user = await (await behind.tenant()).user()
    const socket = await socketFrom(behind, user, address)
    const refresh = async () => (await socket.ask('refresh_token', { token: 'wrong' })).error.code as string
    const fails = [handshake(behind), request(behind), refresh, handshake(behind), request(behind), refresh]
    const codes = await Promise.all(fails.map((fail) => fail(address)))
    expect(codes.sort()).toEqual([...refused(2), ...allowed])
    expect(await socket.ask('refresh_token', { token: user.token })).toMatchObject({ ok: true })
  })

  it('what the client itself claims is not believed, nor are our own proxies taken for clients', async () => {
    const fail = handshake(behind)
    let claims = 0
    const codes = await codesOf(burst + 2, () => fail(`192.0.2.${++claims}, 198.18.0.4, 10.0.0.${claims}`))
    expect(codes).toEqual([...refused(2), ...allowed])
    expect(await request(behind)('198.18.0.4')).toBe('rate_limited')
  })

  it('a client that fails too often is let in by what is right', async () => {
    const address = '198.18.0.5'
    await codesOf(burst + 1, () => handshake(behind)(address))
    const user = await (await behind.tenant()).user()
    await expect(socketFrom(behind, user, address)).resolves.toBeDefined()
  })
})

it('without a proxy that is trusted no header makes another address', async () => {
  let addresses = 0
  const codes = await codesOf(burst + 2, () => handshake(direct)(`198.18.0.${++addresses}`))
  expect(codes).toEqual([...refused(2), ...allowed])
})

const socketFrom = (service: Service, { token }: TestUser, address: string) =>
  service.socket({ auth: { token }, extraHeaders: { 'x-forwarded-for': address } })
