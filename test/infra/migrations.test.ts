/** Migrations run forwards on a database that is full and in use, and stop nobody who sends. */
import { randomBytes } from 'node:crypto'
import { Client } from 'pg'
import { DataSource } from 'typeorm'
import { v7 as uuid } from 'uuid'
import { loadConfig, type Config } from '../../src/infra/config.js'
import { migrate } from '../../src/infra/database/migrate.js'
import { indexOnline, maxLockWaitMs } from '../../src/infra/database/online.js'
import { migrationOptions, migrations } from '../../src/infra/database/options.js'
import { inForm } from '../faults/form.js'
import { emptyDatabase, rowsOf } from '../support/database.js'
import { until } from '../support/until.js'

/** Those that had landed when this test was written: where it starts from. */
const landed = 4
/** Until then, nodes that name no tenants can send. */
const securing = 1 + migrations.findIndex(({ name }) => name.startsWith('RowSecurity'))
const [few, many] = [100, inForm(200_000, 1_000_000)]

let database: Awaited<ReturnType<typeof emptyDatabase>>
let config: Config
const [tenantId, userId, roomId] = [uuid(), uuid(), uuid()]

const ask = <Row>(sql: string, values?: unknown[]): Promise<Row[]> => rowsOf<Row>(database.url, sql, values)

/** As the messages would be there if they had been sent: what they refer to is not looked up for each. */
const fill = (messages: number): string => `
  SET session_replication_role = replica;
  INSERT INTO tenants (tenant_id, name) VALUES ('${tenantId}', 'Full');
  INSERT INTO tb_roles (tenant_id, role_id, role_enum) VALUES ('${tenantId}', 3, 'user');
  INSERT INTO tb_users (tenant_id, user_id, role_id) VALUES ('${tenantId}', '${userId}', 3);
  INSERT INTO tb_chat_rooms (tenant_id, chat_room_id, type, access, last_seq)
    VALUES ('${tenantId}', '${roomId}', 'group', 'open', ${messages});
  INSERT INTO tb_user_room (tenant_id, user_room_id, room_id, user_id)
    VALUES ('${tenantId}', '${uuid()}', '${roomId}', '${userId}');
  INSERT INTO tb_messages (tenant_id, room_id, seq, message_id, user_id, type, content, created_at)
    SELECT '${tenantId}', '${roomId}', n, gen_random_uuid(), '${userId}', 'text', 'Message ' || n, now()
    FROM generate_series(1, ${messages}) n;
  ANALYZE`

beforeEach(async () => {
  database = await emptyDatabase()
  config = loadConfig({ DATABASE_URL: database.url }, false)
  await onSource(migrations.slice(0, landed), (source) => source.runMigrations({ transaction: 'each' }))
})
afterEach(() => database.drop())

async function onSource<T>(those: typeof migrations, work: (source: DataSource) => Promise<T>): Promise<T> {
  const source = await new DataSource({ ...migrationOptions(config), migrations: those }).initialize()
  try {
    return await work(source)
  } finally {
    await source.destroy()
  }
}

/** As a node sends that knows nothing of what is migrated: the one of the schema before. */
const oldAppend = `
  WITH numbered AS (
    UPDATE tb_chat_rooms r SET last_seq = r.last_seq + 1,
      last_message_at = greatest(clock_timestamp(), r.last_message_at)
    FROM (
      SELECT u.display_name, u.img_url
      FROM tb_user_room m JOIN tb_users u ON u.tenant_id = m.tenant_id AND u.user_id = m.user_id
      WHERE m.tenant_id = $1 AND m.room_id = $2 AND m.user_id = $3 AND u.flag_delete = 'active' FOR SHARE OF m, u) s
    WHERE r.tenant_id = $1 AND r.chat_room_id = $2 AND NOT r.archived
    RETURNING r.last_seq, r.last_message_at
  )
  INSERT INTO tb_messages (tenant_id, room_id, seq, message_id, user_id, type, content, file_url, client_message_id,
    reply_to, mentions, metadata, created_at)
  SELECT $1, $2, last_seq, $4::uuid, $3::uuid, 'text', $5::text, $6::text, $7::text, $8::uuid, $9::uuid[], $10::jsonb,
    last_message_at
  FROM numbered`

/** Of each node: a connection, on which nobody waits for a table for longer than a migration may let them. */
async function sender(role = 'none'): Promise<{ send: () => Promise<unknown>; close: () => Promise<void> }> {
  const client = new Client({ connectionString: database.url })
  await client.connect()
  await client.query(`SET lock_timeout = ${2 * maxLockWaitMs}; SET ROLE ${role}`)
  const values = () => [tenantId, roomId, userId, uuid(), 'Hi', null, uuid(), null, [], null]
  const send = async () => {
    const { rowCount } = await client.query({ name: 'send', text: oldAppend, values: values() })
    expect(rowCount).toBe(1)
  }
  return { send, close: () => client.end() }
}

const state = async (): Promise<object> => {
  const [files] = await ask<object>(
    `SELECT pg_relation_filenode('tb_messages') AS messages, pg_relation_filenode('tb_users') AS users,
      pg_relation_filenode('tb_chat_rooms') AS rooms, pg_relation_filenode('tb_user_room') AS members`,
  )
  return files!
}

const done = async (): Promise<number> => (await ask<{ id: number }>('SELECT id FROM parley_migrations')).length

it('while a client keeps sending, whom no table is kept from, and none is written anew', async () => {
  await ask(fill(many))
  const before = await state()
  const { send, close } = await sender()
  let isOver = false
  let sent = 0
  const sending = (async () => {
    for (; !isOver; sent++) await send()
  })()
  await until(() => sent > 0, 'the first send')
  await migrate(config).finally(() => (isOver = true))
  await sending
  await close()
  expect(await done()).toBe(migrations.length)
  expect(await state()).toEqual(before)
  const [room] = await ask('SELECT last_seq FROM tb_chat_rooms')
  expect(room).toEqual({ last_seq: many + sent })
})

const waiting = `
  SELECT FROM pg_locks l JOIN pg_stat_activity a USING (pid)
  WHERE NOT l.granted AND l.relation = $1::regclass AND a.application_name = 'parley'`

it.each(['tb_messages', 'tb_users', 'tb_user_room'])(
  'while a long transaction keeps %s from them: others go on, and they come to their end after it',
  async (table) => {
    await ask(fill(few))
    const long = new Client({ connectionString: database.url })
    await long.connect()
    await long.query(`BEGIN; LOCK ${table} IN ROW EXCLUSIVE MODE`)
    const migrating = migrate(config)
    const { send, close } = await sender()
    for (let attempt = 0; attempt < 3; attempt++) {
      await until(async () => (await ask(waiting, [table])).length, 'the migration to wait for the table', 20_000)
      await send()
    }
    await long.query('COMMIT')
    await migrating
    await Promise.all([long.end(), close()])
    expect(await done()).toBe(migrations.length)
  },
)

it('until rows are held back, a node whose user is no superuser and that names no tenants can send', async () => {
  await ask(fill(few))
  const role = `test_role_${randomBytes(6).toString('hex')}`
  await ask(`CREATE ROLE ${role}; GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO ${role}`)
  const { send, close } = await sender(role)
  for (let upTo = landed + 1; upTo < securing; upTo++) {
    await onSource(migrations.slice(0, upTo), (source) => source.runMigrations({ transaction: 'each' }))
    await send()
  }
  await migrate(config)
  await expect(send()).rejects.toThrow()
  await close()
  await ask(`DROP OWNED BY ${role}; DROP ROLE ${role}`)
})

describe('what a node of the release before writes beside them', () => {
  const stored = `SELECT words, reactions FROM tb_messages WHERE seq = 1`
  const [words, reactions] = [`'message':1`, [{ emoji: '👍', count: 1 }]]
  const edit = `UPDATE tb_messages SET content = 'MESSAGE', rev = 1 WHERE seq = 1`

  beforeEach(async () => {
    await ask(fill(few))
    await migrate(config)
    const sql = `UPDATE tb_messages SET words = to_tsvector('parley', 'Message'), reactions = $1 WHERE seq = 1`
    await ask(sql, [JSON.stringify(reactions)])
    expect(await ask(stored)).toEqual([{ words, reactions }])
  })

  it('an edit takes the words, for another text has others', async () => {
    await ask(edit)
    expect(await ask(stored)).toEqual([{ words: null, reactions }])
  })

  it('another change takes nothing', async () => {
    await ask('UPDATE tb_messages SET content = content, file_url = $1, rev = 1 WHERE seq = 1', ['https://a.example/b'])
    expect(await ask(stored)).toEqual([{ words, reactions }])
  })

  it('a deletion takes words and reactions', async () => {
    await ask('UPDATE tb_messages SET content = NULL, deleted_at = now(), rev = 1 WHERE seq = 1')
    expect(await ask(stored)).toEqual([{ words: null, reactions: [] }])
  })

  it('and an edit of today’s, which names its tenant, keeps words that are the same', async () => {
    await ask(`BEGIN; SET LOCAL parley.tenants = '{${tenantId}}'; ${edit}; COMMIT`)
    expect(await ask(stored)).toEqual([{ words, reactions }])
  })
})

describe('once more', () => {
  it('after they were broken off before they were noted', async () => {
    await migrate(config)
    const noted = migrations.slice(landed).map(({ name }) => name)
    await ask('DELETE FROM parley_migrations WHERE name = ANY ($1)', [noted])
    await migrate(config)
    expect(await done()).toBe(migrations.length)
  })

  it('after they were undone', async () => {
    await migrate(config)
    await onSource(migrations, async (source) => {
      for (let n = landed; n < migrations.length; n++) await source.undoLastMigration({ transaction: 'each' })
    })
    expect(await done()).toBe(landed)
    await migrate(config)
    expect(await done()).toBe(migrations.length)
  })

  it('an index that was broken off is made anew', async () => {
    const isValid = async () =>
      (await ask<{ valid: boolean }>(`SELECT indisvalid AS valid FROM pg_index WHERE indexrelid = 'once'::regclass`))[0]
    await ask('CREATE TABLE things (n int); INSERT INTO things VALUES (1), (1)')
    await onSource(migrations, async (source) => {
      const runner = source.createQueryRunner()
      const making = () => indexOnline(runner, 'once', 'ON things (n)', 'UNIQUE')
      await expect(making()).rejects.toMatchObject({ code: '23505' })
      expect(await isValid()).toEqual({ valid: false })
      await ask('DELETE FROM things WHERE ctid = (SELECT min(ctid) FROM things)')
      await making()
      expect(await isValid()).toEqual({ valid: true })
      await making()
      await runner.release()
    })
  })
})
