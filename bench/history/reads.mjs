// How history is read: each kind once, at a place of one's choice, and how long it took.
import { Agent, request } from 'node:http'
import { io } from 'socket.io-client'

const PAGE = 20
const agent = new Agent({ keepAlive: true, maxSockets: 1 })
const somewhere = (from, to) => from + Math.floor(Math.random() * (to - from + 1))

/** Places are chosen so that every page is full: then both rooms answer as many messages. */
export const reads = [
  { title: 'REST, the newest page', page: () => `limit=${PAGE}` },
  { title: 'REST, before_seq', page: (last) => `limit=${PAGE}&before_seq=${somewhere(PAGE + 1, last)}` },
  { title: 'REST, after_seq', page: (last) => `limit=${PAGE}&after_seq=${somewhere(0, last - PAGE)}` },
  { title: 'REST, around_seq', page: (last) => `limit=${PAGE}&around_seq=${somewhere(PAGE, last - PAGE)}` },
  { title: 'join_room, the last 20 missed', afterSeq: (last) => last - PAGE },
]

/** A reader with a user's token: `read(kind, room)` gives milliseconds, and throws if the page is not full. */
export async function openReader({ port, token }) {
  const socket = io(`http://127.0.0.1:${port}`, { transports: ['websocket'], auth: { token } })
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('connect_error', reject))
  let heard = 0
  socket.on('new_message', () => heard++)

  async function read({ page, afterSeq }, { roomId, count }) {
    const began = performance.now()
    const got = page ? await getPage(roomId, page(count)) : await resume(roomId, afterSeq(count))
    const took = performance.now() - began
    if (got !== PAGE) throw new Error(`${got} messages came instead of ${PAGE}`)
    return took
  }

  async function getPage(roomId, query) {
    const path = `/room/${roomId}/message?${query}`
    const body = await get({ port, path, agent, headers: { authorization: `Bearer ${token}` } })
    return JSON.parse(body).items.length
  }

  /** What was missed comes before the acknowledgement. */
  async function resume(room_id, after_seq) {
    heard = 0
    const answer = await socket.timeout(60_000).emitWithAck('join_room', { room_id, after_seq })
    if (!answer.ok) throw new Error(`join_room was refused: ${JSON.stringify(answer)}`)
    return heard
  }

  return { read, close: () => (socket.close(), agent.destroy()) }
}

function get(options) {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', ...options }, (response) => {
      let body = ''
      response.setEncoding('utf8').on('data', (text) => (body += text))
      response.on('end', () => (response.statusCode === 200 ? resolve(body) : reject(new Error(body))))
    })
    asked.on('error', reject).end()
  })
}
