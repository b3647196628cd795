/** Whoever goes on asking while nothing can be answered fills no memory, and what is taken of it is answered later. */
import { Client } from 'pg'
import { freshDatabase } from '../support/database.js'
import { PlainSocket } from '../support/plain.js'
import { endAll } from '../support/process.js'
import { RawSocket } from '../support/raw.js'
import { adminKey, Rest } from '../support/rest.js'
import { until } from '../support/until.js'
import { collected, figuresOf, NODE_OPTIONS } from './heap.js'
import { Node } from '../cluster/node.js'

jest.setTimeout(60_000)

let database: Awaited<ReturnType<typeof freshDatabase>>
let node: Node
let operator: Rest
let ann: { user_id: string; token: string }
let room_id: string
let client: Client

beforeAll(async () => {
  database = await freshDatabase()
  node = await new Node(database.url, { NODE_OPTIONS }).start()
  operator = new Rest(node.url, { authorization: `Bearer ${adminKey}` })
  const { api_token } = (await operator.post('/admin/tenant', { name: 'Acme' })).body
  const backend = new Rest(node.url, { clientKey: api_token })
  const { user_id } = (await backend.post('/user', { display_name: 'Ann' })).body
  ann = { user_id, token: (await backend.post(`/auth/${user_id}`)).body.token }
  room_id = (await backend.post('/room', { name: 'The room', created_by: user_id })).body.room_id
})

beforeEach(async () => {
  client = new Client({ connectionString: database.url })
  await client.connect()
})

afterEach(async () => {
  await client.end()
  await until(async () => (await figuresOf(operator)).get('parley_sockets') === 0, 'all sockets to end')
})

afterAll(async () => {
  await endAll()
  await database.drop()
})

/** From now on nothing that is sent is stored. */
async function stall(): Promise<void> {
  await client.query('BEGIN')
  await client.query('LOCK TABLE tb_messages IN EXCLUSIVE MODE')
}

const plain = () => PlainSocket.open(node.url, `/ws/${room_id}/${ann.user_id}?token=${ann.token}`)
const say = (content: string) => JSON.stringify({ type: 'send_message', data: { content } })

interface Talker {
  readonly readyState: number
  readonly bufferedAmount: number
}

/** How much of the heap is held when the service has taken all of a flood that it takes. */
async function heldBy(ws: Talker): Promise<number> {
  const left = (): number => (ws.readyState === 1 ? ws.bufferedAmount : 0)
  return until(
    async () => {
      const before = left()
      const figures = await collected(node.process, operator)
      return left() === before ? figures.get('parley_nodejs_heap_size_used_bytes')! : null
    },
    'the flood to stand still',
    30_000,
  )
}

const heapBytes = async () => (await collected(node.process, operator)).get('parley_nodejs_heap_size_used_bytes')!
const mostBytes = 24_000_000

/** A text that is much larger when it is read. */
const large = `[${'[],'.repeat(40_000)}[]]`

it('a plain WebSocket: what is large waits unread', async () => {
  const before = await heapBytes()
  await stall()
  const socket = await plain()
  socket.send(say('first'))
  for (let n = 0; n < 400; n++) socket.send(large)
  expect((await heldBy(socket.ws)) - before).toBeLessThan(mostBytes)
  socket.ws.terminate()
})

it('a plain WebSocket: what is small and too much ends it at once, though its turn does not come', async () => {
  await stall()
  const socket = await plain()
  for (let n = 0; n < 3000; n++) socket.send(say(`${n}`))
  expect((await socket.closed)[0]).toBe(1008)
  expect(socket.frames).toEqual([])
})

it('Socket.IO', async () => {
  const before = await heapBytes()
  await stall()
  const socket = await RawSocket.connected(node.url, ann.token)
  socket.send(`420${JSON.stringify(['send_message', { room_id, text_message: 'first' }])}`)
  for (let n = 0; n < 400; n++) socket.send(`42["send_message",${large}]`)
  const ws = socket.ws as unknown as Talker
  expect((await heldBy(ws)) - before).toBeLessThan(mostBytes)
  socket.ws.terminate()
})

it('all that was said in one breath is heard, in its order, however much waited to be read', async () => {
  await stall()
  const socket = await plain()
  const texts = Array.from({ length: 300 }, (_, n) => `${n} ${'✓'.repeat(9990)}`)
  for (const text of texts) socket.send(say(text))
  const raw = await RawSocket.connected(node.url, ann.token)
  for (const n of texts.keys()) {
    raw.send(`42${n}${JSON.stringify(['send_message', { room_id, text_message: texts[n] }])}`)
  }
  await heldBy(socket.ws)
  await client.query('COMMIT')
  const heard = await socket.next((frame) => frame.type === 'new_message', 2 * texts.length)
  expect(new Set(heard.map(({ data }) => data.content))).toEqual(new Set(texts))
  await raw.next(new RegExp(`^43${texts.length - 1}\\[`))
  const answers = raw.frames
    .filter((frame) => frame.startsWith('43'))
    .map((frame) => frame.slice(2, frame.indexOf(',')))
  expect(answers).toEqual(texts.map((_, n) => `${n}[{"ok":true`))
  socket.close()
  raw.ws.terminate()
})
