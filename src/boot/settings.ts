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
  /** The keys that were made up here, and so are known to nobody. */
  madeUp: MadeUp
}

export interface MadeUp {
  adminKey: string | null
  internalKey: string | null
}

/** Fills in what a start without settings needs: a PostgreSQL, keys, and the demo tenant for whoever names none. */
export async function prepare(config: Config, log: (message: string) => void): Promise<Prepared> {
  const { ADMIN_KEY, INTERNAL_API_KEY, DATABASE_URL, DEFAULT_TENANT, DATA_DIR, production } = config
  const adminKey = ADMIN_KEY || production ? null : readSecrets(DATA_DIR).adminKey
  const postgres = DATABASE_URL ? null : await startEmbeddedPostgres(DATA_DIR, { log })
  const demo = postgres && !production ? readSecrets(DATA_DIR) : null
  const internalKey = INTERNAL_API_KEY || !demo ? null : demo.internalKey
  const filled = {
    ...config,
    ADMIN_KEY: ADMIN_KEY || (adminKey ?? ''),
    INTERNAL_API_KEY: INTERNAL_API_KEY || (internalKey ?? ''),
    DEFAULT_TENANT: DEFAULT_TENANT || (demo?.demoTenantId ?? ''),
    DATABASE_URL: postgres?.url ?? DATABASE_URL,
  }
  return { config: filled, postgres, madeUp: { adminKey, internalKey } }
}
