/** The database itself keeps tenants apart. All is read from its catalogue: a new table joins by itself. */
import { startService, type Service } from '../support/service.js'
import { rowsOf } from '../support/database.js'
import { rowsOfTenant, tenantTables } from './rows.js'
import { makeWorld, type World } from './world.js'

/** Tables without a tenant, and why. */
const ofNobody: ReadonlyMap<string, string> = new Map([['parley_migrations', 'which migrations have run']])

/** Unique over all tenants, and why no tenant can learn of another by it. */
const uniqueForAll: ReadonlyMap<string, string> = new Map([
  ['api_tokens (hash)', 'of 256 random bits, made here: nobody can choose one that is there'],
  ['token_issuers (issuer)', 'the operator alone registers issuers: tenants are found by them'],
  ['idempotency_keys (scope, key_hash)', 'the scope begins with the tenant, and both are hashed into the key'],
])

/** Tenants that may be none: only what the operator does belongs to no tenant. */
const tenantMayBeNull = ['idempotency_keys']

interface Key {
  name: string
  columns: string[]
  target: string
  targets: string[]
}

const columnsOf = (relation: string, numbers: string): string => `(
  SELECT array_agg(a.attname::text ORDER BY k.place) FROM unnest(${numbers}) WITH ORDINALITY AS k (number, place)
  JOIN pg_attribute a ON a.attrelid = ${relation} AND a.attnum = k.number)`

const foreignKeys = `
  SELECT conrelid::regclass || '.' || conname AS name, confrelid::regclass::text AS target,
    ${columnsOf('conrelid', 'conkey')} AS columns, ${columnsOf('confrelid', 'confkey')} AS targets
  FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::regnamespace`

const uniqueIndexes = `
  SELECT indrelid::regclass || ' (' || array_to_string(${columnsOf('indrelid', 'indkey::smallint[]')}, ', ') || ')' AS name
  FROM pg_index JOIN pg_class c ON c.oid = indrelid
  WHERE indisunique AND c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'`

describe('the database', () => {
  let service: Service
  let theirs: World
  let mine: World
  const ask = <Row>(sql: string, values?: unknown[]): Promise<Row[]> => rowsOf<Row>(service.databaseUrl, sql, values)

  beforeAll(async () => {
    service = await startService()
    theirs = await makeWorld(service, 'Azure')
    mine = await makeWorld(service, 'Beige')
  })
  afterAll(() => service.stop())

  it('has a tenant_id in every table but those that say why not, and never null', async () => {
    const sql = `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = current_schema()`
    const tables = (await ask<{ name: string }>(sql)).map((row) => row.name)
    const withTenant = await tenantTables(service.databaseUrl)
    expect(tables.filter((table) => !withTenant.includes(table))).toEqual([...ofNobody.keys()])
    const nullable = await ask<{ name: string }>(
      `SELECT table_name AS name FROM information_schema.columns
       WHERE table_schema = current_schema() AND column_name = 'tenant_id' AND is_nullable = 'YES'`,
    )
    expect(nullable.map((row) => row.name)).toEqual(tenantMayBeNull)
  })

  it('has the tenant in every foreign key, on both sides and in the same place', async () => {
    const keys = await ask<Key>(foreignKeys)
    expect(keys.length).toBeGreaterThan(8)
    const across = keys.filter(({ columns, target, targets }) => {
      const place = columns.indexOf('tenant_id')
      const inBoth = place !== -1 && targets[place] === 'tenant_id'
      return !inBoth || (target === 'tenants' ? columns.length !== 1 : columns.length < 2)
    })
    expect(across).toEqual([])
  })

  it('has every table of a tenant tied to its tenant, if by others', async () => {
    const keys = await ask<Key & { name: string }>(foreignKeys)
    const tied = new Set(['tenants'])
    for (const _ of keys) for (const { name, target } of keys) if (tied.has(target)) tied.add(name.split('.')[0]!)
    expect((await tenantTables(service.databaseUrl)).filter((table) => !tied.has(table))).toEqual([])
  })

  it('has the tenant in every unique key, so that nothing is taken because another has it', async () => {
    const names = (await ask<{ name: string }>(uniqueIndexes)).map((row) => row.name)
    const forAll = names.filter((name) => !/\((.*, )?tenant_id\b/.test(name))
    const expected = [...uniqueForAll.keys(), ...[...ofNobody.keys()].map((table) => `${table} (id)`)]
    expect(forAll.toSorted()).toEqual(expected.toSorted())
  })

  it('refuses a row that points to another tenant’s row', async () => {
    const { tenantId } = mine.tenant
    const member = `INSERT INTO tb_user_room (tenant_id, user_room_id, room_id, user_id) VALUES ($1, $2, $3, $2)`
    const refused = { code: '23503' }
    await expect(ask(member, [tenantId, mine.user.userId, theirs.rooms.open])).rejects.toMatchObject(refused)
    await expect(ask(member, [tenantId, theirs.user.userId, mine.rooms.open])).rejects.toMatchObject(refused)
  })

  it('holds nothing of a tenant that was deleted, in any table, and all of the other', async () => {
    const others = await rowsOfTenant(service.databaseUrl, theirs.tenant.tenantId)
    expect(await service.operator.delete(`/admin/tenant/${mine.tenant.tenantId}`)).toMatchObject({ status: 204 })
    const left = Object.entries(await rowsOfTenant(service.databaseUrl, mine.tenant.tenantId))
    expect(left.filter(([, rows]) => rows.length)).toEqual([])
    expect(await rowsOfTenant(service.databaseUrl, theirs.tenant.tenantId)).toEqual(others)
  })
})
