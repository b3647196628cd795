import { createSecretKey, type KeyObject } from 'node:crypto'
import { Injectable } from '@nestjs/common'
import type { Operator } from '../contract/actor.js'
import type { SigningKeyView } from '../contract/views.js'
import { Config } from '../infra/config.js'
import { newSigningKey } from './secrets.js'
import type { SigningKey } from './signing-key.entity.js'
import { SigningKeysRepository } from './signing-keys.repository.js'
import { TenantsRepository } from './tenants.repository.js'
import { toSigningKeyView, type RotateKeyDto } from './tenants.dto.js'

export interface Signer {
  kid: string
  key: KeyObject
}

const toSigner = ({ kid, secret }: SigningKey): Signer => ({ kid, key: createSecretKey(secret) })

@Injectable()
export class SigningKeysService {
  constructor(
    private readonly tenants: TenantsRepository,
    private readonly keys: SigningKeysRepository,
    private readonly config: Config,
  ) {}

  async list(_: Operator, tenantId: string): Promise<SigningKeyView[]> {
    await this.tenants.require(tenantId)
    return (await this.keys.list(tenantId)).map(toSigningKeyView)
  }

  /** A new key signs from now on; what the one before signed is accepted for the overlap. */
  async rotate(_: Operator, tenantId: string, { overlap_seconds }: RotateKeyDto): Promise<SigningKeyView> {
    const overlapMs = (overlap_seconds ?? this.config.JWT_TTL) * 1000
    await this.tenants.require(tenantId)
    return toSigningKeyView(await this.keys.replace(tenantId, newSigningKey(), new Date(Date.now() + overlapMs)))
  }

  /** What signs this tenant's JWTs now. */
  async signer(tenantId: string): Promise<Signer> {
    return toSigner(await this.keys.current(tenantId))
  }

  /** The key of this tenant by that name, while it is accepted. Never one of another tenant. */
  async verifier(tenantId: string, kid: string): Promise<KeyObject | null> {
    const row = await this.keys.find(tenantId, kid)
    return row && (!row.retires_at || row.retires_at > new Date()) ? createSecretKey(row.secret) : null
  }
}
