import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { v7 as uuid } from 'uuid'

/** What a first start without settings made up, kept so that the next start is the same. */
export interface Secrets {
  adminKey: string
  internalKey: string
  /** Known before the demo tenant is made: it is the default one from the start. */
  demoTenantId: string
  demo?: Demo
}

export interface Demo {
  tenantId: string
  apiToken: string
  roomId: string
  users: { ann: string; bob: string }
  /** By which its own login service signs: HS256. */
  tokenSecret: string
}

const fileIn = (dataDir: string): string => join(dataDir, 'secrets.json')

export const newSecret = (): string => randomBytes(32).toString('hex')

/** Those of this data folder. What there is not yet is made now. */
export function readSecrets(dataDir: string): Secrets {
  const known = readFile(dataDir)
  const { adminKey = newSecret(), internalKey = newSecret(), demo } = known
  const secrets = { ...known, adminKey, internalKey, demoTenantId: known.demoTenantId ?? demo?.tenantId ?? uuid() }
  const isWhole = known.adminKey && known.internalKey && known.demoTenantId
  if (!isWhole) writeSecrets(dataDir, secrets)
  return secrets
}

function readFile(dataDir: string): Partial<Secrets> {
  try {
    return JSON.parse(readFileSync(fileIn(dataDir), 'utf8')) as Partial<Secrets>
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return {}
  }
}

/** Readable by their owner alone. */
export function writeSecrets(dataDir: string, secrets: Secrets): void {
  mkdirSync(dataDir, { recursive: true })
  writeFileSync(fileIn(dataDir), `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 })
}
