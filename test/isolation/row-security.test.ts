/** The second lock: the database holds back what no tenant was named for. All is read from its catalogue. */
import { Client } from 'pg'
import { DataSource } from 'typeorm'
import { Database } from '../../src/infra/database/database.js'
import { rowsOf } from '../support/database.js'
import { startService, type Service } from '../support/service.js'
import { tenantTables } from './rows.js'
import { makeWorld, type World } from './world.js'

let service: Service
let database: Database
let theirs: World
let mine: World
let tables: string[]

beforeAll(async () => {
  service = await startService()
  database = service.app.get(Database)
  theirs = await makeWorld(service, 'Azure')
  mine = await makeWorld(service, 'Beige')
  await mine.user.rest.post('/room', { name: 'Twice' }, { headers: { 'idempotency-key': 'mine' } })
  tables = await tenantTables(service.databaseUrl)
})
afterAll(() => service.stop())

const tenantOf = ({ tenant }: World): string => tenant.tenantId

describe('every table of tenants', () => {
  it('has row-level security, its owner too, by one policy for all that one may do', async () => {
    const sql = `
      SELECT c.relname AS name, c.relrowsecurity AND c.relforcerowsecurity AS forced, count(p.oid)::int AS policies,
        bool_and(p.polcmd = '*' AND p.polpermissive AND p.polroles = '{0}') AS for_all
      FROM pg_class c LEFT JOIN pg_policy p ON p.polrelid = c.oid AND p.polname <> 'of_owner' WHERE c.oid = ANY ($1::regclass[]) GROUP BY c.oid`
    const found = await rowsOf<{ name: string }>(service.databaseUrl, sql, [tables])
    expect(found.map(({ name }) => name).toSorted()).toEqual(tables)
    for (const table of found) expect(table).toMatchObject({ forced: true, policies: 1, for_all: true })
  })

  it('is read past its policy by its owner alone, for the search, and by them only where that looks', async () => {
    const sql = `
      SELECT c.relname AS name, p.polcmd AS command, p.polroles = ARRAY[c.relowner] AS owners FROM pg_policy p
      JOIN pg_class c ON c.oid = p.polrelid WHERE p.polname = 'of_owner' ORDER BY 1`
    expect(await rowsOf(service.databaseUrl, sql)).toEqual(
      ['tb_chat_rooms', 'tb_messages'].map((name) => ({ name, command: 'r', owners: true })),
    )
    const mayAnybody = `SELECT has_function_privilege('public', oid, 'EXECUTE') AS may FROM pg_proc WHERE proname = 'search_messages'`
    expect(await rowsOf(service.databaseUrl, mayAnybody)).toEqual([{ may: false }])
    const find = `
      SELECT message_id FROM search_messages($1, NULL, 'again', NULL, NULL, NULL,
        '00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff', 100)`
    expect(await database.of(tenantOf(mine)).query(find, [tenantOf(mine)])).not.toEqual([])
    expect(await database.of(tenantOf(mine)).query(find, [tenantOf(theirs)])).toEqual([])
    expect(await database.of().query(find, [tenantOf(theirs)])).toEqual([])
  })

  it('is empty to who names no tenant', async () => {
    for (const table of tables) {
      const count = `SELECT count(*) AS rows FROM ${table}`
      expect([table, await database.of().query(count)]).toEqual([table, [{ rows: 0 }]])
    }
  })

  it('holds the tenant’s rows alone to who names one, and takes no other', async () => {
    let refused = 0
    for (const table of tables) {
      const [sample] = await rowsOf(service.databaseUrl, `SELECT * FROM ${table} WHERE tenant_id = $1`, [
        tenantOf(theirs),
      ])
      const as = database.of(tenantOf(mine))
      const seen = await as.query(`SELECT DISTINCT tenant_id FROM ${table}`)
      expect([{ tenant_id: tenantOf(mine) }]).toEqual(expect.arrayContaining(seen))
      if (!sample) continue
      const own = [tenantOf(theirs)]
      expect(await as.query(`UPDATE ${table} SET tenant_id = $1 WHERE tenant_id = $1 RETURNING 1`, own)).toEqual([])
      expect(await as.query(`DELETE FROM ${table} WHERE tenant_id = $1 RETURNING 1`, own)).toEqual([])
      const adding = `INSERT INTO ${table} SELECT * FROM jsonb_populate_record(NULL::${table}, $1)`
      await expect(as.query(adding, [JSON.stringify(sample)])).rejects.toMatchObject({ code: '42501' })
      refused++
    }
    expect(refused).toBeGreaterThan(7)
  })

  it('gives no row away to another tenant', async () => {
    const giving = 'UPDATE tb_messages SET tenant_id = $2 WHERE tenant_id = $1'
    const given = database.of(tenantOf(mine)).query(giving, [tenantOf(mine), tenantOf(theirs)])
    await expect(given).rejects.toMatchObject({ code: '42501' })
  })

  it('holds the rows of all tenants that are named, and of each for what concerns no one tenant', async () => {
    const tenants = [tenantOf(theirs), tenantOf(mine)]
    const sql = 'SELECT DISTINCT tenant_id FROM tb_messages ORDER BY 1'
    const expected = tenants.map((tenant_id) => ({ tenant_id }))
    expect(await database.of(...tenants, ...tenants).query(sql)).toEqual(expected)
    expect(await database.ofAll.query(sql)).toEqual(expected)
  })
})

describe('a scope', () => {
  const asked = `SELECT current_setting('parley.tenants', true) AS tenants, pg_backend_pid() AS pid`

  it('is the same for a statement, a prepared one, and all of a transaction', async () => {
    const scoped = database.of(tenantOf(mine))
    const answers = [
      await scoped.query(asked),
      await scoped.prepared('asked', asked, []),
      await scoped.swiftly('asked', asked, []),
      await scoped.transaction((tx) => tx.query(asked)),
      await scoped.transaction((_, manager) => manager.query(asked)),
    ]
    for (const answer of answers) expect(answer).toEqual([{ tenants: `{${tenantOf(mine)}}`, pid: expect.any(Number) }])
  })

  it('ends with its transaction, and leaves nothing to who takes the connection then', async () => {
    const sql = `SELECT current_setting('parley.tenants', true) AS tenants, (SELECT count(*) FROM tb_users) AS users`
    for (let n = 0; n < 20; n++) await database.of(tenantOf(mine)).query(asked)
    await database.ofAll.transaction((tx) => tx.query(asked))
    const left = await Promise.all(Array.from({ length: 20 }, () => service.app.get(DataSource).query(sql)))
    expect(new Set(left.map(([{ tenants, users }]) => `${tenants ?? ''}: ${users}`))).toEqual(new Set([': 0']))
  })

  it('that cannot be entered fails, and what was to be asked in it is not asked', async () => {
    const user = mine.user.userId
    const changing = database.of('\0').query('UPDATE tb_users SET display_name = $1', ['Nobody'])
    await expect(changing).rejects.toMatchObject({ code: '22021' })
    const [row] = await rowsOf<{ name: string }>(
      service.databaseUrl,
      'SELECT display_name AS name FROM tb_users WHERE user_id = $1',
      [user],
    )
    expect(row!.name).toContain(mine.word)
  })

  it('is one transaction with its statement: an error of that one is told as such', async () => {
    const failing = database.of(tenantOf(mine)).prepared('failing', 'SELECT 1 / $1::int AS never', [0])
    await expect(failing).rejects.toMatchObject({ code: '22012' })
    await expect(database.of(tenantOf(mine)).query('SELECT never')).rejects.toMatchObject({ code: '42703' })
    expect(await database.of(tenantOf(mine)).prepared('failing', 'SELECT 1 / $1::int AS never', [1])).toEqual([
      { never: 1 },
    ])
  })
})

describe('the role of the service', () => {
  it('owns nothing and bypasses nothing', async () => {
    const [role] = await database.of().query(`
      SELECT current_user AS name, rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolcanlogin AS may_more,
        (SELECT count(*) FROM pg_class WHERE pg_has_role(r.oid, relowner, 'USAGE')) AS owned
      FROM pg_roles r WHERE rolname = current_user`)
    expect(role).toEqual({ name: 'parley_service', may_more: false, owned: 0 })
  })

  it('reads and writes the tables of tenants, and does nothing else in the schema', async () => {
    const sql = `
      SELECT table_name AS name, string_agg(privilege_type, ' ' ORDER BY privilege_type) AS rights
      FROM information_schema.role_table_grants WHERE grantee = 'parley_service' AND table_schema = current_schema()
      GROUP BY 1 ORDER BY 1`
    const rights = 'DELETE INSERT SELECT UPDATE'
    expect(await rowsOf(service.databaseUrl, sql)).toEqual(tables.map((name) => ({ name, rights })))
    const making = database.of().query('CREATE TABLE mine ()')
    await expect(making).rejects.toMatchObject({ code: '42501' })
  })

  it('finds nothing on a connection on which nobody was ever named', async () => {
    const client = new Client({ connectionString: service.databaseUrl, options: '-c role=parley_service' })
    await client.connect()
    for (const table of tables) expect((await client.query(`SELECT FROM ${table}`)).rowCount).toBe(0)
    await client.end()
  })
})
