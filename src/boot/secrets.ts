import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'

/** What a first start without settings made up, kept so that the next start is the same. */
export interface Secrets {
  adminKey: string
  demo?: Demo
}

export interface Demo {
  tenantId: string
  apiToken: string
  roomId: string
  users: { ann: string; bob: string }
}

const fileIn = (dataDir: string): string => join(dataDir, 'secrets.json')

/** Those of this data folder, made now if there are none. */
export function readSecrets(dataDir: string): Secrets {
  try {
    return JSON.parse(readFileSync(fileIn(dataDir), 'utf8')) as Secrets
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    const secrets = { adminKey: randomBytes(32).toString('hex') }
    writeSecrets(dataDir, secrets)
    return secrets
  }
}

/** Readable by their owner alone. */
export function writeSecrets(dataDir: string, secrets: Secrets): void {
  mkdirSync(dataDir, { recursive: true })
  writeFileSync(fileIn(dataDir), `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 })
}
