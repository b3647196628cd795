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
  const adminKey = config.ADMIN_KEY || production ? null : readSecrets(DATA_DIR).adminKey
  const postgres = DATABASE_URL ? null : await startEmbeddedPostgres(DATA_DIR, { log })
  const filled = { ...config, ADMIN_KEY: adminKey ?? config.ADMIN_KEY, DATABASE_URL: postgres?.url ?? DATABASE_URL }
  if (!postgres || production || config.DEMO === 'off')
    return { config: filled, postgres, madeUp: { adminKey, internalKey: null } }
  return { postgres, ...withDemo(filled, adminKey) }
}

/** There will be a demo tenant: what is not set stands for it. */
function withDemo(config: Config, adminKey: string | null): Pick<Prepared, 'config' | 'madeUp'> {
  const { internalKey, demoTenantId } = readSecrets(config.DATA_DIR)
  const { INTERNAL_API_KEY, DEFAULT_TENANT } = config
  const keys = { INTERNAL_API_KEY: INTERNAL_API_KEY || internalKey, DEFAULT_TENANT: DEFAULT_TENANT || demoTenantId }
  return {
    config: { ...config, ...keys, demoTenantId },
    madeUp: { adminKey, internalKey: INTERNAL_API_KEY ? null : internalKey },
  }
}
