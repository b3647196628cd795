import { existsSync } from 'node:fs'
import { loadConfig, type Config } from '../infra/config.js'
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../infra/database/embedded/index.js'
import { readSecrets } from './secrets.js'

/** From the environment and, where there is one, `.env`, which never overrides what is set already. */
export function readSettings(production: boolean): Config {
  if (existsSync('.env')) process.loadEnvFile('.env')
  return loadConfig(process.env, production)
}

export interface Prepared {
  config: Config
  /** null when `DATABASE_URL` names a server. */
  postgres: EmbeddedPostgres | null
  /** The operator's key, if it was made up here. */
  madeUpKey: string | null
}

/** Fills in what a start without settings needs: a PostgreSQL, and a key for the operator. */
export async function prepare(config: Config, log: (message: string) => void): Promise<Prepared> {
  const madeUpKey = config.ADMIN_KEY || config.production ? null : readSecrets(config.DATA_DIR).adminKey
  const postgres = config.DATABASE_URL ? null : await startEmbeddedPostgres(config.DATA_DIR, { log })
  const filled = {
    ...config,
    ADMIN_KEY: config.ADMIN_KEY || (madeUpKey ?? ''),
    DATABASE_URL: postgres?.url ?? config.DATABASE_URL,
  }
  return { config: filled, postgres, madeUpKey }
}
