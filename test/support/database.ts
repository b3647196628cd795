import { randomBytes } from 'node:crypto'
import { Client } from 'pg'

const server = (): string => process.env['TEST_DATABASE_URL']!

async function onServer(sql: string): Promise<void> {
  const client = new Client({ connectionString: server() })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}

interface OwnDatabase {
  url: string
  drop: () => Promise<void>
}

/** A database of its own with the service's tables, and how to be rid of it. */
export const freshDatabase = (): Promise<OwnDatabase> => make(`TEMPLATE ${process.env['TEST_TEMPLATE']!}`)

/** Without any. */
export const emptyDatabase = (): Promise<OwnDatabase> => make('')

async function make(how: string): Promise<OwnDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`
  await onServer(`CREATE DATABASE ${name} ${how}`)
  const url = new URL(server())
  url.pathname = `/${name}`
  return { url: url.href, drop: () => onServer(`DROP DATABASE ${name} WITH (FORCE)`) }
}

/** Asks a database behind the service's back. */
export async function rowsOf<Row>(url: string, sql: string, values: unknown[] = []): Promise<Row[]> {
  const client = new Client({ connectionString: url })
  // A server that is killed under it tells so by an event, too.
  client.on('error', () => undefined)
  await client.connect()
  try {
    return (await client.query(sql, values)).rows as Row[]
  } finally {
    await client.end()
  }
}
