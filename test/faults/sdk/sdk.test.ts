/**
 * Two people with the client library, and somebody who reads by REST, while connections are cut, hang and crawl, the service is
 * killed, and tokens end: nothing wrong is ever shown, and in the end all three have the same.
 */
import { setTimeout } from 'node:timers/promises'
import { v7 as uuid } from 'uuid'
import type { Message } from '@parley/client'
import { ParleyServer } from '@parley/client/server'
import { Node } from '../../cluster/node.js'
import { freshDatabase } from '../../support/database.js'
import { freePort } from '../../support/ports.js'
import { ownToken, withSecret } from '../../support/own-tokens.js'
import { endAll } from '../../support/process.js'
import { TcpProxy } from '../../support/proxy.js'
import { adminKey, Rest } from '../../support/rest.js'
import { secondsFromNow } from '../../support/tokens.js'
import { until } from '../../support/until.js'
import { seed } from '../cluster/dice.js'
import { inForm } from '../form.js'
import { Chatter } from './chatter.js'
import { trouble } from './trouble.js'

const lastsMs = inForm(8000, 600_000)
const longestMs = inForm(800, 15_000)
/** Tokens end while it goes on. */
const ttlS = inForm(5, 40)

let database: Awaited<ReturnType<typeof freshDatabase>>
let node: Node
let ways: TcpProxy[]

beforeAll(async () => {
  database = await freshDatabase()
  const port = await freePort()
  node = await new Node(database.url, { PORT: `${port}` }).start()
  ways = await Promise.all([1, 2].map(() => TcpProxy.start({ host: '127.0.0.1', port })))
})

afterAll(async () => {
  await endAll()
  await Promise.all(ways.map((way) => way.stop()))
  await database.drop()
})

/** What both show of a message. */
const picture = ({ message_id, seq, rev, text_message, client_message_id, deleted_at, reactions }: Message) => ({
  message_id,
  seq,
  rev,
  text_message,
  client_message_id,
  isDeleted: deleted_at !== null,
  reactions: reactions.map(({ emoji, count, mine }) => `${emoji} ${count} ${mine}`).sort(),
})

it(`for ${lastsMs / 1000} s`, async () => {
  process.stdout.write(`SEED=${seed}\n`)
  const operator = new Rest(node.url, { authorization: `Bearer ${adminKey}` })
  const { tenant_id: tid, api_token: apiToken } = (await operator.post('/admin/tenant', { name: 'Acme' })).body
  const login = withSecret('a secret that only the login service has')
  await operator.post(`/admin/tenant/${tid}/token-key`, { secret: 'a secret that only the login service has' })
  const parley = new ParleyServer({ url: node.url, apiToken })
  const names = ['Ann', 'Bob']
  const users = await Promise.all(names.map((name) => parley.users.upsert({ external_id: name })))
  const [ann, bob] = users.map(({ user_id }) => user_id) as [string, string]
  const { room_id: roomId } = await parley.rooms.create({ created_by: ann, member_ids: [bob] })

  const backend = { isDown: false }
  const chatters = names.map((name, n) => {
    const token = async (): Promise<string> => {
      if (backend.isDown) throw new Error('the backend is down')
      return ownToken(login, { tid, uid: name, iat: secondsFromNow(0), exp: secondsFromNow(ttlS), jti: uuid() })
    }
    return new Chatter({ name, url: `http://127.0.0.1:${ways[n]!.port}`, token, roomId })
  })
  for (const chatter of chatters) chatter.talk()

  let isOver = false
  let readSeq = 0
  const gaps: string[] = []
  const read = async (): Promise<void> => {
    while (!isOver) {
      const page = await parley.messages.list(roomId, { after_seq: readSeq, limit: 100 }).catch(() => null)
      for (const { seq } of page?.items ?? []) {
        if (seq !== readSeq + 1) gaps.push(`${seq} was read after ${readSeq}`)
        readSeq = seq
      }
      await setTimeout(50)
    }
  }
  const reading = read()
  const made = await trouble({ node, ways, backend }, lastsMs, longestMs)
  await Promise.all(chatters.map((chatter) => chatter.stop()))
  isOver = true
  await reading

  const asRead = async (userId: string): Promise<Message[]> => {
    const all: Message[] = []
    const rest = new Rest(node.url, { clientKey: `${apiToken}.${userId}` })
    for (let more = true; more;) {
      const { body } = await rest.get(`/room/${roomId}/message?limit=100&after_seq=${all.at(-1)?.seq ?? 0}`)
      all.push(...body.items)
      more = body.has_more
    }
    return all
  }
  for (const chatter of chatters) {
    const stored = (await asRead(chatter.client.userId)).map(picture)
    await chatter.readAll()
    const shown = () => chatter.room.store.get().messages.map(picture)
    const isSame = () => JSON.stringify(shown()) === JSON.stringify(stored)
    await until(isSame, `${chatter.place.name} to show what is stored`).catch(() => undefined)
    expect(shown()).toEqual(stored)
  }
  const ids = (await asRead(ann)).map((one) => one.client_message_id)
  expect(ids).toHaveLength(chatters.reduce((sum, { sent }) => sum + sent.length, 0))
  for (const chatter of chatters) {
    const own = new Set(chatter.sent)
    expect(ids.filter((id) => own.has(id!))).toEqual(chatter.sent)
  }
  expect({ gaps, wrong: chatters.map(({ wrong }) => wrong.slice(0, 20)) }).toEqual({ gaps: [], wrong: [[], []] })
  expect(readSeq).toBeGreaterThan(0)
  const counts = chatters.map((chatter) => ({ sent: chatter.sent.length, ...chatter.counts }))
  process.stdout.write(`SEED=${seed} ${JSON.stringify({ made, counts })}\n`)
  for (const { client } of chatters) client.close()
})
