/** Slow mode: in a room that has it, who keeps no order there sends once in so many seconds. */
import { randomUUID } from 'node:crypto'
import { badField, countOf, problem, statusesOf } from '../support/problems.js'
import type { Rest } from '../support/rest.js'
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'
import { until } from '../support/until.js'

let service: Service
let tenant: TestTenant
let ann: TestUser
let bob: TestUser
let carol: TestUser

beforeAll(async () => {
  service = await startService()
})
beforeEach(async () => {
  tenant = await service.tenant()
  ann = await tenant.user({ display_name: 'Ann' })
  bob = await tenant.user({ display_name: 'Bob' })
  carol = await tenant.user({ display_name: 'Carol' })
})
afterAll(() => service.stop())

const send = (rest: Rest, room: string, fields: object = {}) =>
  rest.post(`/room/${room}/message/send`, { text_message: 'Hi', ...fields })
const slow = ({ rest }: { rest: Rest }, room: string, slow_mode_s: number) =>
  rest.patch(`/room/${room}`, { slow_mode_s })
const tooSoon = problem(429, 'slow_mode', { retryable: true, retry_after_ms: expect.any(Number) })

const group = () => tenant.room([ann, bob, carol])
const livestream = async () => (await ann.rest.post('/api/chat/thread', { stream_id: randomUUID() })).body.room_id

describe.each([
  ['a group', group],
  ['a livestream', livestream],
])('in %s', (_, make) => {
  let room: string
  beforeEach(async () => void (room = await make()))

  it('is off at first, and stands in the room when it is set', async () => {
    expect((await ann.rest.get(`/room/${room}`)).body.slow_mode_s).toBe(0)
    expect(await slow(ann, room, 60)).toMatchObject({ status: 200, body: { slow_mode_s: 60 } })
    expect((await ann.rest.get(`/room/${room}`)).body.slow_mode_s).toBe(60)
  })

  it('holds up each sender by themselves, and says how long', async () => {
    await slow(ann, room, 60)
    expect((await send(bob.rest, room)).status).toBe(201)
    const { status, body, headers } = await send(bob.rest, room)
    expect({ status, body }).toMatchObject(tooSoon)
    expect(body.retry_after_ms).toBeGreaterThan(0)
    expect(body.retry_after_ms).toBeLessThanOrEqual(60_000)
    expect(headers.get('retry-after')).toBe(`${Math.ceil(body.retry_after_ms / 1000)}`)
    expect((await send(carol.rest, room)).status).toBe(201)
    expect(await countOf(tenant, 'tb_messages')).toBe(2)
  })

  it('lets through one of many at once', async () => {
    await slow(ann, room, 60)
    const answers = await Promise.all(Array.from({ length: 10 }, () => send(bob.rest, room)))
    expect(statusesOf(answers)).toEqual([201, ...Array<number>(9).fill(429)])
  })

  it('lets them send again when the time has come', async () => {
    await slow(ann, room, 1)
    const answers = await Promise.all([send(bob.rest, room), send(bob.rest, room)])
    expect(statusesOf(answers)).toEqual([201, 429])
    await until(async () => (await send(bob.rest, room)).status === 201, 'the next message')
    expect(await countOf(tenant, 'tb_messages')).toBe(2)
  })

  it('answers a message that is sent again as sent, whenever that is', async () => {
    await slow(ann, room, 60)
    const fields = { client_message_id: 'once' }
    const answers = await Promise.all(Array.from({ length: 10 }, () => send(bob.rest, room, fields)))
    expect(statusesOf(answers)).toEqual([...Array<number>(9).fill(200), 201])
    expect(new Set(answers.map(({ body }) => body.message_id)).size).toBe(1)
    expect(await send(bob.rest, room, { client_message_id: 'twice' })).toMatchObject(tooSoon)
    expect(await send(bob.rest, room, fields)).toMatchObject({ status: 200, body: { duplicate: true } })
  })

  it('holds up neither the owner, nor moderators and admins of the tenant, nor the backend', async () => {
    await slow(ann, room, 3600)
    const people = [ann, await tenant.user({ role: 'admin' }), await tenant.user({ role: 'moderator' })]
    for (const { rest } of people) await rest.post(`/room/${room}/join`)
    for (const rest of [...people.map((person) => person.rest), tenant.backend]) {
      const answers = [await send(rest, room), await send(rest, room), await send(rest, room)]
      expect(statusesOf(answers)).toEqual([201, 201, 201])
    }
  })

  it('counts from when it is set, is another when it is another, and ends when it is taken away', async () => {
    for (let n = 0; n < 3; n++) expect((await send(bob.rest, room)).status).toBe(201)
    await slow(ann, room, 600)
    expect((await send(bob.rest, room)).status).toBe(201)
    expect(await send(bob.rest, room)).toMatchObject(tooSoon)
    await slow(ann, room, 300)
    expect((await send(bob.rest, room)).status).toBe(201)
    const { body } = await send(bob.rest, room)
    expect(body).toMatchObject({ code: 'slow_mode' })
    expect(body.retry_after_ms).toBeLessThanOrEqual(300_000)
    await slow(ann, room, 0)
    for (let n = 0; n < 3; n++) expect((await send(bob.rest, room)).status).toBe(201)
  })

  it('counts at once on a node that knew the room without it', async () => {
    const node = await service.another()
    const there = bob.at(node).rest
    expect(statusesOf([await send(there, room), await send(there, room)])).toEqual([201, 201])
    await slow(ann, room, 60)
    const answers = await Promise.all(Array.from({ length: 5 }, () => send(there, room)))
    await node.stop()
    expect(statusesOf(answers)).toEqual([201, 429, 429, 429, 429])
  })

  it('does not count what could not be sent', async () => {
    await slow(ann, room, 60)
    const reply = await send(bob.rest, room, { reply_to: randomUUID() })
    expect(reply).toMatchObject(problem(404, 'message_not_found'))
    expect((await send(bob.rest, room)).status).toBe(201)
  })

  it.each([-1, 1.5, 3601, null, '5'])('is not %j', async (slow_mode_s) => {
    expect(await ann.rest.patch(`/room/${room}`, { slow_mode_s })).toMatchObject(badField('slow_mode_s'))
  })

  it('is set by nobody who keeps no order there', async () => {
    expect(await slow(bob, room, 5)).toMatchObject(problem(403, 'forbidden'))
  })
})

it('does not hold up moderators of a group', async () => {
  const room = await group()
  await ann.rest.post(`/room/${room}/member`, { user_ids: [bob.userId], room_role: 'moderator' })
  await slow(ann, room, 60)
  expect(statusesOf([await send(bob.rest, room), await send(bob.rest, room)])).toEqual([201, 201])
})

it('is not of a private room', async () => {
  const room = await tenant.room([ann, bob], { type: 'private' })
  expect(await slow({ rest: tenant.backend }, room, 5)).toMatchObject(badField('slow_mode_s'))
  expect((await slow({ rest: tenant.backend }, room, 0)).status).toBe(200)
})
