import { DataSource } from 'typeorm'
import { ConfigError, type Config } from '../config.js'
import { dataSourceOptions } from './options.js'

/** Any number that nobody else locks: nodes that start together migrate one after another. */
const lockKey = 7_201_973

/** Brings the schema up to date. Throws a `ConfigError` when the server cannot be used at all. */
export async function migrate(config: Config): Promise<void> {
  const source = new DataSource({
    ...dataSourceOptions(config),
    extra: { max: 2, connectionTimeoutMillis: 5000 },
  })
  try {
    await source.initialize()
  } catch (error) {
    throw new ConfigError(`DATABASE_URL cannot be used: ${(error as Error).message}`)
  }
  try {
    await underLock(source, async () => {
      await requireVersion(source)
      await source.runMigrations({ transaction: 'each' })
    })
  } finally {
    await source.destroy()
  }
}

async function underLock(source: DataSource, work: () => Promise<void>): Promise<void> {
  const holder = source.createQueryRunner()
  await holder.query('SELECT pg_advisory_lock($1)', [lockKey])
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
