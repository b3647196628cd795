// Parley as it is shipped, set up through its public interface. The rate limits are counted as ever; the tenant's are so
// wide that they refuse nothing: they are there to refuse exactly this load.
import { randomUUID } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { membersOf, roomsOf } from '../workloads.mjs'
import { atOnce } from './at-once.mjs'
import { startNode } from './start-node.mjs'

const main = fileURLToPath(new URL('../../dist/main.js', import.meta.url))
const root = fileURLToPath(new URL('../..', import.meta.url))

// What `npm run start:prod` gives to Node.
const { scripts } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
const shipped = /node (.*)dist/.exec(scripts['start:prod'])[1].split(' ').filter(Boolean)

const most = 1_000_000
const rates = [
  ...['user', 'tenant', 'socket', 'user_message', 'tenant_message', 'user_join', 'tenant_join'],
  ...['user_connection', 'tenant_connection'],
]
const limits = Object.fromEntries([
  ...rates.flatMap((name) => [`${name}_burst`, `${name}_per_second`].map((limit) => [limit, most])),
  ...['user_sockets', 'tenant_sockets'].map((limit) => [limit, most]),
])

export const parley = { name: 'parley', title: 'Parley', start: (place) => startParley(place, setUpRooms) }

/** The same, but for the policies of row-level security: what they cost is the difference. */
export const withoutPolicies = {
  name: 'without-policies',
  title: 'Parley without policies',
  aside: true,
  async start(place) {
    const service = await parley.start(place)
    await dropPolicies(place.databaseUrl)
    return service
  },
}

/** `setUp(url, adminKey, workload)` makes what the workload's clients need, and gives them. */
export async function startParley(place, setUp) {
  if (!existsSync(main)) throw new Error('Parley is not built: npm run build')
  const adminKey = randomUUID()
  const settings = { LOG_LEVEL: 'warn', HOST: '127.0.0.1' }
  const env = { ...settings, DATABASE_URL: place.databaseUrl, ADMIN_KEY: adminKey }
  const service = await startNode(place, [...shipped, main], { cwd: root, env, health: '/health/ready' })
  const prepare = (workload) => setUp(`http://127.0.0.1:${place.port}`, adminKey, workload)
  return { ...service, protocol: 'socket.io', prepare }
}

async function dropPolicies(connectionString) {
  const client = new pg.Client({ connectionString })
  await client.connect()
  const { rows } = await client.query(
    `SELECT polrelid::regclass::text AS name FROM pg_policy WHERE polname = 'of_tenants'`,
  )
  for (const { name } of rows) await client.query(`ALTER TABLE ${name} DISABLE ROW LEVEL SECURITY`)
  await client.end()
}

/** A tenant, and a user with a token for each client. */
export async function setUpUsers(url, adminKey, { clients, limits: own = limits }) {
  const named = { name: 'bench', limits: own }
  const tenant = await post(`${url}/admin/tenant`, { authorization: `Bearer ${adminKey}` }, named)
  const headers = { clientKey: tenant.api_token }
  const users = await atOnce(20, clients, async (n) => {
    const { user_id } = await post(`${url}/user`, headers, { external_id: `user-${n}`, display_name: `User ${n}` })
    const { token } = await post(`${url}/auth/${user_id}`, headers)
    return { user_id, token }
  })
  return { headers, users }
}

export async function setUpRooms(url, adminKey, workload) {
  const { headers, users } = await setUpUsers(url, adminKey, workload)
  const members = membersOf(workload)
  const made = await atOnce(20, workload.rooms, async (n) => {
    const [creator, ...others] = members[n].map((client) => users[client].user_id)
    const room = { name: `Room ${n}`, created_by: creator, member_ids: others }
    return (await post(`${url}/room`, headers, room)).room_id
  })
  return users.map(({ token }, n) => ({ token, rooms: roomsOf(workload, n).map((room) => made[room]) }))
}

export async function post(url, headers, body = {}) {
  const init = {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  }
  const answer = await fetch(url, init)
  const text = await answer.text()
  if (!answer.ok) throw new Error(`POST ${url} answered ${answer.status}: ${text}`)
  return JSON.parse(text)
}
