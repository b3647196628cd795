/** What an erasure takes from texts, and what it leaves to others, whatever happens at once. */
import { Client } from 'pg'
import { rowsOf } from '../support/database.js'
import { problem } from '../support/problems.js'
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'
import { until } from '../support/until.js'

let service: Service
let tenant: TestTenant
let ann: TestUser
let bob: TestUser
let room: string

const names = { username: 'anna.b', display_name: 'José Bell', email: 'anna@acme.example', phone: '+49 30 12345' }

beforeAll(async () => {
  service = await startService()
})
beforeEach(async () => {
  tenant = await service.tenant()
  bob = await tenant.user({ display_name: 'Bob' })
  ann = await tenant.user(names)
  room = await tenant.room([bob, ann])
})
afterAll(() => service.stop())

const erase = () => tenant.backend.post(`/user/${ann.userId}/erase`)
const pathOf = ({ message_id }: any): string => `/room/${room}/message/${message_id}`
const edit = (by: TestUser, message: any, text_message: string) => by.rest.patch(pathOf(message), { text_message })
const textsOf = async (by = bob): Promise<string[]> =>
  (await by.rest.get(`/room/${room}/message`)).body.items.map(({ text_message }: any) => text_message)
const editsOf = async (message: any): Promise<string[]> =>
  (await bob.rest.get(`${pathOf(message)}/edits`)).body.items.map(({ text_message }: any) => text_message)

/** A transaction that holds the rows while the erasure runs. */
async function holding(sql: string, values: unknown[], meanwhile: (other: Client) => Promise<unknown>) {
  const other = new Client(service.databaseUrl)
  await other.connect()
  await other.query('BEGIN')
  await other.query(sql, values)
  const erased = erase()
  try {
    await meanwhile(other)
  } finally {
    await other.query('COMMIT')
    await other.end()
  }
  return erased
}

const isWaiting = async (): Promise<boolean> => {
  const sql = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`
  return (await rowsOf(service.databaseUrl, sql)).length > 0
}

it('leaves to others what only reads like a name: whatever somebody called themselves', async () => {
  await ann.rest.patch('/user/me', { display_name: 'the plan, is', username: 'the' })
  await tenant.backend.patch(`/user/${ann.userId}`, { external_id: 'plan-1', phone: 'you 1234567' })
  const said = ['This is the plan, is it? For you 1234567.', 'plan-1 is the best']
  for (const text of said) await bob.send(room, text)
  await bob.send(room, 'Ask @the, or @plan-1')
  await bob.send(room, 'the plan-1 is yours', { mentions: [ann.userId] })
  expect((await erase()).status).toBe(204)
  expect(await textsOf()).toEqual([...said, 'Ask [erased], or [erased]', '[erased] [erased] is yours'])
})

it('takes an address and a number wherever they are, and names behind an @, however they are written', async () => {
  await bob.send(room, 'Ａｎｎａ@acme.example or +49 30 12345')
  await bob.send(room, 'thanks @Jose Bell and @ANNA.B!')
  await erase()
  expect(await textsOf()).toEqual(['[erased] or [erased]', 'thanks [erased] and [erased]!'])
})

it('finds names of a script without spaces', async () => {
  await tenant.backend.patch(`/user/${ann.userId}`, { display_name: '李小龙' })
  await ann.send(room, '我叫李小龙啊')
  await bob.send(room, '谢谢@李小龙啊，李小龙')
  await bob.send(room, '谢谢李小龙啊', { mentions: [ann.userId] })
  await erase()
  expect(await textsOf()).toEqual(['我叫[erased]啊', '谢谢[erased]啊，李小龙', '谢谢[erased]啊'])
})

it('keeps the earlier versions of what others said, without the names', async () => {
  const message = await bob.send(room, 'mail anna@acme.example')
  await edit(bob, message, 'mail or call')
  await edit(bob, message, 'mail or call anna@acme.example')
  await erase()
  expect(await textsOf()).toEqual(['mail or call [erased]'])
  expect(await editsOf(message)).toEqual(['mail [erased]', 'mail or call'])
})

it('overwrites no edit that comes in between', async () => {
  const message = await bob.send(room, 'mail anna@acme.example')
  const locking = 'UPDATE tb_chat_rooms SET last_rev = 1 WHERE chat_room_id = $1'
  const editing = `
    UPDATE tb_messages SET content = 'no, call +49 30 12345', rev = 1, edited_at = now() WHERE message_id = $1`
  const keeping = `
    INSERT INTO message_edits (tenant_id, message_id, rev, content, mentions, written_at)
    SELECT tenant_id, message_id, 1, content, mentions, created_at FROM tb_messages WHERE message_id = $1`
  const { status } = await holding(locking, [room], async (other) => {
    await until(isWaiting, 'the erasure to wait')
    await other.query(keeping, [message.message_id])
    await other.query(editing, [message.message_id])
  })
  expect(status).toBe(204)
  expect(await textsOf()).toEqual(['no, call [erased]'])
  expect(await editsOf(message)).toEqual(['mail [erased]'])
})

const withClientId = async (): Promise<string[]> => {
  const sql = 'SELECT message_id FROM tb_messages WHERE room_id = $1 AND client_message_id IS NOT NULL'
  return (await rowsOf<{ message_id: string }>(service.databaseUrl, sql, [room])).map(({ message_id }) => message_id)
}

it('forgets the client’s own ids, also of messages that somebody holds for a moment', async () => {
  const held = await ann.send(room, 'one', { client_message_id: 'one' })
  await ann.send(room, 'two', { client_message_id: 'two' })
  const locking = 'SELECT FROM tb_messages WHERE message_id = $1 FOR UPDATE'
  const { status } = await holding(locking, [held.message_id], () =>
    until(async () => (await withClientId()).join() === held.message_id, 'the other one'),
  )
  expect([status, await withClientId()]).toEqual([204, []])
})

it('says so where it cannot forget them, and goes on when it is asked again', async () => {
  const held = await ann.send(room, 'one', { client_message_id: 'one' })
  const other = new Client(service.databaseUrl)
  await other.connect()
  await other.query('BEGIN')
  await other.query('SELECT FROM tb_messages WHERE message_id = $1 FOR UPDATE', [held.message_id])
  expect(await erase()).toMatchObject(problem(503, 'unavailable', { retryable: true }))
  await other.query('COMMIT')
  await other.end()
  expect([(await erase()).status, await withClientId()]).toEqual([204, []])
})
