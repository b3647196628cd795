// Parley as it is shipped, set up through its public interface. Only the rate limits are off: they are there to refuse
// exactly this load.
import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { launch, ready, stop } from '../machine/processes.mjs'
import { atOnce } from './at-once.mjs'

const main = fileURLToPath(new URL('../../dist/main.js', import.meta.url))
const root = fileURLToPath(new URL('../..', import.meta.url))

export const parley = {
  name: 'parley',
  title: 'Parley',
  async start({ databaseUrl, port, core }) {
    if (!existsSync(main)) throw new Error('Parley is not built: npm run build')
    const adminKey = randomUUID()
    const settings = { RATE_LIMITS: 'off', LOG_LEVEL: 'warn', HOST: '127.0.0.1', PORT: String(port) }
    const env = { ...settings, DATABASE_URL: databaseUrl, ADMIN_KEY: adminKey }
    const child = launch([main], { core, cwd: root, env })
    const url = `http://127.0.0.1:${port}`
    await ready(child, `${url}/health/ready`).catch(async (error) => {
      await stop(child)
      throw error
    })
    const prepare = (plan) => setUp(url, adminKey, plan)
    return { pid: child.pid, protocol: 'socket.io', log: child.log, prepare, stop: () => stop(child) }
  },
}

async function setUp(url, adminKey, { rooms, members }) {
  const tenant = await post(`${url}/admin/tenant`, { authorization: `Bearer ${adminKey}` }, { name: 'bench' })
  const headers = { clientKey: tenant.api_token }
  const users = await atOnce(20, rooms * members, async (n) => {
    const { user_id } = await post(`${url}/user`, headers, { external_id: `user-${n}`, display_name: `User ${n}` })
    const { token } = await post(`${url}/auth/${user_id}`, headers)
    return { user_id, token }
  })
  const made = await atOnce(20, rooms, async (n) => {
    const [creator, ...others] = users.filter((_, user) => user % rooms === n).map(({ user_id }) => user_id)
    const room = { name: `Room ${n}`, created_by: creator, member_ids: others }
    return (await post(`${url}/room`, headers, room)).room_id
  })
  return users.map(({ token }, n) => ({ token, rooms: [made[n % rooms]] }))
}

async function post(url, headers, body = {}) {
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
