/** The role that the service takes: it owns no table and bypasses nothing, so row-level security holds for it. */
import pg from 'pg'
import type { DataSource } from 'typeorm'
import type { PostgresDataSourceOptions } from 'typeorm/driver/postgres/PostgresDataSourceOptions.js'
import { ConfigError, type Config } from '../config.js'
import { isRaced, isRefused, isUnknownTable } from './pg-error.js'

/** Nodes on other databases of the same server may make the role at the same time. */
const attempts = 10

interface Missing {
  what: string
  sql: string
}

/** Makes the role, lets the service's user take it, and gives it the tables: only what is missing. */
export async function grantRole(source: DataSource, config: Config): Promise<void> {
  const user = config.MIGRATION_DATABASE_URL ? await userOf(config.DATABASE_URL) : null
  for (let attempt = 1; ; attempt++) {
    const missing = await missingFor(source, config.DATABASE_ROLE, user)
    if (!missing.length) return
    try {
      for (const { sql } of missing) await source.query(sql)
    } catch (error) {
      if (isRefused(error)) throw new ConfigError(refusal(missing))
      if (!isRaced(error) || attempt === attempts) throw error
    }
    if (attempt === attempts) throw new ConfigError(refusal(missing))
  }
}

const refusal = (missing: Missing[]): string =>
  `the database lacks ${missing.map(({ what }) => what).join(' and ')}, and the user that migrates may not change ` +
  `that. Whoever may is to run once: ${missing.map(({ sql }) => `${sql};`).join(' ')}`

async function userOf(connectionString: string): Promise<string> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 5000 })
  client.on('error', () => undefined)
  try {
    await client.connect()
    return (await client.query<{ name: string }>('SELECT session_user AS name')).rows[0]!.name
  } catch (error) {
    throw new ConfigError(`DATABASE_URL cannot be used: ${(error as Error).message}`)
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** The role first: all else is the owner's to give. */
async function missingFor(source: DataSource, role: string, user: string | null): Promise<Missing[]> {
  const [found] = await source.query(state, [role, user])
  if (found.unbound) throw new ConfigError(`DATABASE_ROLE ${role} bypasses row-level security: name another role`)
  if (found.owns) throw new ConfigError(`DATABASE_ROLE ${role} owns the tables, or is as who does: name another role`)
  const [service, taker] = [pg.escapeIdentifier(role), pg.escapeIdentifier(found.user)]
  const taking = found.version < 160_000 ? '' : ' WITH INHERIT FALSE, SET TRUE'
  const ofRole = [
    !found.exists && { what: `the role ${role}`, sql: `CREATE ROLE ${service} NOLOGIN` },
    !found.may && { what: `the right of ${found.user} to take it`, sql: `GRANT ${service} TO ${taker}${taking}` },
  ].filter((need) => need !== false)
  if (ofRole.length) return ofRole
  return [
    !found.enters && { what: `its right to the schema`, sql: `GRANT USAGE ON SCHEMA ${found.schema} TO ${service}` },
    found.tables && {
      what: 'its rights to the tables',
      sql: `GRANT SELECT, INSERT, UPDATE, DELETE ON ${found.tables} TO ${service}`,
    },
    found.functions && {
      what: 'its right to the search',
      sql: `GRANT EXECUTE ON FUNCTION ${found.functions} TO ${service}`,
    },
  ].filter((need) => !!need)
}

const held = (rights: string[]): string =>
  rights.map((right) => `coalesce(has_table_privilege(s.oid, c.oid, '${right}'), false)`).join(' AND ')

const state = `
  WITH v AS (SELECT current_setting('server_version_num')::int AS version, coalesce($2::name, session_user) AS username)
  SELECT v.version, v.username AS user, s.oid IS NOT NULL AS exists, s.rolsuper OR s.rolbypassrls AS unbound,
    pg_has_role(v.username, s.oid, CASE WHEN version < 160000 THEN 'MEMBER' ELSE 'SET' END) AS may,
    EXISTS (SELECT FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'
      AND pg_has_role(s.oid, c.relowner, 'MEMBER')) AS owns,
    has_schema_privilege(s.oid, current_schema()::text, 'USAGE') AS enters, quote_ident(current_schema()) AS schema,
    (SELECT string_agg(c.oid::regclass::text, ', ' ORDER BY c.relname)
     FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
     WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'
       AND NOT (${held(['SELECT', 'INSERT', 'UPDATE', 'DELETE'])})) AS tables,
    (SELECT string_agg(p.oid::regprocedure::text, ', ')
     FROM pg_proc p WHERE p.pronamespace = current_schema()::regnamespace AND p.proname = 'search_messages'
       AND NOT coalesce(has_function_privilege(s.oid, p.oid, 'EXECUTE'), false)) AS functions
  FROM v LEFT JOIN pg_roles s ON s.rolname = $1`

/** Throws if the service, as it will connect, cannot take the role, or finds other tables than those migrated. */
export async function requireRole({ url, extra }: PostgresDataSourceOptions, role: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, ...extra })
  client.on('error', () => undefined)
  try {
    await client.connect()
    await client.query('SELECT FROM tenants LIMIT 0')
  } catch (error) {
    const hint = isUnknownTable(error)
      ? '; the search_path of DATABASE_URL must lead to the tables without "$user"'
      : ''
    throw new ConfigError(`DATABASE_URL cannot be used as ${role}: ${(error as Error).message}${hint}`)
  } finally {
    await client.end().catch(() => undefined)
  }
}
