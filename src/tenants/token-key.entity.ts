import { Column, Entity, PrimaryColumn } from 'typeorm'
import type { TokenAlgorithm } from '../contract/views.js'

/** A key by which JWTs of the tenant's own login service are checked: a secret, a public key or the address of a JWKS. */
@Entity('token_keys')
export class TokenKey {
  @PrimaryColumn('uuid')
  tenant_id: string
  @PrimaryColumn('uuid')
  token_key_id: string
  @Column('text', { nullable: true })
  name: string | null
  /** The one that its tokens may have; null for a JWKS, whose keys say it themselves. */
  @Column('text', { nullable: true })
  algorithm: TokenAlgorithm | null
  @Column('bytea', { nullable: true })
  secret: Buffer | null
  /** As PEM. */
  @Column('text', { nullable: true })
  public_key: string | null
  @Column('text', { nullable: true })
  jwks_url: string | null
  @Column('text', { nullable: true })
  issuer: string | null
  @Column('text', { nullable: true })
  audience: string | null
  @Column('boolean')
  trusts_roles: boolean
  @Column('timestamptz')
  created_at: Date
}

export type NewTokenKey = Omit<TokenKey, 'created_at'>
