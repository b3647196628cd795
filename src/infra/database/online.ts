/**
 * Changes to tables that are in use, for migrations that say `transaction = false`. Who waits for a table's lock makes
 * all others wait behind: so nobody waits long, and between two attempts everybody has their turn.
 */
import { setTimeout } from 'node:timers/promises'
import type { QueryRunner } from 'typeorm'
import { isLockTimeout } from './pg-error.js'

/** The longest that anybody waits behind a migration for a table. */
export const maxLockWaitMs = 1500

const lockWaitMs = 200
const restMs = 500
const attempts = 600

/** Every tenth attempt waits for longer than `deadlock_timeout`, after which an autovacuum gives way. */
const patienceMs = (attempt: number): number => (attempt % 10 === 0 ? maxLockWaitMs : lockWaitMs)

/** Quick statements, all or none, under locks that they get soon or try for again. They may run twice, if they were broken off. */
export async function briefly(db: QueryRunner, ...statements: string[]): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await once(db, statements, patienceMs(attempt))
    } catch (error) {
      if (!isLockTimeout(error) || attempt === attempts) throw error
    }
    await setTimeout(restMs)
  }
}

async function once(db: QueryRunner, statements: string[], waitMs: number): Promise<void> {
  await db.startTransaction()
  try {
    await db.query(`SET LOCAL lock_timeout = ${waitMs}`)
    for (const statement of statements) await db.query(statement)
    await db.commitTransaction()
  } catch (error) {
    await db.rollbackTransaction()
    throw error
  }
}

/**
 * An index on a table of any size, while it is written to: `indexOnline(db, 'name', 'ON table (column)')`. What an earlier
 * run, broken off, has left of it goes first.
 */
export async function indexOnline(db: QueryRunner, name: string, of: string, kind = ''): Promise<void> {
  const unusable = 'SELECT 1 FROM pg_index WHERE indexrelid = to_regclass($1) AND NOT indisvalid'
  if ((await db.query(unusable, [name])).length) await db.query(`DROP INDEX CONCURRENTLY ${name}`)
  await db.query(`CREATE ${kind} INDEX CONCURRENTLY IF NOT EXISTS ${name} ${of}`)
}
