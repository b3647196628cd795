/**
 * The second lock of tenancy. A transaction says for which tenants it asks (`parley.tenants`: an array of ids, or `*` for
 * what concerns no one tenant), and finds and writes nothing else; who says nothing, nothing at all. Foreign keys are
 * checked past it, by PostgreSQL itself.
 */
import type { QueryRunner } from 'typeorm'

const said = `current_setting('parley.tenants', true)`

/**
 * The array is read once a query. With OR the planner cannot take this for a condition of an index, in place of the
 * statement's own, which it would judge the better of the two.
 */
const isOurs = `tenant_id = ANY ((SELECT nullif(nullif(${said}, ''), '*')::uuid[])::uuid[]) OR ${said} = '*'`

/** For a table of tenants: every migration that makes one does this too. May run twice. */
export const secure = (table: string): string[] => [
  `ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY`,
  `DROP POLICY IF EXISTS of_tenants ON ${table}`,
  `CREATE POLICY of_tenants ON ${table} USING (${isOurs})`,
]

export const unsecure = (table: string): string[] => [
  `DROP POLICY IF EXISTS of_tenants ON ${table}`,
  `ALTER TABLE ${table} DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY`,
]

/** Every table that says whose its rows are. */
export async function tablesOfTenants(db: QueryRunner): Promise<string[]> {
  const rows: { name: string }[] = await db.query(`
    SELECT c.oid::regclass::text AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND a.attname = 'tenant_id'
      AND NOT a.attisdropped
    ORDER BY 1`)
  return rows.map((row) => row.name)
}
