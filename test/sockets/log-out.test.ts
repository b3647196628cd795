/** What ends a token ends the sockets that live by it, within a second, and what the rest of the house hears of it. */
import { EventBus } from '../../src/contract/ports.js'
import type { Publication } from '../../src/contract/events.js'
import { loggedIn, openTenant, password, registered } from '../support/accounts.js'
import { startService, TestUser, type Service, type TestTenant } from '../support/service.js'
import type { TestSocket } from '../support/sockets.js'

let service: Service
let tenant: TestTenant
let ann: TestUser
let again: TestUser

beforeAll(async () => {
  service = await startService()
})
beforeEach(async () => {
  tenant = await openTenant(service)
  ann = await registered(tenant, 'ann')
  again = await loggedIn(tenant, 'ann')
})
afterAll(() => service.stop())

const aSecond = 1000

async function expectEnded(sockets: TestSocket[]): Promise<void> {
  await Promise.all(sockets.map((socket) => socket.disconnected(aSecond)))
  for (const socket of sockets) expect(socket.payloads('exception')).toMatchObject([{ code: 'token_revoked' }])
}

async function expectLives(socket: TestSocket): Promise<void> {
  const room_id = '019a9f41-5d33-7b68-9a4e-7c2d1e8f4b52'
  expect(await socket.ask('leave_room', { room_id })).toEqual({ ok: true, room_id })
  expect(socket.payloads('exception')).toEqual([])
}

const byKey = (user: TestUser): Promise<TestSocket> => service.socket({ extraHeaders: { clientKey: user.clientKey } })

it('logging out ends the sockets of that JWT, and no other of the user', async () => {
  const ended = [await ann.socket(), await ann.socket()]
  const living = [await again.socket(), await byKey(ann), await (await registered(tenant, 'bob')).socket()]
  await ann.rest.post('/auth/logout')
  await expectEnded(ended)
  for (const socket of living) await expectLives(socket)
})

it('a socket goes by the token that it has now', async () => {
  const [left, renewed] = [await ann.socket(), await ann.socket()]
  expect(await renewed.ask('refresh_token', { token: again.token })).toMatchObject({ ok: true })
  await ann.rest.post('/auth/logout')
  await expectEnded([left])
  await expectLives(renewed)
  await again.rest.post('/auth/logout')
  await expectEnded([renewed])
})

it('a socket that is just coming in does not outlive its token, twenty times', async () => {
  for (let round = 0; round < 20; round++) {
    const user = await loggedIn(tenant, 'ann')
    const coming = user.socket().catch((error: { data: { code: string } }) => error.data.code)
    expect((await user.rest.post('/auth/logout')).status).toBe(204)
    const came = await coming
    if (typeof came === 'string') expect(came).toBe('token_revoked')
    else await expectEnded([came])
  }
})

it('another password ends all sockets of the user, and the new token opens new ones', async () => {
  const sockets = [await ann.socket(), await again.socket(), await byKey(ann)]
  const bobs = await (await registered(tenant, 'bob')).socket()
  const body = { old_password: password, password: 'four other words of mine' }
  const { token } = (await ann.rest.post('/auth/password', body)).body
  await expectEnded(sockets)
  await expectLives(bobs)
  await expectLives(await new TestUser(tenant, ann.userId, token).socket())
})

it('logging in and out is told within the house, and to no client', async () => {
  const told: Publication[] = []
  service.app.get(EventBus).subscribe((publication) => told.push(publication))
  const socket = await again.socket()
  const user = await loggedIn(tenant, 'ann')
  await user.rest.post('/auth/logout')
  const audience = { tenantId: tenant.tenantId, userId: ann.userId }
  const ofAnn = told.filter(({ event }) => event.type.startsWith('user.'))
  expect(ofAnn).toEqual([
    { audience, event: { type: 'user.logged_in' } },
    { audience, event: { type: 'user.logged_out' } },
  ])
  await expectLives(socket)
  expect(socket.heard).toEqual([])
})
