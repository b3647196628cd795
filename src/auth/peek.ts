/** What a JWT says before anybody has checked it: where to look for its key, and nothing more. */
import { decodeJwt, decodeProtectedHeader } from 'jose'
import { isUUID } from 'class-validator'
import { ChatError } from '../contract/errors.js'
import { isStorable } from '../contract/input.js'

export interface Peek {
  alg: string
  /** null unless it could be one of ours. */
  kid: string | null
  tid: string | null
  iss: string | null
}

/** Nobody has that much to say about a person, and decoding more costs more. */
const maxLength = 8192

const maxIssuer = 500

export const invalidToken = (): ChatError => new ChatError('token_invalid', 'The token was not issued by this service.')

/** Throws `token_invalid` if it is no JWT. */
export function peek(token: string): Peek {
  const { header, payload } = decode(token)
  const { alg, kid } = header
  const { tid, iss } = payload
  const isIssuer = typeof iss === 'string' && iss.length <= maxIssuer && isStorable(iss)
  return {
    alg: typeof alg === 'string' ? alg : '',
    kid: typeof kid === 'string' && /^[\w-]{1,100}$/.test(kid) ? kid : null,
    tid: isUUID(tid) ? (tid as string).toLowerCase() : null,
    iss: isIssuer ? iss : null,
  }
}

function decode(token: string): Record<'header' | 'payload', Record<string, unknown>> {
  if (token.length > maxLength) throw invalidToken()
  try {
    return { header: { ...decodeProtectedHeader(token) }, payload: decodeJwt(token) }
  } catch {
    throw invalidToken()
  }
}
