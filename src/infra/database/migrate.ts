import { setTimeout } from 'node:timers/promises'
import { DataSource } from 'typeorm'
import { ConfigError, type Config } from '../config.js'
import { requireUnaccent } from './extension.js'
import { dataSourceOptions, migrationOptions } from './options.js'
import { grantRole, requireRole } from './role.js'

/** Any number that nobody else locks: nodes that start together migrate one after another. */
const lockKey = 7_201_973

const retryMs = 200

/**
 * Brings the schema up to date, and the rights of the role that the service takes. Throws a `ConfigError` when the server
 * cannot be used at all.
 */
export async function migrate(config: Config): Promise<void> {
  const source = new DataSource(migrationOptions(config))
  try {
    await source.initialize()
  } catch (error) {
    const name = config.MIGRATION_DATABASE_URL ? 'MIGRATION_DATABASE_URL' : 'DATABASE_URL'
    throw new ConfigError(`${name} cannot be used: ${(error as Error).message}`)
  }
  try {
    await underLock(source, async () => {
      await requireVersion(source)
      await requireUnaccent(source)
      await source.runMigrations({ transaction: 'each' })
      await grantRole(source, config)
    })
  } finally {
    await source.destroy()
  }
  await requireRole(dataSourceOptions(config), config.DATABASE_ROLE)
}

/**
 * Asks for the lock again and again: whoever waits for it in a statement keeps a snapshot, and the index that the other
 * makes meanwhile (`CONCURRENTLY`) would wait for that for ever.
 */
async function underLock(source: DataSource, work: () => Promise<void>): Promise<void> {
  const holder = source.createQueryRunner()
  const take = async (): Promise<boolean> =>
    (await holder.query('SELECT pg_try_advisory_lock($1) AS taken', [lockKey]))[0].taken
  while (!(await take())) await setTimeout(retryMs)
  try {
    await work()
  } finally {
    await holder.query('SELECT pg_advisory_unlock($1)', [lockKey])
    await holder.release()
  }
}

async function requireVersion(source: DataSource): Promise<void> {
  const [{ version }] = await source.query(`SELECT current_setting('server_version_num')::int AS version`)
  if (version < 150_000) throw new ConfigError('DATABASE_URL must be PostgreSQL 15 or newer')
}
