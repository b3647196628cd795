import { Column, Entity, PrimaryColumn } from 'typeorm'

@Entity('api_tokens')
export class ApiToken {
  @PrimaryColumn('uuid')
  tenant_id: string
  @PrimaryColumn('uuid')
  api_token_id: string
  @Column('text', { nullable: true })
  name: string | null
  /** SHA-256 of the token, which has 256 random bits: nothing slower would make it harder to guess. */
  @Column('bytea')
  hash: Buffer
  @Column('text')
  last_four: string
  @Column('timestamptz')
  created_at: Date
  @Column('timestamptz', { nullable: true })
  last_used_at: Date | null
  @Column('timestamptz', { nullable: true })
  revoked_at: Date | null
  /** Since when the JWTs that it minted are refused too. */
  @Column('timestamptz', { nullable: true })
  minted_revoked_at: Date | null
}

export type NewApiToken = Pick<ApiToken, 'tenant_id' | 'api_token_id' | 'name' | 'hash' | 'last_four'>
