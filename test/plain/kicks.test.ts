/** What is taken away is felt by live plain WebSockets within a second: a frame says why, and the code that closes them. */
import type { Actor } from '../../src/contract/actor.js'
import { Hub } from '../../src/gateway/hub.js'
import { MessagesService } from '../../src/messages/messages.service.js'
import { keysOf, ownToken, register, withSecret } from '../support/own-tokens.js'
import { enter, flush, placeNames, placesOf, type Place } from '../support/places.js'
import type { PlainSocket } from '../support/plain.js'
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'
import { resigned, secondsFromNow } from '../support/tokens.js'
import { until } from '../support/until.js'

const aSecond = 1000

let service: Service
let tenant: TestTenant
let ann: TestUser
let bob: TestUser
let places: Place[]

beforeAll(async () => {
  service = await startService()
})
beforeEach(async () => {
  tenant = await service.tenant()
  ;[ann, bob] = await Promise.all([tenant.user(), tenant.user()])
  places = await placesOf(tenant, [ann, bob])
})
afterAll(() => service.stop())

async function closed(socket: PlainSocket): Promise<number> {
  let code: number | undefined
  void socket.closed.then(([closedBy]) => (code = closedBy))
  return until(() => code, 'the end of the socket', aSecond)
}

const nobodyIsLeft = (): Promise<unknown> =>
  until(() => ![...service.app.get(Hub).connectionsIn(tenant.tenantId)].length, 'the end of all')

describe.each(placeNames)('%s', (name) => {
  let place: Place
  beforeEach(() => {
    place = places[placeNames.indexOf(name)]!
  })

  const codesOf = (socket: PlainSocket): unknown[] => socket.frames.map((frame) => place.codeOf(frame)).filter(Boolean)

  async function expectEnded(socket: PlainSocket, code: string, closeCode: number): Promise<void> {
    expect(await closed(socket)).toBe(closeCode)
    expect(codesOf(socket)).toEqual([code])
  }

  it.each([
    ['is locked', () => tenant.backend.patch(`/user/${bob.userId}`, { status: 'not_active' }), 'user_locked', 4403],
    ['logs out', () => bob.rest.post('/auth/logout'), 'token_revoked', 4401],
  ])('a user who %s: theirs ends, and nobody else’s', async (_, end, code, closeCode) => {
    const [anns, bobs] = [await enter(ann, place), await enter(bob, place)]
    expect((await end()).status).toBeLessThan(300)
    await expectEnded(bobs, code, closeCode)
    await flush(anns, place)
  })

  it.each([
    ['suspended', () => service.operator.patch(`/admin/tenant/${tenant.tenantId}`, { status: 'suspended' })],
    ['deleted', () => service.operator.delete(`/admin/tenant/${tenant.tenantId}`)],
  ])('a tenant that is %s: all its sockets end', async (_, end) => {
    const [anns, bobs] = [await enter(ann, place), await enter(bob, place)]
    expect((await end()).status).toBeLessThan(300)
    for (const socket of [anns, bobs]) await expectEnded(socket, 'tenant_suspended', 4403)
    await nobodyIsLeft()
  })

  it('an API token that is revoked: those who showed it end, and with ?tokens=true those of its JWTs', async () => {
    const path = `/admin/tenant/${tenant.tenantId}/api-token`
    const [{ api_token_id }] = (await service.operator.get(path)).body.items
    const headers = { clientKey: bob.clientKey }
    const [byKey, byJwt] = [await service.plain(place.pathFor(bob), { headers }), await enter(bob, place)]
    await service.operator.delete(`${path}/${api_token_id}`)
    await expectEnded(byKey, 'token_revoked', 4401)
    await flush(byJwt, place)
    await service.operator.delete(`${path}/${api_token_id}?tokens=true`)
    await expectEnded(byJwt, 'token_revoked', 4401)
    await nobodyIsLeft()
  })

  it('a key of the tenant’s own tokens that is deleted: those who came by it end', async () => {
    const secret = 'a secret that only the login service has'
    await tenant.backend.patch(`/user/${bob.userId}`, { external_id: 'bob' })
    const { token_key_id } = await register(tenant, { secret })
    const token = ownToken(withSecret(secret), { tid: tenant.tenantId, uid: 'bob' })
    const socket = await service.plain(`${place.pathFor(bob)}?token=${token}`)
    const other = await enter(bob, place)
    expect((await service.operator.delete(`${keysOf(tenant)}/${token_key_id}`)).status).toBeLessThan(300)
    await expectEnded(socket, 'token_revoked', 4401)
    await flush(other, place)
  })

  it('a token that runs out: the socket ends, and comes back by another', async () => {
    const token = await resigned(bob, { exp: secondsFromNow(2) })
    const socket = await service.plain(`${place.pathFor(bob)}?token=${token}`)
    const [code] = await socket.closed
    expect([code, ...codesOf(socket)]).toEqual([4401, 'token_expired'])
    await flush(await enter(bob, place), place)
  })

  it('nothing that is said after the end is done', async () => {
    const [anns, bobs] = [await enter(ann, place), await enter(bob, place)]
    const talking = setInterval(() => {
      if (bobs.ws.readyState === bobs.ws.OPEN) bobs.send(place.say('still here?'))
    }, 1)
    await tenant.backend.patch(`/user/${bob.userId}`, { status: 'not_active' })
    await closed(bobs)
    clearInterval(talking)
    await flush(anns, place)
    const heard = anns.frames.length
    await flush(anns, place)
    expect(anns.frames.length).toBe(heard + 1)
  })
})

describe('while what was said before is still read', () => {
  const as = ({ userId }: TestUser): Actor => ({ kind: 'user', tenantId: tenant.tenantId, userId, role: 'user' })
  const hub = (): Hub => service.app.get(Hub)

  /** More than the kernel takes in a reader’s stead. */
  async function sayMuch(room_id: string): Promise<void> {
    const input = { text_message: '✓'.repeat(10_000) }
    for (let n = 0; n < 20; n++) {
      await Promise.all(
        Array.from({ length: 20 }, () => service.app.get(MessagesService).send(as(ann), room_id, input)),
      )
    }
  }

  /** Bob’s, who does not read on. */
  async function halfRead(path: string, room_id: string): Promise<PlainSocket> {
    const socket = await bob.plain(`${path}?after_seq=0`)
    socket.ws.pause()
    const [connection] = [...hub().connectionsOf(tenant.tenantId, bob.userId)]
    await until(() => connection!.isSlow, 'more to wait than is read')
    expect(hub().position(connection!, room_id)).toBe(null)
    return socket
  }

  it('who is removed is ended', async () => {
    const room_id = await tenant.room([ann, bob])
    await sayMuch(room_id)
    const socket = await halfRead(`/ws/${room_id}/${bob.userId}`, room_id)
    await tenant.backend.delete(`/room/${room_id}/member/${bob.userId}`)
    socket.ws.resume()
    expect(await closed(socket)).toBe(4403)
  })

  it('a room that is deleted ends them', async () => {
    const room_id = await tenant.room([ann, bob])
    await sayMuch(room_id)
    const socket = await halfRead(`/ws/${room_id}/${bob.userId}`, room_id)
    await tenant.backend.delete(`/room/${room_id}`)
    socket.ws.resume()
    expect(await closed(socket)).toBe(4404)
  })

  it('a stream that ends says so, and ends them', async () => {
    const { room_id } = (await ann.rest.post('/api/chat/thread', { stream_id: 'another' })).body
    await sayMuch(room_id)
    const socket = await halfRead('/ws/chat/another', room_id)
    expect((await ann.rest.post('/api/chat/thread/another/close')).status).toBeLessThan(300)
    socket.ws.resume()
    expect(await closed(socket)).toBe(1000)
    expect(socket.frames.at(-1)).toMatchObject({ closed: true, stream_id: 'another' })
  })
})

it('a stream that ends while somebody comes leaves nobody behind', async () => {
  for (let n = 0; n < 10; n++) {
    const stream_id = `short ${n}`
    await ann.rest.post('/api/chat/thread', { stream_id })
    const coming = Array.from({ length: 5 }, () =>
      bob.plain(`/ws/chat/${encodeURIComponent(stream_id)}`).then(
        (socket) => socket.closed,
        (refused) => refused.status,
      ),
    )
    await until(() => hubHas(n), 'one to be here')
    expect((await ann.rest.post(`/api/chat/thread/${encodeURIComponent(stream_id)}/close`)).status).toBeLessThan(300)
    for (const end of await Promise.all(coming)) expect([404, 1000, 4404]).toContain(Array.isArray(end) ? end[0] : end)
  }
  await nobodyIsLeft()
})

/** Every other time at once, without waiting for any of them. */
const hubHas = (n: number): boolean => n % 2 === 1 || service.app.get(Hub).hasAny(tenant.tenantId, bob.userId)
