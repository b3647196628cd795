import { createHmac, hkdfSync } from 'node:crypto'
import type { Config } from '../infra/config.js'

/** A key of 256 bits for one purpose: the same on all nodes, and another when the operator's key is another. */
export function keyFor(purpose: string, { ADMIN_KEY }: Config): Uint8Array {
  if (!ADMIN_KEY) throw new Error('There is no ADMIN_KEY to make a key from')
  return new Uint8Array(hkdfSync('sha256', ADMIN_KEY, '', `parley ${purpose}`, 32))
}

export const seal = (key: Uint8Array, text: string): string =>
  createHmac('sha256', key).update(text).digest('base64url')
