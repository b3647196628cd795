/** What is taken away is felt by live sockets, within a second. */
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'
import type { TestSocket } from '../support/sockets.js'
import { resigned, secondsFromNow } from '../support/tokens.js'

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
  ann = await tenant.user({ display_name: 'Ann' })
  bob = await tenant.user({ display_name: 'Bob' })
  room_id = await tenant.room([ann, bob])
})

afterAll(() => service.stop())

const aSecond = 1000

/** Ended within a second of now, having been told why. */
async function expectEnded(sockets: TestSocket[], code: string): Promise<void> {
  await Promise.all(sockets.map((socket) => socket.disconnected(aSecond)))
  for (const socket of sockets) {
    expect(socket.payloads('exception')).toMatchObject([{ code, retryable: false, request_id: expect.any(String) }])
  }
}

async function expectLives(sockets: TestSocket[]): Promise<void> {
  for (const socket of sockets) {
    expect(await socket.ask('join_room', { room_id })).toMatchObject({ ok: true })
    expect(socket.payloads('exception')).toEqual([])
  }
}

const byClientKey = ({ clientKey }: TestUser, options = {}): Promise<TestSocket> =>
  service.socket({ extraHeaders: { clientKey }, ...options })

const everyWay = (user: TestUser): Promise<TestSocket[]> =>
  Promise.all([
    user.socket(),
    user.socketIn(room_id),
    byClientKey(user),
    byClientKey(user, { transports: ['polling'] }),
  ])

describe('a locked user', () => {
  it.each(['not_active', 'delete'])('of status %s: all their sockets end, and nobody else’s', async (status) => {
    const [bobs, anns] = [await everyWay(bob), await everyWay(ann)]
    await tenant.backend.patch(`/user/${bob.userId}`, { status })
    await expectEnded(bobs, 'user_locked')
    await expectLives(anns)
    await expect(bob.socket()).rejects.toMatchObject({ data: { code: 'user_locked' } })
  })

  it('by DELETE /user/:user_id', async () => {
    const bobs = await everyWay(bob)
    await tenant.backend.delete(`/user/${bob.userId}`)
    await expectEnded(bobs, 'user_locked')
  })

  it('by an admin of the tenant, and free again with a new token', async () => {
    const admin = await tenant.user({ role: 'admin' })
    const socket = await bob.socket()
    await admin.rest.patch(`/user/${bob.userId}`, { status: 'not_active' })
    await expectEnded([socket], 'user_locked')
    await admin.rest.patch(`/user/${bob.userId}`, { status: 'active' })
    const { body } = await tenant.backend.post(`/auth/${bob.userId}`)
    await expectLives([await service.socket({ auth: { token: body.token } })])
  })
})

describe('a revoked API token', () => {
  const firstToken = async (): Promise<string> => {
    const path = `/admin/tenant/${tenant.tenantId}/api-token`
    return `${path}/${(await service.operator.get(path)).body.items[0].api_token_id}`
  }

  it('ends the sockets that came by it; those of JWTs that it minted live', async () => {
    const [byKey, byPolling] = [await byClientKey(bob), await byClientKey(ann, { transports: ['polling'] })]
    const byJwt = [await bob.socket(), await ann.socket()]
    await service.operator.delete(await firstToken())
    await expectEnded([byKey, byPolling], 'token_revoked')
    await expectLives([...byJwt, await bob.socket()])
  })

  it('with ?tokens=true ends those of its JWTs too', async () => {
    const sockets = [await byClientKey(bob), await bob.socket(), await ann.socket()]
    await service.operator.delete(`${await firstToken()}?tokens=true`)
    await expectEnded(sockets, 'token_revoked')
    await expect(bob.socket()).rejects.toMatchObject({ data: { code: 'token_revoked' } })
  })

  it('with ?tokens=true later, when it was revoked already, ends those that lived on', async () => {
    const path = await firstToken()
    await service.operator.delete(path)
    const socket = await bob.socket()
    await service.operator.delete(`${path}?tokens=true`)
    await expectEnded([socket], 'token_revoked')
  })

  it('leaves what came by another API token of the tenant', async () => {
    const { body } = await service.operator.post(`/admin/tenant/${tenant.tenantId}/api-token`, { name: 'second' })
    const second = service.anyone.as({ clientKey: body.api_token })
    const { token } = (await second.post(`/auth/${bob.userId}`)).body
    const others = [
      await service.socket({ extraHeaders: { clientKey: `${body.api_token}.${bob.userId}` } }),
      await service.socket({ auth: { token } }),
    ]
    await service.operator.delete(`${await firstToken()}?tokens=true`)
    await expectLives(others)
  })
})

describe('a tenant', () => {
  it.each([
    ['suspended', () => service.operator.patch(`/admin/tenant/${tenant.tenantId}`, { status: 'suspended' })],
    ['deleted', () => service.operator.delete(`/admin/tenant/${tenant.tenantId}`)],
  ])('that is %s: all its sockets end, and no other’s', async (_, end) => {
    const sockets = [...(await everyWay(ann)), ...(await everyWay(bob))]
    const elsewhere = await (await (await service.tenant()).user()).socket()
    expect((await end()).status).toBeLessThan(300)
    await expectEnded(sockets, 'tenant_suspended')
    expect(await elsewhere.ask('leave_room', { room_id })).toEqual({ ok: true, room_id })
  })
})

describe('a member', () => {
  const bobsRoom = () => ({ room_id, user_id: bob.userId, display_name: 'Bob' })

  it('who is removed stops hearing the room, may not come back, and after being added again may', async () => {
    const [anns, bobs, elsewhere] = [await ann.socketIn(room_id), await bob.socketIn(room_id), await bob.socket()]
    await ann.rest.delete(`/room/${room_id}/member/${bob.userId}`)
    for (const socket of [bobs, elsewhere]) expect(await socket.next('room_removed', 1, aSecond)).toEqual([{ room_id }])
    expect(await anns.next('member_left', 1, aSecond)).toEqual([bobsRoom()])

    await ann.send(room_id, 'without Bob')
    const removed = { ok: false, error: { code: 'removed', status: 403 } }
    for (const socket of [bobs, elsewhere]) {
      expect(await socket.ask('send_message', { room_id, text_message: 'Hi' })).toMatchObject(removed)
      expect(await socket.ask('join_room', { room_id, after_seq: 0 })).toMatchObject(removed)
    }
    expect(bobs.payloads('new_message')).toEqual([])
    expect(bobs.payloads('member_left')).toEqual([])

    await ann.rest.post(`/room/${room_id}/member`, { user_ids: [bob.userId] })
    await bobs.next('room_added', 1, aSecond)
    await ann.send(room_id, 'Bob does not listen yet')
    expect(await bobs.ask('join_room', { room_id, after_seq: 1 })).toMatchObject({ ok: true, last_seq: 2 })
    expect(await bobs.ask('send_message', { room_id, text_message: 'Hi' })).toMatchObject({ ok: true })
    expect(bobs.payloads('new_message').map(({ seq }) => seq)).toEqual([2, 3])
  })

  it('who left stops hearing the room, and may come back by themselves', async () => {
    const [anns, bobs] = [await ann.socketIn(room_id), await bob.socketIn(room_id)]
    await bob.rest.post(`/room/${room_id}/leave`)
    expect(await bobs.next('room_removed', 1, aSecond)).toEqual([{ room_id }])
    expect(await anns.next('member_left', 1, aSecond)).toEqual([bobsRoom()])
    await ann.send(room_id, 'without Bob')
    const answer = await bobs.ask('send_message', { room_id, text_message: 'Hi' })
    expect(answer).toMatchObject({ ok: false, error: { code: 'not_a_member', status: 403 } })
    expect(await bobs.ask('join_room', { room_id })).toMatchObject({ ok: true })
    expect(bobs.payloads('new_message')).toEqual([])
    expect(await anns.next('member_joined')).toEqual([bobsRoom()])
  })

  it('who is removed from an invite room finds no room', async () => {
    room_id = await tenant.room([ann, bob], { access: 'invite' })
    const bobs = await bob.socketIn(room_id)
    await ann.rest.delete(`/room/${room_id}/member/${bob.userId}`)
    await bobs.next('room_removed', 1, aSecond)
    for (const event of ['join_room', 'send_message']) {
      const answer = await bobs.ask(event, { room_id, ...(event === 'send_message' && { text_message: 'Hi' }) })
      expect(answer).toMatchObject({ ok: false, error: { code: 'room_not_found' } })
    }
  })
})

describe('a deleted room', () => {
  it('is told to who listens, and is not there any more', async () => {
    const sockets = [await ann.socketIn(room_id), await bob.socketIn(room_id)]
    await ann.rest.delete(`/room/${room_id}`)
    for (const socket of sockets) {
      expect(await socket.next('room_deleted', 1, aSecond)).toEqual([{ room_id }])
      for (const event of ['join_room', 'send_message']) {
        const answer = await socket.ask(event, { room_id, ...(event === 'send_message' && { text_message: 'Hi' }) })
        expect(answer).toMatchObject({ ok: false, error: { code: 'room_not_found' } })
      }
    }
  })
})

describe('an expired token', () => {
  it('ends its socket within a second, and no other', async () => {
    const exp = secondsFromNow(2)
    const socket = await service.socket({ auth: { token: await resigned(bob, { exp }) } })
    const other = await bob.socket()
    await socket.disconnected(exp * 1000 - Date.now() + aSecond + 500)
    expect(Date.now()).toBeGreaterThanOrEqual(exp * 1000)
    await expectEnded([socket], 'token_expired')
    await expectLives([other])
  })
})
