/**
 * How the database finds what a send needs: by whole keys, whether it knows nothing of its tables, or that they are small,
 * or believes so and a room has grown since.
 */
import { appendMany, appendOne } from '../../src/messages/append.sql.js'
import { change } from '../../src/messages/change.sql.js'
import { own, react } from '../../src/messages/reaction.sql.js'
import { after, before } from '../../src/messages/messages.sql.js'
import { Database } from '../../src/infra/database/database.js'
import { watching } from '../../src/presence/presence.sql.js'
import { rowsOf } from '../support/database.js'
import { startService, type Service } from '../support/service.js'

let service: Service
let database: Database
let tenantId: string
let roomId: string

beforeAll(async () => {
  service = await startService()
  // Nobody else is to look at the tables meanwhile, and to believe that they will stay as they are just then.
  await rowsOf(service.databaseUrl, neverAnalyzed)
  database = service.app.get(Database)
  const tenant = await service.tenant()
  tenantId = tenant.tenantId
  const users = await Promise.all(Array.from({ length: 8 }, () => tenant.user()))
  for (let n = 0; n < 20; n++) {
    const room = await tenant.room(users)
    roomId = room
    const sent = await Promise.all(users.map((user) => user.send(room, 'Hi')))
    const reactions = sent.map(({ message_id }, place) =>
      users[place]!.rest.put(`/room/${room}/message/${message_id}/reaction/${encodeURIComponent('👍')}`),
    )
    const edits = sent.map(({ message_id }, place) =>
      users[place]!.rest.patch(`/room/${room}/message/${message_id}`, { text_message: 'Hello' }),
    )
    await Promise.all([...reactions, ...edits])
  }
  // Of twenty rooms all are read as cheaply as one, and chance decides.
  await rowsOf(service.databaseUrl, manyRooms(tenantId))
})

afterAll(() => service.stop())

const manyRooms = (tenantId: string): string => `
  INSERT INTO tb_chat_rooms (tenant_id, chat_room_id, type, access)
  SELECT '${tenantId}', gen_random_uuid(), 'group', 'open' FROM generate_series(1, 1000)`

const neverAnalyzed = `
  DO $$ DECLARE it regclass; BEGIN
    FOR it IN SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' LOOP
      EXECUTE format('ALTER TABLE %s SET (autovacuum_enabled = false)', it);
    END LOOP;
  END $$`

const reference = (table: string, key: string): string =>
  `SELECT 1 FROM ONLY ${table} x WHERE tenant_id = $1::uuid AND ${key} = $2::uuid FOR KEY SHARE OF x`

/** A statement, and how many values it takes. */
const statements: [name: string, sql: string, values: number][] = [
  ['many messages', appendMany.text, 13],
  ["many of a crowd's", appendMany.crowd, 13],
  ...Object.entries(appendOne.now).map(([kind, sql]): [string, string, number] => [`one ${kind}`, sql, 12]),
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

const explain = (sql: string, values: string[], mode: 'generic' | 'custom'): Promise<string[]> =>
  database.ofAll.transaction(async (tx) => {
    await tx.query(`SET LOCAL plan_cache_mode = force_${mode}_plan`)
    await tx.query(`PREPARE it AS ${sql}`)
    const lines = await tx.query<{ 'QUERY PLAN': string }>(`EXPLAIN EXECUTE it (${values.join()})`)
    await tx.query('DEALLOCATE it')
    return lines.map((line) => line['QUERY PLAN'])
  })

/** The plan that is kept for any values. */
const planOf = (sql: string, values: number): Promise<string[]> =>
  explain(
    sql,
    Array.from({ length: values }, () => 'NULL'),
    'generic',
  )

const fill = (from: number, to: number, clientId: string): string => `
  INSERT INTO tb_messages (tenant_id, room_id, seq, message_id, user_id, type, content, client_message_id, created_at)
  SELECT '${tenantId}', '${roomId}', n, gen_random_uuid(), gen_random_uuid(), 'text', 'Hi', ${clientId}, now()
  FROM generate_series(${from}, ${to}) n;`

/** Three messages are known, of which one has an id of its client's: so all that is asked for seems to be one row. */
const grow = (): Promise<unknown[]> =>
  rowsOf(
    service.databaseUrl,
    `SET session_replication_role = replica;
    TRUNCATE tb_messages CASCADE;
    ${fill(1, 3, "CASE n WHEN 2 THEN 'first' END")}
    ANALYZE;
    ${fill(4, 20_000, 'n::text')}`,
  )

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
  ['message_edits_pkey', ['tenant_id', 'message_id']],
])

const tables = ['tb_users', 'tb_chat_rooms', 'tb_user_room', 'tb_messages', 'tb_reaction', 'message_edits']

const keys = [...whole, 'tb_messages_id', 'tb_messages_sent_once']

describe.each([
  // Of versions that are gone as many are there as chance wants: where all else is equal, their number decides.
  ['new tables', () => rowsOf(service.databaseUrl, 'REINDEX TABLE tb_messages')],
  ['small tables', () => rowsOf(service.databaseUrl, `VACUUM (FULL, ANALYZE) ${tables.join()}`)],
  ['a room that has grown', grow],
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

  it.each([
    ['before', before('all')],
    ['after', after('all')],
  ])('a page of messages %s another, in their order and no further', async (_, sql) => {
    const plan = await explain(sql, [`'${tenantId}'`, `'${roomId}'`, '5000', '50'], 'custom')
    expect(plan.filter((line) => /Sort|Hash|Merge|Seq Scan|Bitmap/.test(line))).toEqual([])
    expect(plan.filter((line) => /using tb_messages/.test(line))).toEqual([expect.stringContaining('tb_messages_pkey')])
  })

  it('whom a change of presence is told to', async () => {
    const plan = await planOf(watching, 3)
    expect(plan.filter((line) => /Seq Scan on tb_|(Hash|Merge) .*Join/.test(line))).toEqual([])
    const scans = plan.flatMap((line, at) => (/Index (?:Only )?Scan/.test(line) ? [plan[at + 1]!] : []))
    expect(scans).not.toEqual([])
    for (const condition of scans) expect(condition).toMatch(/Index Cond.*tenant_id = .* AND .* = /)
  })

  it.each(changes)('%s', async (_, sql, values) => {
    const plan = await planOf(sql, values)
    expect(plan.filter((line) => /(Seq|Bitmap \w+) Scan on (tb_|message_)/.test(line))).toEqual([])
    const scans = plan.flatMap((line, at) => {
      const index = /Index (?:Only )?Scan.* using (\w+)/.exec(line)?.[1]
      return index ? [{ index, condition: plan[at + 1]! }] : []
    })
    expect(scans).not.toEqual([])
    const partial = scans.filter(({ index, condition }) =>
      (wholeKeys.get(index) ?? ['no such index']).some(
        (column) => !new RegExp(`Index Cond.*\\b${column} = `).test(condition),
      ),
    )
    expect(partial.length ? { partial, plan } : []).toEqual([])
  })
})
