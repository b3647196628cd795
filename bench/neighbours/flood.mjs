// The tenant that floods: sockets and REST, messages, reads, searches and joins.
import { Agent, request } from 'node:http'
import { randomUUID } from 'node:crypto'
import { setPriority } from 'node:os'
import { setImmediate, setTimeout } from 'node:timers/promises'
import { stampedText } from '../load/clock.mjs'
import { SocketIoClient } from '../load/socket-io.mjs'
import { answering } from './child.mjs'

// It shares a core with whoever measures, who is not to wait for it.
setPriority(19)

/** Of each kind so much is outstanding, where it goes as fast as it can. */
const outstanding = { say: 240, send: 16, read: 16, search: 8, join: 8 }

const agent = new Agent({ keepAlive: true, maxSockets: 64 })
let port
let people
let pace
let flooding = null
let did = {}

answering({
  async plan(plan) {
    ;({ port, pace } = plan)
    people = await Promise.all(plan.clients.map(async (one) => ({ ...one, socket: await connect(one) })))
  },
  begin() {
    did = {}
    const beganMs = performance.now()
    const flood = { over: false, beganMs }
    flood.works = Promise.all(
      Object.keys(outstanding).flatMap((kind) => (pace ? paced(flood, kind) : fast(flood, kind))),
    )
    flooding = flood
  },
  async end() {
    flooding.over = true
    const ms = performance.now() - flooding.beganMs
    await Promise.race([flooding.works, setTimeout(10_000)])
    return { did, ms }
  },
})

/** Who is cut off for asking too much has nothing more to say. */
const ignore = () => undefined

const connect = ({ token, rooms }) => SocketIoClient.connect({ port, token, rooms, onDelivery: ignore, onEnd: ignore })

function fast(flood, kind) {
  return Array.from({ length: outstanding[kind] }, async (_, n) => {
    for (let turn = n; !flood.over; turn += outstanding[kind]) await once(kind, turn)
  })
}

/** What is due is done, however slow the answers are. */
async function paced(flood, kind) {
  let turn = 0
  for (; !flood.over; await setTimeout(5)) {
    const due = ((performance.now() - flood.beganMs) * pace[kind]) / 1000
    while (turn < due) void once(kind, turn++)
  }
}

async function once(kind, turn) {
  const person = people[turn % people.length]
  const outcome = await kinds[kind](person)
  const counts = (did[kind] ??= {})
  counts[outcome] = (counts[outcome] ?? 0) + 1
  // A refusal may come before anything else had its turn.
  if (outcome !== 'ok') await setImmediate()
}

const kinds = {
  say: ({ socket, rooms }) =>
    new Promise((resolve) => {
      const late = globalThis.setTimeout(resolve, 10_000, 'late')
      socket.sendMessage(
        rooms[0],
        randomUUID(),
        stampedText(),
        (ok) => (clearTimeout(late), resolve(ok ? 'ok' : 'refused')),
      )
    }),
  send: ({ token, rooms }) => ask(token, 'POST', `/room/${rooms[0]}/message/send`, { text_message: stampedText() }),
  read: ({ token, rooms }) => ask(token, 'GET', `/room/${rooms[0]}/message?limit=100`),
  search: ({ token }) => ask(token, 'GET', '/search?q=lazy'),
  join: ({ token, rooms }) => ask(token, 'POST', `/room/${rooms[0]}/join`, {}),
}

function ask(token, method, path, body) {
  const headers = { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) }
  return new Promise((resolve) => {
    const asked = request({ host: '127.0.0.1', port, method, path, headers, agent }, (answer) => {
      answer.resume()
      answer.on('end', () => resolve(answer.statusCode < 300 ? 'ok' : String(answer.statusCode)))
      answer.on('error', () => resolve('lost'))
    })
    asked.on('error', () => resolve('lost'))
    asked.end(body && JSON.stringify(body))
  })
}
