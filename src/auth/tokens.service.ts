import type { KeyObject } from 'node:crypto'
import { Injectable } from '@nestjs/common'
import { JwtService } from '@nestjs/jwt'
import { v7 as uuid } from 'uuid'
import { ChatError } from '../contract/errors.js'
import type { AccessTokenView } from '../contract/views.js'
import { Config } from '../infra/config.js'
import { SigningKeysService } from '../tenants/signing-keys.service.js'
import type { Identity } from '../users/users.service.js'
import { invalidToken, type Peek } from './peek.js'

/** What a JWT of ours says. */
export interface Claims {
  /** The user id, twice: once in the registered claim, once as other systems name it. */
  sub: string
  uid: string
  /** The tenant id. */
  tid: string
  uname: string | null
  role: string
  /** The API token that minted it; none if the user logged in. */
  ati?: string
  /** The user's token epoch: a locked user's tokens end by it. */
  ep: number
  iat: number
  exp: number
  jti: string
}

/** Mints and reads JWTs: HS256, each tenant with keys of its own. */
@Injectable()
export class TokensService {
  constructor(
    private readonly jwt: JwtService,
    private readonly keys: SigningKeysService,
    private readonly config: Config,
  ) {}

  async mint({ person, name, tokenEpoch }: Identity, apiTokenId: string | null): Promise<AccessTokenView> {
    const { kid, key } = await this.keys.signer(person.tenantId)
    const iat = Math.floor(Date.now() / 1000)
    const exp = iat + this.config.JWT_TTL
    const claims: Claims = {
      sub: person.userId,
      uid: person.userId,
      tid: person.tenantId,
      uname: name,
      role: person.role,
      ...(apiTokenId && { ati: apiTokenId }),
      ep: tokenEpoch,
      iat,
      exp,
      jti: uuid(),
    }
    const token = await this.jwt.signAsync(claims, { secret: asSecret(key), keyid: kid, algorithm: 'HS256' })
    return { token, token_type: 'Bearer', expires_at: new Date(exp * 1000).toISOString(), user_id: person.userId }
  }

  /**
   * null unless a key of ours is said to have signed it, of the tenant whom the path names, if it does. Throws
   * `token_invalid` or `token_expired`. Whether the user still may is not asked here.
   */
  async read(token: string, { tid, kid }: Peek, pathTenant: string | undefined): Promise<Claims | null> {
    const key = tid && kid && (pathTenant ?? tid) === tid ? await this.keys.verifier(tid, kid) : null
    if (!key) return null
    try {
      return await this.jwt.verifyAsync<Claims>(token, { secret: asSecret(key), algorithms: ['HS256'] })
    } catch (error) {
      const expired = (error as Error).name === 'TokenExpiredError'
      throw expired ? new ChatError('token_expired', 'The token has expired; mint a new one.') : invalidToken()
    }
  }
}

/** A KeyObject is prepared once: a string would cost 25 times as much a token. Nest's types do not know it, its code does. */
const asSecret = (key: KeyObject): Buffer => key as unknown as Buffer
