import { Injectable } from '@nestjs/common'
import { errors, jwtVerify, type JWTPayload, type JWTVerifyOptions } from 'jose'
import { ChatError } from '../contract/errors.js'
import { Config } from '../infra/config.js'
import { TokenKeysService, type Verifier } from '../tenants/token-keys.service.js'
import { KeySetsService } from './key-sets.service.js'
import { leewayS, toOwnClaims, type OwnClaims } from './own-claims.js'
import { invalidToken, type Peek } from './peek.js'

/** Never a secret's: who has read a public key could sign with it as one. */
const publicAlgorithms = ['RS256', 'ES256', 'EdDSA']

/** A token of a tenant's own login service, found good. */
export interface OwnToken extends OwnClaims {
  tenantId: string
  tokenKeyId: string
  trustsRoles: boolean
}

/** Reads JWTs that a tenant's own login service signed: by that tenant's keys alone, each for its own algorithm. */
@Injectable()
export class OwnTokensService {
  constructor(
    private readonly keys: TokenKeysService,
    private readonly keySets: KeySetsService,
    private readonly config: Config,
  ) {}

  /**
   * `pathTenant`: whom the path names, before all but the token's own `tid`, which may name no other. Throws `token_invalid`, `token_expired`, or
   * `unavailable` if the login service must be asked and does not answer any more.
   */
  async read(token: string, peek: Peek, pathTenant: string | undefined): Promise<OwnToken> {
    const tenantId = pathTenant ?? (await this.tenantOf(peek))
    if (!tenantId || (peek.tid ?? tenantId) !== tenantId) throw invalidToken()
    const verifiers = (await this.keys.verifiers(tenantId)).filter(({ by }) => fits(by, peek.alg))
    const failures: ChatError[] = []
    // What needs nobody else comes first.
    for (const verifier of verifiers.toSorted((a, b) => Number('jwksUrl' in a.by) - Number('jwksUrl' in b.by))) {
      const payload = await this.check(token, verifier).catch((error: unknown) => {
        failures.push(toFailure(error))
        return null
      })
      const { tokenKeyId, trustsRoles } = verifier
      if (payload) return { ...toOwnClaims(token, payload), tenantId, tokenKeyId, trustsRoles }
    }
    throw worst(failures)
  }

  private async tenantOf({ tid, iss }: Peek): Promise<string | null> {
    return tid ?? ((iss && (await this.keys.tenantOf(iss))) || this.config.DEFAULT_TENANT || null)
  }

  private async check(token: string, { by, issuer, audience, tokenKeyId }: Verifier): Promise<JWTPayload> {
    const said = { ...(issuer !== null && { issuer }), ...(audience !== null && { audience }) }
    const options: JWTVerifyOptions = { clockTolerance: leewayS, ...said }
    if ('key' in by) return (await jwtVerify(token, by.key, { ...options, algorithms: [by.algorithm] })).payload
    const set = this.keySets.of(tokenKeyId, by.jwksUrl)
    const find = async (header: Parameters<typeof set.find>[0]) => {
      const key = await set.find(header)
      if (!key) throw invalidToken()
      return key
    }
    return (await jwtVerify(token, find, { ...options, algorithms: publicAlgorithms })).payload
  }
}

const fits = (by: Verifier['by'], alg: string): boolean =>
  'key' in by ? by.algorithm === alg : publicAlgorithms.includes(alg)

/** Signed by a key that was known, it has expired; else whoever could not be asked may have signed it. */
const worst = (failures: ChatError[]): ChatError =>
  failures.find(({ code }) => code === 'token_expired') ??
  failures.find(({ code }) => code === 'unavailable') ??
  invalidToken()

/** Whatever else fails is a key that cannot be used with this token, as one that is too weak. */
function toFailure(error: unknown): ChatError {
  if (error instanceof ChatError) return error
  if (error instanceof errors.JWTExpired) return new ChatError('token_expired', 'The token has expired; get a new one.')
  return invalidToken()
}
