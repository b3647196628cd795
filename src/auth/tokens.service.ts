import type { KeyObject } from 'node:crypto'
import { Injectable } from '@nestjs/common'
import { JwtService } from '@nestjs/jwt'
import { isUUID } from 'class-validator'
import { v7 as uuid } from 'uuid'
import { ChatError } from '../contract/errors.js'
import type { AccessTokenView } from '../contract/views.js'
import { Config } from '../infra/config.js'
import { SigningKeysService } from '../tenants/signing-keys.service.js'
import type { Identity } from '../users/users.service.js'

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

const invalid = (): ChatError => new ChatError('token_invalid', 'The token was not issued by this service.')

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

  /** Throws `token_invalid` or `token_expired`. Whether the user still may is not asked here. */
  async read(token: string): Promise<Claims> {
    const { tid, kid } = this.peek(token)
    const key = await this.keys.verifier(tid, kid)
    if (!key) throw invalid()
    try {
      return await this.jwt.verifyAsync<Claims>(token, { secret: asSecret(key), algorithms: ['HS256'] })
    } catch (error) {
      const expired = (error as Error).name === 'TokenExpiredError'
      throw expired ? new ChatError('token_expired', 'The token has expired; mint a new one.') : invalid()
    }
  }

  /** Where to look for the key; nothing of it is believed before the signature was checked with that key. */
  private peek(token: string): { tid: string; kid: string } {
    const { header, payload } = this.decode(token)
    const tid: unknown = payload?.['tid']
    const kid: unknown = header?.['kid']
    if (!isUUID(tid) || typeof kid !== 'string' || kid.length > 100) throw invalid()
    return { tid: tid as string, kid }
  }

  private decode(token: string): Partial<Record<'header' | 'payload', Record<string, unknown>>> {
    try {
      return (this.jwt.decode(token, { complete: true }) as object | null) ?? {}
    } catch {
      throw invalid()
    }
  }
}

/** A KeyObject is prepared once: a string would cost 25 times as much a token. Nest's types do not know it, its code does. */
const asSecret = (key: KeyObject): Buffer => key as unknown as Buffer
