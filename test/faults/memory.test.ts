/** Who comes, says something and goes leaves the message, and nothing else: no memory, no handle and no other row. */
import { freshDatabase, rowsOf } from '../support/database.js'
import { endAll } from '../support/process.js'
import { hasty } from '../support/presence.js'
import { adminKey, Rest } from '../support/rest.js'
import { connect } from '../support/sockets.js'
import { until } from '../support/until.js'
import { inForm } from './form.js'
import { collected, figuresOf, NODE_OPTIONS, type Figures } from './heap.js'
import { Node } from '../cluster/node.js'

const cycles = inForm(300, 10_000)
const atOnce = 10
const poolSize = 4

let database: Awaited<ReturnType<typeof freshDatabase>>
let node: Node
let operator: Rest
let tokens: string[]
let room_id: string

beforeAll(async () => {
  database = await freshDatabase()
  node = await new Node(database.url, { ...hasty, NODE_OPTIONS, DATABASE_POOL: `${poolSize}` }).start()
  operator = new Rest(node.url, { authorization: `Bearer ${adminKey}` })
  const { api_token } = (await operator.post('/admin/tenant', { name: 'Acme' })).body
  const backend = new Rest(node.url, { clientKey: api_token })
  room_id = (await backend.post('/room', { name: 'The room' })).body.room_id
  tokens = []
  for (let n = 0; n < atOnce; n++) tokens.push(await makeUser(backend))
})

afterAll(async () => {
  await endAll()
  await database.drop()
})

async function makeUser(backend: Rest): Promise<string> {
  const { user_id } = (await backend.post('/user', { display_name: 'Ann' })).body
  return (await backend.post(`/auth/${user_id}`)).body.token
}

/** Connects, joins, sends and disconnects, and once more, by each user at once. */
async function cycle(count: number): Promise<void> {
  const each = async (token: string): Promise<void> => {
    for (let n = 0; n < count / atOnce; n++) {
      const socket = await connect(node.url, { auth: { token } })
      expect(await socket.ask('join_room', { room_id })).toMatchObject({ ok: true })
      expect(await socket.ask('send_message', { room_id, text_message: 'Hi' })).toMatchObject({ ok: true })
      socket.close()
    }
  }
  await Promise.all(tokens.map(each))
}

/** When nobody is connected any more, which is written of all of them, and what is not held is gone. */
async function atRest(): Promise<Figures> {
  await until(async () => (await figuresOf(operator)).get('parley_sockets') === 0, 'all sockets to end')
  await until(async () => (await rowsOf(database.url, gone)).length === atOnce, 'all users to be offline')
  return collected(node.process, operator)
}

const gone = 'SELECT FROM tb_user_status WHERE NOT is_online'

/** How many rows each table has, but the one of messages, and those of what is used, which are written now and then. */
async function rows(): Promise<Record<string, number>> {
  const ofTables = `SELECT tablename AS name FROM pg_tables
    WHERE schemaname = 'public' AND tablename <> 'tb_messages' AND tablename NOT LIKE 'usage%'`
  const counts: Record<string, number> = {}
  for (const { name } of await rowsOf<{ name: string }>(database.url, ofTables)) {
    counts[name] = (await rowsOf(database.url, `SELECT FROM ${name}`)).length
  }
  return counts
}

it(`${cycles} times`, async () => {
  await cycle(cycles / 10)
  const [before, rowsBefore] = [await atRest(), await rows()]
  await cycle(cycles)
  const [after, rowsAfter] = [await atRest(), await rows()]
  const growth = (name: string): number => after.get(name)! - before.get(name)!
  expect(rowsAfter).toEqual(rowsBefore)
  // A connection of the pool, or of who reads these figures, may be open now and not then.
  expect(growth('parley_process_open_fds')).toBeLessThan(poolSize + 2)
  expect(growth('parley_nodejs_active_resources_total')).toBeLessThan(poolSize + 2)
  expect(growth('parley_nodejs_heap_size_used_bytes')).toBeLessThan(3_000_000)
  expect(growth('parley_process_resident_memory_bytes')).toBeLessThan(inForm(64_000_000, 32_000_000))
})
