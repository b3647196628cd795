import { Column, Entity, PrimaryColumn } from 'typeorm'
import type { Metadata, UserStatus } from '../contract/views.js'

@Entity('tb_users')
export class User {
  @PrimaryColumn('uuid')
  tenant_id: string
  @PrimaryColumn('uuid')
  user_id: string
  @Column('text', { nullable: true })
  external_id: string | null
  @Column('text', { nullable: true })
  username: string | null
  @Column('text', { nullable: true })
  display_name: string | null
  @Column('text', { nullable: true })
  img_url: string | null
  @Column('text', { nullable: true })
  email: string | null
  @Column('text', { nullable: true })
  phone: string | null
  /** 1 admin, 2 moderator, 3 user: a row of the tenant's `tb_roles`. */
  @Column('smallint')
  role_id: number
  /** When the backend or an admin last said the role; null: since the user was made. */
  @Column('timestamptz', { nullable: true })
  role_set_at: Date | null
  @Column('text')
  flag_delete: UserStatus
  /** JWTs minted under an earlier epoch are revoked. Locking begins a new one. */
  @Column('integer')
  token_epoch: number
  /** When it last began anew: tokens of the tenant's own that were made before are revoked too. null: it never did. */
  @Column('timestamptz', { nullable: true })
  tokens_since: Date | null
  /** Being forgotten: broken off, it goes on at the next start. */
  @Column('boolean')
  erasing: boolean
  /** When whatever tells who it was had gone. Nothing of it comes back. */
  @Column('timestamptz', { nullable: true })
  erased_at: Date | null
  @Column('jsonb', { nullable: true })
  metadata: Metadata
  @Column('timestamptz')
  created_at: Date
}
