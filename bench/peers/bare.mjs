// The services in bare/: what the transport costs alone, and with a plain commit a message.
import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { roomsOf } from '../workloads.mjs'
import { startNode } from './start-node.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))
const short = { SHORT_MESSAGES: 'yes' }
const script = (name) => fileURLToPath(new URL(`../bare/${name}.mjs`, import.meta.url))

export const socketIo = {
  name: 'socket-io',
  title: 'bare Socket.IO',
  storesNothing: true,
  start: (place) => start(place, 'socket-io', 'socket.io'),
}

export const socketIoInsert = {
  name: 'socket-io-insert',
  title: 'bare Socket.IO + 1 commit',
  start: (place) => start(place, 'socket-io', 'socket.io', { DATABASE_URL: place.databaseUrl }),
}

export const ws = {
  name: 'ws',
  title: 'bare ws',
  storesNothing: true,
  start: (place) => start(place, 'ws', 'json'),
}

/** With messages as short as they are in the dialects for livestreams. */
export const socketIoShort = {
  ...socketIo,
  name: 'socket-io-short',
  title: 'bare Socket.IO, short messages',
  start: (place) => start(place, 'socket-io', 'socket.io', short),
}

export const wsShort = {
  ...ws,
  name: 'ws-short',
  title: 'bare ws, short messages',
  start: (place) => start(place, 'ws', 'json', short),
}

async function start(place, name, protocol, env) {
  const service = await startNode(place, [script(name)], { cwd: root, env, health: '/' })
  return { ...service, protocol, prepare }
}

/** They have no accounts: a client's token says who it is, and a room is there when somebody joins it. */
function prepare(workload) {
  const rooms = Array.from({ length: workload.rooms }, () => randomUUID())
  return Array.from({ length: workload.clients }, (_, n) => ({
    token: JSON.stringify({ user_id: randomUUID(), display_name: `User ${n}`, img_url: null }),
    rooms: roomsOf(workload, n).map((room) => rooms[room]),
  }))
}
