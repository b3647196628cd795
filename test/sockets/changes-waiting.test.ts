/** Changes that must wait for what another node does with the same rows: they are made of what is there then. */
import { Client } from 'pg'
import { rowsOf } from '../support/database.js'
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'
import { until } from '../support/until.js'

let service: Service
let tenant: TestTenant
let ann: TestUser
let room_id: string

beforeAll(async () => {
  service = await startService()
  tenant = await service.tenant()
  ann = await tenant.user()
})

beforeEach(async () => {
  room_id = await tenant.room([ann])
})

afterAll(() => service.stop())

const pathOf = ({ message_id }: any): string => `/room/${room_id}/message/${message_id}`
const history = async (): Promise<any[]> => (await ann.rest.get(`/room/${room_id}/message`)).body.items
const lastRev = async (): Promise<number> => (await ann.rest.get(`/room/${room_id}`)).body.last_rev

/** What somebody else does in a transaction that is not over yet. */
async function held(statements: string[]): Promise<{ release: () => Promise<void> }> {
  const client = new Client({ connectionString: service.databaseUrl })
  await client.connect()
  await client.query('BEGIN')
  for (const statement of statements) await client.query(statement)
  return { release: async () => (await client.query('COMMIT'), await client.end()) }
}

const waitingForLocks = async (): Promise<boolean> =>
  (
    await rowsOf(
      service.databaseUrl,
      `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    )
  ).length > 0

it('rooms do not wait for each other, nor sends for the edits of another room', async () => {
  const message = await ann.send(room_id, 'Hi')
  const free = await tenant.room([ann])
  const holder = await held([`SELECT FROM tb_chat_rooms WHERE chat_room_id = '${room_id}' FOR UPDATE`])
  const waiting = ann.rest.patch(pathOf(message), { text_message: 'waits' })
  expect(await ann.send(free, 'does not wait')).toMatchObject({ seq: 1 })
  await holder.release()
  expect((await waiting).body).toMatchObject({ rev: 1 })
})

describe('when another node holds the row', () => {
  it('changes what the other made of it, and takes the next rev', async () => {
    const message = await ann.send(room_id, 'Hi')
    const holder = await held([
      `UPDATE tb_chat_rooms SET last_rev = 1 WHERE chat_room_id = '${room_id}'`,
      `UPDATE tb_messages SET rev = 1, content = 'theirs' WHERE room_id = '${room_id}'`,
    ])
    const edit = ann.rest.patch(pathOf(message), { metadata: 'mine' })
    await until(waitingForLocks, 'the edit to wait')
    await holder.release()
    expect((await edit).body).toMatchObject({ rev: 2, text_message: 'theirs', metadata: 'mine' })
    expect(await lastRev()).toBe(2)
  })

  it('leaves of a deleted message no version that the other stored meanwhile', async () => {
    const message = await ann.send(room_id, 'Hi')
    const holder = await held([
      `UPDATE tb_chat_rooms SET last_rev = 1 WHERE chat_room_id = '${room_id}'`,
      `INSERT INTO message_edits (tenant_id, message_id, rev, content, mentions, written_at)
       SELECT tenant_id, message_id, 1, content, '{}', created_at FROM tb_messages WHERE room_id = '${room_id}'`,
      `UPDATE tb_messages SET rev = 1, content = 'theirs' WHERE room_id = '${room_id}'`,
    ])
    const deletion = ann.rest.delete(pathOf(message))
    await until(waitingForLocks, 'the deletion to wait')
    await holder.release()
    expect((await deletion).status).toBe(204)
    const edits = 'SELECT FROM message_edits WHERE message_id = $1'
    expect(await rowsOf(service.databaseUrl, edits, [message.message_id])).toEqual([])
  })

  it('does not bring back what the other deleted', async () => {
    const message = await ann.send(room_id, 'Hi')
    const holder = await held([
      `UPDATE tb_chat_rooms SET last_rev = 1 WHERE chat_room_id = '${room_id}'`,
      `UPDATE tb_messages SET rev = 1, content = NULL, deleted_at = now() WHERE room_id = '${room_id}'`,
    ])
    const edit = ann.rest.patch(pathOf(message), { text_message: 'mine' })
    const deletion = ann.rest.delete(pathOf(message))
    await until(waitingForLocks, 'the edit to wait')
    await holder.release()
    expect((await edit).body).toMatchObject({ code: 'message_deleted' })
    expect((await deletion).status).toBe(204)
    expect(await history()).toMatchObject([{ rev: 1, text_message: null }])
    expect(await lastRev()).toBe(1)
  })
})

describe('when another node is about to take the right away', () => {
  it.each([
    ['removes a moderator', 'DELETE FROM tb_user_room', 'not_a_member'],
    ['makes them a member', `UPDATE tb_user_room SET room_role = 'member'`, 'forbidden'],
  ])('%s: nothing is deleted after it did', async (_, statement, code) => {
    const message = await ann.send(room_id, 'Hi')
    const user = await tenant.user()
    await ann.rest.post(`/room/${room_id}/member`, { user_ids: [user.userId], room_role: 'moderator' })
    const holder = await held([`${statement} WHERE room_id = '${room_id}' AND user_id = '${user.userId}'`])
    const deletion = user.rest.delete(pathOf(message))
    await until(waitingForLocks, 'the deletion to wait')
    await holder.release()
    expect(await deletion).toMatchObject({ status: 403, body: { code } })
    expect(await history()).toEqual([message])
  })

  it.each([
    ['makes a moderator of the tenant a user', 'role_id = 3', 'not_a_member'],
    ['locks them', `flag_delete = 'not_active'`, 'user_locked'],
  ])('%s: nothing is deleted after it did', async (_, change, code) => {
    const message = await ann.send(room_id, 'Hi')
    const user = await tenant.user({ role: 'moderator' })
    const holder = await held([`UPDATE tb_users SET ${change} WHERE user_id = '${user.userId}'`])
    const deletion = user.rest.delete(pathOf(message))
    await until(waitingForLocks, 'the deletion to wait')
    await holder.release()
    expect(await deletion).toMatchObject({ status: 403, body: { code } })
    expect(await history()).toEqual([message])
  })

  it('closes the room to a moderator of the tenant who is not in it: nothing is deleted after it did', async () => {
    const message = await ann.send(room_id, 'Hi')
    const moderator = await tenant.user({ role: 'moderator' })
    const holder = await held([`UPDATE tb_chat_rooms SET access = 'invite' WHERE chat_room_id = '${room_id}'`])
    const deletion = moderator.rest.delete(pathOf(message))
    await until(waitingForLocks, 'the deletion to wait')
    await holder.release()
    expect(await deletion).toMatchObject({ status: 404, body: { code: 'room_not_found' } })
    expect(await history()).toEqual([message])
  })

  it('archives the room: nothing is edited after it did', async () => {
    const message = await ann.send(room_id, 'Hi')
    const holder = await held([`UPDATE tb_chat_rooms SET archived = true WHERE chat_room_id = '${room_id}'`])
    const edit = ann.rest.patch(pathOf(message), { text_message: 'edited' })
    await until(waitingForLocks, 'the edit to wait')
    await holder.release()
    expect(await edit).toMatchObject({ status: 403, body: { code: 'room_archived' } })
    expect(await history()).toEqual([message])
  })
})
