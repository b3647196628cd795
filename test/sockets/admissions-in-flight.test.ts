/** Somebody is locked, erased or blocks in the very moment when something with them begins: nothing of it is stored after that. */
import { Client } from 'pg'
import { rowsOf } from '../support/database.js'
import { ask, listed, take } from '../support/friends.js'
import { problem } from '../support/problems.js'
import type { Answer } from '../support/rest.js'
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'
import { until } from '../support/until.js'

let service: Service
let tenant: TestTenant
let ann: TestUser
let bob: TestUser
let room: string

beforeAll(async () => {
  service = await startService()
})
beforeEach(async () => {
  tenant = await service.tenant()
  ann = await tenant.user()
  bob = await tenant.user()
  room = await tenant.room([bob])
})
afterAll(() => service.stop())

const isWaiting = async (): Promise<boolean> => {
  const sql = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`
  return (await rowsOf(service.databaseUrl, sql)).length > 0
}

/** A transaction that did this, and is committed only when `begin` waits for it: what that answers. */
async function during(did: string, values: unknown[], begin: () => Promise<Answer>): Promise<Answer> {
  const other = new Client(service.databaseUrl)
  await other.connect()
  await other.query('BEGIN')
  for (const sql of did.split(';')) await other.query(sql, values)
  const begun = begin()
  try {
    await until(isWaiting, 'it to wait')
  } finally {
    await other.query('COMMIT')
    await other.end()
  }
  return begun
}

const locking = `UPDATE tb_users SET flag_delete = 'delete', token_epoch = token_epoch + 1 WHERE user_id = $1`
const erasing = `UPDATE tb_users SET flag_delete = 'delete', erasing = true WHERE user_id = $1`

const countOf = async (table: string): Promise<number> =>
  (await rowsOf(service.databaseUrl, `SELECT FROM ${table} WHERE tenant_id = $1`, [tenant.tenantId])).length

/** All that may have come of it. */
const counts = async (): Promise<number[]> =>
  Promise.all(['tb_user_room', 'tb_chat_rooms', 'tb_friendships', 'tb_user_status'].map(countOf))

type Begin = [what: string, begin: () => Promise<Answer>]

const byAnn: Begin[] = [
  ['joins a room', () => ann.rest.post(`/room/${room}/join`)],
  ['makes a room', () => ann.rest.post('/room', { member_ids: [bob.userId] })],
  ['makes a private room', () => ann.rest.post('/room', { type: 'private', member_ids: [bob.userId] })],
  ['asks for a friendship', () => ask(ann, bob)],
]

const withAnn: Begin[] = [
  ['is added to a room', () => bob.rest.post(`/room/${room}/member`, { user_ids: [ann.userId] })],
  ['is a member of a new room', () => bob.rest.post('/room', { member_ids: [ann.userId] })],
  ['is to have a private room', () => bob.rest.post('/room', { type: 'private', member_ids: [ann.userId] })],
  ['is asked for a friendship', () => ask(bob, ann)],
]

describe.each([
  ['locked', locking],
  ['erased', erasing],
])('who is %s', (_, ending) => {
  it.each(byAnn)('while one %s', async (_, begin) => {
    const before = await counts()
    expect(await during(ending, [ann.userId], begin)).toMatchObject(problem(403, 'user_locked'))
    expect(await counts()).toEqual(before)
  })

  it('while one becomes invisible', async () => {
    const hide = () => ann.rest.patch('/user/me/status', { invisible: true })
    await during(ending, [ann.userId], hide)
    expect(await countOf('tb_user_status')).toBe(0)
  })
})

describe('who is erased', () => {
  it.each(withAnn)('while one %s', async (_, begin) => {
    const before = await counts()
    expect(await during(erasing, [ann.userId], begin)).toMatchObject(problem(404, 'user_not_found'))
    expect(await counts()).toEqual(before)
  })

  it.each(withAnn)('and afterwards %s', async (_, begin) => {
    await tenant.backend.post(`/user/${ann.userId}/erase`)
    expect(await begin()).toMatchObject(problem(404, 'user_not_found'))
  })

  it('and who is locked is added all the same: they may be unlocked', async () => {
    await tenant.backend.patch(`/user/${ann.userId}`, { status: 'not_active' })
    expect((await bob.rest.post(`/room/${room}/member`, { user_ids: [ann.userId] })).status).toBe(201)
    expect(await ask(bob, ann)).toMatchObject(problem(404, 'user_not_found'))
  })
})

describe('who blocks', () => {
  const blocking = `SELECT FROM tb_users WHERE user_id = $1 AND $2 <> '' FOR NO KEY UPDATE;
    INSERT INTO tb_friendships (tenant_id, user_id, friend_id, status)
    SELECT tenant_id, user_id, $2::uuid, 'blocked' FROM tb_users WHERE user_id = $1`

  it.each(withAnn.slice(0, 2))('while one %s', async (_, begin) => {
    const before = (await counts()).slice(0, 2)
    const refused = await during(blocking, [ann.userId, bob.userId], begin)
    expect(refused).toMatchObject(problem(403, 'blocked'))
    expect((await counts()).slice(0, 2)).toEqual(before)
  })

  it('waits for whom somebody is just adding', async () => {
    const adding = 'SELECT FROM tb_users WHERE user_id = $1 FOR SHARE'
    expect((await during(adding, [ann.userId], () => take(ann, bob, 'block'))).status).toBe(200)
    expect(await listed(ann, 'blocked')).toHaveLength(1)
  })
})
