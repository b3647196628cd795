// Ways to ask the same database for the same: what each leaves out is what it shows the price of.
import pg from 'pg'
import { DataSource } from 'typeorm'
import { Database } from '../../dist/infra/database/database.js'
import { dataSourceOptions } from '../../dist/infra/database/options.js'

/** No connection ends for being idle: it is read how much it has used. */
const serviceOptions = (config) => {
  const options = dataSourceOptions(config)
  return { ...options, extra: { ...options.extra, idleTimeoutMillis: 0 } }
}

/** The owner is a superuser here, whom row-level security does not concern. */
const ownerOptions = (config) => {
  const options = serviceOptions(config)
  return { ...options, extra: { ...options.extra, options: options.extra.options.replace(/-c role=\S+/, '') } }
}

const shipped = (options) => async (config) => {
  const source = await new DataSource(options(config)).initialize()
  const database = new Database(source)
  const close = () => database.onApplicationShutdown().then(() => source.destroy())
  return { database, close }
}

/** As the service asked before there were scopes: the statement and nothing else. */
async function plain(config) {
  const { url, extra } = ownerOptions(config)
  const pool = new pg.Pool({ connectionString: url, ...extra, max: 1 })
  const prepared = async (name, text, values) => (await pool.query({ name, text, values })).rows
  const database = { of: () => ({ prepared, swiftly: prepared }) }
  return { database, close: () => pool.end() }
}

/** Of the database's processes that serve it. */
export async function pidsOf(database) {
  const rows = []
  for (const way of ['prepared', 'swiftly']) {
    rows.push(...(await database.of()[way]('pid', 'SELECT pg_backend_pid() AS pid', [])))
  }
  return [...new Set(rows.map(({ pid }) => pid))]
}

/** The first is held against the last. */
export const ways = [
  { name: 'shipped', title: 'scope and row-level security, as shipped', open: shipped(serviceOptions) },
  { name: 'scope', title: 'scope alone', open: shipped(ownerOptions) },
  { name: 'plain', title: 'neither', open: plain },
]
