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
  const { DATABASE_URL, DATA_DIR, production } = config
  const postgres = DATABASE_URL ? null : await startEmbeddedPostgres(DATA_DIR, { log })
  const made = production ? null : madeUpIn(config, postgres !== null)
  const filled = { ...config, ...made?.settings, DATABASE_URL: postgres?.url ?? DATABASE_URL }
  return { config: filled, postgres, madeUp: made?.keys ?? { adminKey: null, internalKey: null } }
}

/** The internal key is that of the demo tenant, which is made on a database of our own alone. */
function madeUpIn(config: Config, hasDemo: boolean): { settings: Partial<Config>; keys: MadeUp } {
  const { adminKey, internalKey, demoTenantId } = readSecrets(config.DATA_DIR)
  const keys = {
    adminKey: config.ADMIN_KEY ? null : adminKey,
    internalKey: config.INTERNAL_API_KEY || !hasDemo ? null : internalKey,
  }
  const settings = {
    ...(keys.adminKey && { ADMIN_KEY: keys.adminKey }),
    ...(keys.internalKey && { INTERNAL_API_KEY: keys.internalKey }),
    ...(hasDemo && !config.DEFAULT_TENANT && { DEFAULT_TENANT: demoTenantId }),
  }
  return { settings, keys }
}
