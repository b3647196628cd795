/** What a tenant may have in all: rooms, and what its messages take. */
import { Closing } from '../../src/usage/closing.js'
import { Recorder } from '../../src/usage/recorder.js'
import { UsageRepository } from '../../src/usage/usage.repository.js'
import { rowsOf } from '../support/database.js'
import { isEvent } from '../support/plain.js'
import { countOf, problem } from '../support/problems.js'
import type { Answer } from '../support/rest.js'
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'

let service: Service
let other: Service

beforeAll(async () => {
  service = await startService()
  other = await service.another({ MAX_TENANT_ROOMS: '1' })
})
afterAll(async () => {
  await other.stop()
  await service.stop()
})

const full = (most: number) =>
  problem(403, 'quota_exceeded', { retryable: false, detail: `A tenant may have ${most} rooms (tenant_rooms).` })

const statuses = (answers: Answer[], status: number): Answer[] => answers.filter((answer) => answer.status === status)

describe('rooms', () => {
  const most = 5
  let tenant: TestTenant
  let ann: TestUser
  let bob: TestUser
  beforeEach(async () => {
    tenant = await service.tenant({ limits: { tenant_rooms: most } })
    ;[ann, bob] = [await tenant.user(), await tenant.user()]
  })

  it('are as many as the tenant may have, however many are made at once and on two nodes', async () => {
    const making = Array.from({ length: 30 }, (_, n) =>
      ann.at(n % 2 ? other : service).rest.post('/room', { name: 'Room' }),
    )
    const answers = await Promise.all(making)
    expect(statuses(answers, 201)).toHaveLength(most)
    expect(statuses(answers, 403)).toHaveLength(30 - most)
    expect(statuses(answers, 403)[0]).toMatchObject(full(most))
    expect(await countOf(tenant, 'tb_chat_rooms')).toBe(most)
  })

  it('are private ones and streams’ too, and there is place again for one that is deleted', async () => {
    const rooms = await Promise.all(Array.from({ length: most - 2 }, () => tenant.room([ann])))
    const direct = { type: 'private', member_ids: [bob.userId] }
    expect((await ann.rest.post('/room', direct)).status).toBe(201)
    expect((await ann.rest.post('/api/chat/thread', { stream_id: 'one' })).status).toBe(201)
    expect(await ann.rest.post('/api/chat/thread', { stream_id: 'two' })).toMatchObject(full(most))
    expect(await ann.rest.post('/room', {})).toMatchObject(full(most))
    const carol = await tenant.user()
    expect(await ann.rest.post('/room', { ...direct, member_ids: [carol.userId] })).toMatchObject(full(most))
    // What is there already is answered, as ever.
    expect((await ann.rest.post('/room', direct)).status).toBe(200)
    expect((await ann.rest.post('/api/chat/thread', { stream_id: 'one' })).status).toBe(200)
    await ann.rest.delete(`/room/${rooms[0]}`)
    expect((await ann.rest.post('/api/chat/thread', { stream_id: 'two' })).status).toBe(201)
  })

  it('that were made before there was no more place are answered to the same request', async () => {
    const carol = await (await service.tenant({ limits: { tenant_rooms: 1 } })).user()
    const make = (key: string) => carol.rest.post('/room', {}, { headers: { 'idempotency-key': key } })
    const [first, other, again] = [await make('one'), await make('two'), await make('one')]
    expect([first.status, again.status]).toEqual([201, 201])
    expect(again.body).toEqual(first.body)
    expect(other).toMatchObject(full(1))
  })

  it('are any number without a limit, and as many as the deployment says if the tenant has none of its own', async () => {
    const carol = await (await service.tenant()).user()
    expect((await carol.rest.post('/room', {})).status).toBe(201)
    expect((await carol.rest.post('/room', {})).status).toBe(201)
    expect(await carol.at(other).rest.post('/room', {})).toMatchObject(full(1))
  })
})

describe('storage', () => {
  const most = 1_000
  const write = (node = service) => node.app.get(Recorder).write()
  const may = (bytes: number) => ({ limits: { tenant_storage_bytes: bytes } })
  const noMore = problem(403, 'quota_exceeded', {
    retryable: false,
    detail: `The messages of a tenant may take ${most} bytes (tenant_storage_bytes).`,
  })

  async function full() {
    const tenant = await service.tenant(may(most))
    const ann = await tenant.user()
    const room = await tenant.room([ann])
    const first = await ann.send(room, 'x'.repeat(most - 10))
    await write()
    const send = (node = service) =>
      ann.at(node).rest.post(`/room/${room}/message/send`, { text_message: 'ten bytes.' })
    expect((await send()).status).toBe(201)
    return { tenant, ann, room, first, send }
  }

  it('is refused when it is used up, by REST, by sockets, to edits and to the backend', async () => {
    const { tenant, ann, room, first, send } = await full()
    expect(await send()).toMatchObject(noMore)
    const edit = { text_message: 'x' }
    expect(await ann.rest.patch(`/room/${room}/message/${first.message_id}`, edit)).toMatchObject(noMore)
    const internal = service.anyone.as({ 'x-internal-api-key': tenant.apiToken })
    expect(await internal.post('/send-system-message', { roomId: room, message: 'Hi' })).toMatchObject(noMore)
    const socket = await ann.socketIn(room)
    const answer = await socket.ask('send_message', { room_id: room, text_message: 'Hi' })
    expect(answer).toMatchObject({ ok: false, error: { code: 'quota_exceeded', retryable: false } })
    const plain = await ann.plain('/chat/ws')
    plain.send({ event: 'chat.message', data: { roomId: room, message: 'Hi' } })
    const [told] = await plain.next(isEvent('error'))
    expect(told.data).toMatchObject({ code: 'quota_exceeded' })
    expect(await countOf(tenant, 'tb_messages')).toBe(2)
  })

  it('is not refused to what was stored before it was used up, sent again', async () => {
    const tenant = await service.tenant(may(most))
    const ann = await tenant.user()
    const room = await tenant.room([ann])
    const path = `/room/${room}/message`
    const body = { text_message: 'x'.repeat(2 * most), client_message_id: 'one' }
    const first = await ann.rest.post(`${path}/send`, body)
    const edited = await ann.rest.patch(`${path}/${first.body.message_id}`, { text_message: 'y' })
    expect([first.status, edited.status]).toEqual([201, 200])
    await write()
    expect(await ann.rest.post(`${path}/send`, { ...body, client_message_id: 'two' })).toMatchObject(noMore)
    expect(await ann.rest.post(`${path}/send`, body)).toMatchObject({ status: 200, body: edited.body })
    const socket = await ann.socketIn(room)
    const answer = await socket.ask('send_message', { room_id: room, ...body })
    expect(answer).toMatchObject({ ok: true, duplicate: true, message: { message_id: first.body.message_id } })
    expect(await ann.rest.patch(`${path}/${first.body.message_id}`, { text_message: 'y' })).toMatchObject({
      status: 200,
      body: edited.body,
    })
    expect(await ann.rest.patch(`${path}/${first.body.message_id}`, { text_message: 'z' })).toMatchObject(noMore)
    expect(await countOf(tenant, 'tb_messages')).toBe(1)
  })

  it('is known of by every node when it has written once', async () => {
    const { send } = await full()
    await write()
    expect((await send(other)).status).toBe(201)
    await write(other)
    expect(await send(other)).toMatchObject(noMore)
  })

  it('is there again when the tenant may have more', async () => {
    const { tenant, send } = await full()
    expect(await send()).toMatchObject(noMore)
    await service.operator.patch(`/admin/tenant/${tenant.tenantId}`, may(2 * most))
    await write()
    expect((await send()).status).toBe(201)
  })

  it('is there again when what was deleted is counted', async () => {
    const { tenant, ann, room, first, send } = await full()
    expect(await send()).toMatchObject(noMore)
    await ann.rest.delete(`/room/${room}/message/${first.message_id}`)
    await write()
    await service.app.get(Closing).pass()
    expect((await tenant.backend.get('/usage')).body.now).toMatchObject({ storage_bytes: 10 })
    expect(await send()).toMatchObject(noMore)
    await write()
    expect((await send()).status).toBe(201)
  })

  it('is counted again by somebody else, when who counted died at it', async () => {
    const tenant = await service.tenant()
    const ann = await tenant.user()
    await ann.send(await tenant.room([ann]), 'Hello')
    await write()
    const database = (sql: string) => rowsOf(service.databaseUrl, sql, [tenant.tenantId])
    const stored = async () => (await tenant.backend.get('/usage')).body.now.storage_bytes
    const usage = service.app.get(UsageRepository)
    const died = await usage.beginCount(tenant.tenantId)
    await database(`UPDATE tb_messages SET content = '' WHERE tenant_id = $1`)
    await service.app.get(Closing).pass()
    expect(await stored()).toBe(5)
    await database(`UPDATE usage_storage SET counting_since = counting_since - interval '3 hours' WHERE tenant_id = $1`)
    await service.app.get(Closing).pass()
    expect(await stored()).toBe(0)
    // It was not dead, but late.
    await usage.endCount(tenant.tenantId, 5, died!)
    expect(await stored()).toBe(0)
  })

  it('counts edits with what they replaced, now and when it is counted anew', async () => {
    const tenant = await service.tenant()
    const ann = await tenant.user()
    const room = await tenant.room([ann])
    const { message_id } = await ann.send(room, '12345')
    await ann.rest.patch(`/room/${room}/message/${message_id}`, { text_message: '1234567' })
    const stored = async () => (await tenant.backend.get('/usage')).body.now.storage_bytes
    expect(await stored()).toBe(12)
    await service.app.get(Closing).pass()
    expect(await stored()).toBe(12)
  })
})
