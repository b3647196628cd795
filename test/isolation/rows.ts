/** All that the database holds of a tenant. Tables are found by their tenant_id: a new one joins by itself. */
import { rowsOf } from '../support/database.js'

export async function tenantTables(url: string): Promise<string[]> {
  const rows = await rowsOf<{ name: string }>(
    url,
    `SELECT table_name AS name FROM information_schema.columns
     WHERE table_schema = current_schema() AND column_name = 'tenant_id' ORDER BY 1`,
  )
  return rows.map((row) => row.name)
}

export type Rows = Record<string, unknown[]>

export async function rowsOfTenant(url: string, tenantId: string): Promise<Rows> {
  const tables = await tenantTables(url)
  const dump = tables.map((table) => {
    const all = `SELECT jsonb_agg(to_jsonb(t) ORDER BY to_jsonb(t)::text) FROM ${table} t WHERE tenant_id = $1`
    return `SELECT '${table}' AS table, (${all}) AS rows`
  })
  const rows = await rowsOf<{ table: string; rows: unknown[] | null }>(url, dump.join(' UNION ALL '), [tenantId])
  return Object.fromEntries(rows.map((row) => [row.table, row.rows ?? []]))
}

const uuidPattern = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g

/** Every id in a text or in anything that JSON can say. */
export const idsIn = (value: unknown): Set<string> =>
  new Set((typeof value === 'string' ? value : JSON.stringify(value)).match(uuidPattern))
