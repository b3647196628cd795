/** What another service asks by `x-internal-api-key` (seed 002). */
import { badField, itIsLimited, limitsOn, noId, problem, type Call } from '../support/problems.js'
import { isEvent } from '../support/plain.js'
import type { Rest } from '../support/rest.js'
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'
import { until } from '../support/until.js'
import { time } from '../sockets/golden.js'

const deploymentKey = 'a-key-of-the-deployment-that-only-the-tests-have'

let service: Service
let tenant: TestTenant
let ann: TestUser
let room_id: string

const running = () => service

beforeAll(async () => {
  service = await startService(limitsOn)
})
beforeEach(async () => {
  tenant = await service.tenant()
  ann = await tenant.user({ display_name: 'Ann' })
  room_id = await tenant.room([ann])
})
afterAll(() => service.stop())

const by = (key: string): Rest => service.anyone.as({ 'x-internal-api-key': key })

const say = (roomId: string, message: unknown = 'Hi', rest = by(tenant.apiToken)) =>
  rest.post('/send-system-message', { roomId, message })

const calls = new Map<string, Call>([
  ['POST /send-system-message', (caller) => caller.post('/send-system-message', { roomId: 'x', message: 'Hi' })],
  ['GET /stats', (caller) => caller.get('/stats')],
])

function itAsksForTheKey(call: Call): void {
  it('asks for the key, whatever else is shown', async () => {
    for (const caller of [service.anyone, tenant.backend, ann.rest]) {
      expect(await call(caller)).toMatchObject(problem(401, 'credentials_missing'))
    }
  })

  it.each(['', 'x', `parley_${'x'.repeat(43)}`, deploymentKey])('refuses the key %s', async (key) => {
    expect(await call(by(key))).toMatchObject(problem(401, 'internal_key_invalid'))
  })
}

async function itRefusesSuspended(call: Call): Promise<void> {
  await service.operator.patch(`/admin/tenant/${tenant.tenantId}`, { status: 'suspended' })
  expect(await call(by(tenant.apiToken))).toMatchObject(problem(403, 'tenant_suspended'))
}

const byClientKey =
  (call: Call): Call =>
  ({ headers }) =>
    call(by(headers['clientKey']!))

describe('POST /send-system-message', () => {
  const call = calls.get('POST /send-system-message')!

  describe('200', () => {
    it('stores it in a room, and tells each in its own dialect', async () => {
      const [sockets, plain] = [await ann.socketIn(room_id), await ann.plain('/chat/ws')]
      plain.send({ event: 'chat.join', data: { roomId: room_id } })
      await plain.next(isEvent('chat.joined'))
      const { status, body } = await say(room_id.toUpperCase())
      expect({ status, body }).toEqual({ status: 200, body: { roomId: room_id, message: 'Hi', timestamp: time } })
      expect(await plain.next(isEvent('chat.system'))).toMatchObject([{ event: 'chat.system', data: body }])
      const stored = { seq: 1, type: 'system', sender: null, text_message: 'Hi', created_at: body.timestamp }
      expect(await sockets.next('new_message')).toMatchObject([stored])
      expect((await ann.rest.get(`/room/${room_id}/message`)).body.items).toMatchObject([stored])
    })

    it('tells who is in a room that is only a name, and nobody of that name elsewhere', async () => {
      const stranger = await (await service.tenant()).user()
      const [anns, theirs] = [await ann.plain('/ws'), await stranger.plain('/ws')]
      for (const socket of [anns, theirs]) {
        socket.send({ event: 'chat.join', data: { roomId: 'lobby' } })
        await socket.next(isEvent('chat.joined'))
      }
      const { body } = await say('lobby')
      expect(await anns.next(isEvent('chat.system'))).toEqual([{ event: 'chat.system', data: body }])
      expect(body).toEqual({ roomId: 'lobby', message: 'Hi', timestamp: time })
      theirs.send({ event: 'chat.leave', data: { roomId: 'lobby' } })
      theirs.send({ event: 'chat.join', data: { roomId: 'mark' } })
      await theirs.next(isEvent('chat.joined'), 2)
      expect(theirs.frames.filter(isEvent('chat.system'))).toEqual([])
    })

    it('is said to nobody, where nobody is', async () => {
      expect(await say('nobody is here')).toMatchObject({ status: 200 })
    })
  })

  describe('400', () => {
    it.each<[string, unknown, unknown]>([
      ['roomId', '', 'Hi'],
      ['roomId', 'x'.repeat(129), 'Hi'],
      ['message', 'x', ''],
      ['message', 'x', 'x'.repeat(10_001)],
      ['message', 'x', { text: 'Hi' }],
    ])('is not of such a %s', async (field, roomId, message) => {
      expect(await say(roomId as string, message)).toMatchObject(badField(field))
    })
  })

  describe('404', () => {
    it('knows no room that is not there, nor one of another tenant', async () => {
      const other = await service.tenant()
      expect(await say(noId())).toMatchObject(problem(404, 'room_not_found'))
      expect(await say(room_id, 'Hi', by(other.apiToken))).toMatchObject(problem(404, 'room_not_found'))
      expect((await ann.rest.get(`/room/${room_id}/message`)).body.items).toEqual([])
    })
  })

  describe('403', () => {
    it('says nothing in a room that is archived', async () => {
      await tenant.backend.patch(`/room/${room_id}`, { archived: true })
      expect(await say(room_id)).toMatchObject(problem(403, 'room_archived'))
    })

    it('is not for a tenant that is suspended', () => itRefusesSuspended(call))
  })

  describe('401', () => {
    itAsksForTheKey(call)
  })

  describe('429', () => {
    itIsLimited(running, byClientKey(call))
  })
})

describe('GET /stats', () => {
  const call = calls.get('GET /stats')!
  const stats = async () => (await call(by(tenant.apiToken))).body

  describe('200', () => {
    it('counts people of the tenant, and not their sockets', async () => {
      expect(await stats()).toEqual({ connectedUsers: 0 })
      const bob = await tenant.user()
      await Promise.all([ann.socket(), ann.plain('/ws')])
      const bobs = await bob.plain('/chat/ws')
      await (await (await service.tenant()).user()).socket()
      expect(await stats()).toEqual({ connectedUsers: 2 })
      bobs.close()
      await until(async () => (await stats()).connectedUsers === 1, 'one less')
    })
  })

  describe('400', () => {
    it('is not of another’s credential beside the key', async () => {
      const { token } = await (await service.tenant()).user()
      const both = service.anyone.as({ 'x-internal-api-key': tenant.apiToken, authorization: `Bearer ${token}` })
      expect(await call(both)).toMatchObject(problem(400, 'credentials_disagree'))
    })
  })

  describe('401', () => {
    itAsksForTheKey(call)
  })

  describe('403', () => {
    it('is not for a tenant that is suspended', () => itRefusesSuspended(call))
  })

  describe('429', () => {
    itIsLimited(running, byClientKey(call))
  })
})

describe('the key of the deployment', () => {
  it('is that of its default tenant alone', async () => {
    const settings = { INTERNAL_API_KEY: deploymentKey, DEFAULT_TENANT: tenant.tenantId }
    const another = await service.another(settings)
    const caller = another.anyone.as({ 'x-internal-api-key': deploymentKey })
    await ann.at(another).socket()
    await (await another.tenant()).user().then((user) => user.socket())
    expect((await caller.get('/stats')).body).toEqual({ connectedUsers: 1 })
    await another.stop()
  })
})
