/** How the database finds what a send needs: by whole keys, whether it knows nothing of its tables or that they are small. */
import { appendMany, appendOne, type Kind } from '../../src/messages/append.sql.js'
import { change } from '../../src/messages/change.sql.js'
import { own, react } from '../../src/messages/reaction.sql.js'
import { after, before } from '../../src/messages/messages.sql.js'
import { Database } from '../../src/infra/database/database.js'
import { rowsOf } from '../support/database.js'
import { startService, type Service } from '../support/service.js'

let service: Service
let database: Database

beforeAll(async () => {
  service = await startService()
  database = service.app.get(Database)
  const tenant = await service.tenant()
  const users = await Promise.all(Array.from({ length: 8 }, () => tenant.user()))
  for (let n = 0; n < 20; n++) {
    const room = await tenant.room(users)
    const sent = await Promise.all(users.map((user) => user.send(room, 'Hi')))
    const reactions = sent.map(({ message_id }, place) =>
      users[place]!.rest.put(`/room/${room}/message/${message_id}/reaction/${encodeURIComponent('👍')}`),
    )
    const edits = sent.map(({ message_id }, place) =>
      users[place]!.rest.patch(`/room/${room}/message/${message_id}`, { text_message: 'Hello' }),
    )
    await Promise.all([...reactions, ...edits])
  }
})

afterAll(() => service.stop())

const kinds: Kind[] = ['text', 'textReply', 'system', 'systemReply']

const reference = (table: string, key: string): string =>
  `SELECT 1 FROM ONLY ${table} x WHERE tenant_id = $1::uuid AND ${key} = $2::uuid FOR KEY SHARE OF x`

/** A statement, and how many values it takes. */
const statements: [name: string, sql: string, values: number][] = [
  ['many messages', appendMany, 12],
  ...kinds.map((kind): [string, string, number] => [`one ${kind}`, appendOne(kind, 'now'), 11]),
  ["the check of a message's room", reference('tb_chat_rooms', 'chat_room_id'), 2],
  ["the check of a message's user", reference('tb_users', 'user_id'), 2],
]

const changes: [name: string, sql: string, values: number][] = [
  ['many changes', change('now'), 9],
  ['a change in its turn', change('in turn'), 9],
  ['many reactions', react('now'), 7],
  ['a reaction in its turn', react('in turn'), 7],
  ["what of a page's reactions is one's own", own, 3],
]

/** The plan that is kept for any values. */
const planOf = (sql: string, values: number): Promise<string[]> =>
  database.ofAll.transaction(async (tx) => {
    await tx.query('SET LOCAL plan_cache_mode = force_generic_plan')
    await tx.query(`PREPARE it AS ${sql}`)
    const nulls = Array.from({ length: values }, () => 'NULL').join()
    const lines = await tx.query<{ 'QUERY PLAN': string }>(`EXPLAIN EXECUTE it (${nulls})`)
    await tx.query('DEALLOCATE it')
    return lines.map((line) => line['QUERY PLAN'])
  })

const whole = ['tb_chat_rooms_pkey', 'tb_users_pkey', 'tb_user_room_pkey', 'tb_user_room_of_user']
/** By index, the columns that a condition must name. */
const wholeKeys = new Map([
  ['tb_users_pkey', ['tenant_id', 'user_id']],
  ['tb_user_room_pkey', ['tenant_id', 'room_id', 'user_id']],
  ['tb_user_room_of_user', ['tenant_id', 'room_id', 'user_id']],
  ['tb_chat_rooms_pkey', ['tenant_id', 'chat_room_id']],
  ['tb_messages_id', ['tenant_id', 'message_id']],
  ['message_edits_pkey', ['tenant_id', 'message_id']],
  ['tb_reaction_pkey', ['tenant_id', 'message_id', 'user_id']],
  ['tb_reaction_of_user', ['tenant_id', 'message_id', 'user_id']],
])

const keys = [...whole, 'tb_messages_id', 'tb_messages_sent_once']

describe.each([
  ['new tables', () => Promise.resolve()],
  ['small tables', () => rowsOf(service.databaseUrl, 'ANALYZE')],
])('of %s', (_, prepare) => {
  beforeAll(async () => void (await prepare()))

  it.each(statements)('%s', async (_, sql, values) => {
    const plan = await planOf(sql, values)
    expect(plan.filter((line) => /(Seq|Bitmap \w+) Scan on tb_|Hash Join|Merge Join/.test(line))).toEqual([])
    const used = plan.flatMap((line) => /Index (?:Only )?Scan.* using (\w+)/.exec(line)?.[1] ?? [])
    expect(used).not.toEqual([])
    for (const index of used) expect(keys).toContain(index)
  })

  it.each([
    ['before', before('pinned')],
    ['after', after('pinned')],
  ])('pinned messages %s another', async (_, sql) => {
    const plan = await planOf(sql, 4)
    expect(plan.filter((line) => /using tb_messages/.test(line))).toEqual([
      expect.stringContaining('tb_messages_pinned'),
    ])
  })

  it.each(changes)('%s', async (_, sql, values) => {
    const plan = await planOf(sql, values)
    expect(plan.filter((line) => /(Seq|Bitmap \w+) Scan on (tb_|message_)/.test(line))).toEqual([])
    const scans = plan.flatMap((line, at) => {
      const index = /Index (?:Only )?Scan.* using (\w+)/.exec(line)?.[1]
      return index ? [{ index, condition: plan[at + 1]! }] : []
    })
    expect(scans).not.toEqual([])
    for (const { index, condition } of scans) {
      for (const column of wholeKeys.get(index) ?? ['no such index'])
        expect({ index, condition }).toMatchObject({ condition: expect.stringMatching(`Index Cond.*\\b${column} = `) })
    }
  })
})
