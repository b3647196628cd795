import { EncryptJWT, jwtDecrypt } from 'jose'
import type { Config } from '../../infra/config.js'
import { keyFor } from '../keys.js'

/** Who is logged in to the console. */
export type ConsoleSession = (
  | { kind: 'operator' }
  | {
      kind: 'tenant'
      /** By whose right it is: looked at anew by each request. */
      apiToken: string
    }
) & {
  /** What the page says with every request, and no other page can. */
  csrfToken: string
  expiresAtMs: number
}

const methods = { keyManagementAlgorithms: ['dir'], contentEncryptionAlgorithms: ['A256GCM'] }

const keyOf = (config: Config): Uint8Array => keyFor('console session', config)

/** Encrypted (JWE), so that whoever gets at the cookie reads no API token in it. Every node can open it. */
export function sealSession({ expiresAtMs, ...session }: ConsoleSession, config: Config): Promise<string> {
  const jwt = new EncryptJWT({ session }).setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
  return jwt.setExpirationTime(Math.floor(expiresAtMs / 1000)).encrypt(keyOf(config))
}

/** null if it is not ours, was changed, or has expired. */
export async function openSession(sealed: string, config: Config): Promise<ConsoleSession | null> {
  try {
    const { payload } = await jwtDecrypt<{ session: ConsoleSession }>(sealed, keyOf(config), methods)
    return { ...payload.session, expiresAtMs: payload.exp! * 1000 }
  } catch {
    return null
  }
}
