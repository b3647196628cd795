/** What a tenant may have in all: rooms. */
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

  it('are any number without a limit, and as many as the deployment says if the tenant has none of its own', async () => {
    const carol = await (await service.tenant()).user()
    expect((await carol.rest.post('/room', {})).status).toBe(201)
    expect((await carol.rest.post('/room', {})).status).toBe(201)
    expect(await carol.at(other).rest.post('/room', {})).toMatchObject(full(1))
  })
})
