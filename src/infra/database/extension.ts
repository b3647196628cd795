import type { DataSource } from 'typeorm'
import { ConfigError } from '../config.js'
import { isRefused, isUnavailable } from './pg-error.js'

const making = 'CREATE EXTENSION IF NOT EXISTS unaccent'

/** For the words of the search: it may be there, in any schema that may be used, else it is made. Throws in words for the operator. */
export async function requireUnaccent(source: DataSource): Promise<void> {
  try {
    await source.query(making)
  } catch (error) {
    if (isRefused(error)) throw lacking('which the user that migrates may not make', making)
    if (isUnavailable(error)) throw lacking("which is of PostgreSQL's contrib, and not on the server", making)
    throw error
  }
  const [{ usable, grant }] = await source.query(use)
  if (!usable) throw lacking('of which the user that migrates may not use the schema', grant)
}

const lacking = (why: string, sql: string): ConfigError =>
  new ConfigError(`the database lacks the extension unaccent, ${why}. Whoever may is to run once: ${sql};`)

const use = `
  SELECT has_schema_privilege(extnamespace, 'USAGE') AS usable,
    format('GRANT USAGE ON SCHEMA %s TO %I', extnamespace::regnamespace, current_user) AS grant
  FROM pg_extension WHERE extname = 'unaccent'`
