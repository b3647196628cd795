/**
 * `kill -9` of the service at any moment: what was acknowledged is there, once, in the order in which everybody heard
 * it. FAULT_ROUNDS says how often it is killed.
 */
import { setTimeout } from 'node:timers/promises'
import { freshDatabase, rowsOf } from '../support/database.js'
import { endAll, ServiceProcess } from '../support/process.js'
import { Rest } from '../support/rest.js'
import { StubbornClient } from '../support/stubborn.js'

const rounds = Number(process.env['FAULT_ROUNDS'] ?? 3)
const adminKey = 'an-operator-key-that-only-the-tests-have'
const [senders, streams, perStream] = [3, 4, 15]

let database: Awaited<ReturnType<typeof freshDatabase>>
let service: ServiceProcess
let url: string
let clients: StubbornClient[]
let roomId: string

async function start(): Promise<void> {
  const settings = { DATABASE_URL: database.url, ADMIN_KEY: adminKey, RATE_LIMITS: 'off', LOG_LEVEL: 'warn' }
  service = new ServiceProcess(settings)
  url = await service.url()
}

/** One who only listens, and the senders. */
async function settle(): Promise<void> {
  const operator = new Rest(url, { authorization: `Bearer ${adminKey}` })
  const { api_token } = (await operator.post('/admin/tenant', { name: 'Acme' })).body
  const backend = new Rest(url, { clientKey: api_token })
  roomId = (await backend.post('/room', { name: 'The room' })).body.room_id
  clients = []
  for (let who = 0; who <= senders; who++) {
    const { user_id } = (await backend.post('/user', { display_name: `User ${who}` })).body
    const { token } = (await backend.post(`/auth/${user_id}`)).body
    clients.push(new StubbornClient({ url: () => url, token, roomId }))
  }
  await Promise.all(clients.map((client) => client.listen()))
}

beforeAll(async () => {
  database = await freshDatabase()
  await start()
  await settle()
})

afterAll(async () => {
  await Promise.all(clients.map((client) => client.stop()))
  await endAll()
  await database.drop()
})

/** Every sender sends by several streams at once: there is always something between a send and its acknowledgement. */
const sendAll = (round: number): Promise<unknown> =>
  Promise.all(
    clients
      .slice(1)
      .flatMap((client, who) =>
        Array.from({ length: streams }, (_, stream) =>
          client.sendAll(Array.from({ length: perStream }, (_, n) => `${round}.${who}.${stream}.${n}`)),
        ),
      ),
  )

interface Row {
  seq: number
  message_id: string
  client_message_id: string
}

const storedHere = (): Promise<Row[]> =>
  rowsOf(database.url, 'SELECT seq::int, message_id, client_message_id FROM tb_messages ORDER BY seq')

describe(`killed ${rounds} times at random while ${senders} people send`, () => {
  it.each(Array.from({ length: rounds }, (_, round) => round + 1))(
    'round %i: all is acknowledged in the end',
    async (round) => {
      const acknowledged = clients[1]!.acknowledged.size
      const sending = sendAll(round)
      await setTimeout(Math.random() * 150)
      await service.kill('SIGKILL')
      await start()
      await sending
      expect(clients[1]!.acknowledged.size - acknowledged).toBe(streams * perStream)
    },
    60_000,
  )

  it('every acknowledged message is there, once, and seq has no gap', async () => {
    const rows = await storedHere()
    expect(rows.map(({ seq }) => seq)).toEqual(rows.map((_, index) => index + 1))
    expect(rows).toHaveLength(rounds * senders * streams * perStream)
    expect(new Set(rows.map((row) => row.client_message_id)).size).toBe(rows.length)
    const places = new Map(rows.map((row) => [row.client_message_id, `${row.seq} ${row.message_id}`]))
    for (const client of clients) {
      for (const [id, { seq, message_id }] of client.acknowledged) expect(`${seq} ${message_id}`).toBe(places.get(id))
    }
  })

  it('all heard the same in the same order, nothing missing and nothing twice', async () => {
    const rows = await storedHere()
    for (const client of clients) {
      await client.heardAll(rows.length)
      expect(client.heard.map(({ message_id }) => message_id)).toEqual(rows.map(({ message_id }) => message_id))
    }
  })

  it('said nothing on standard error when it started again', () => {
    expect(service.stderr).toBe('')
  })
})
