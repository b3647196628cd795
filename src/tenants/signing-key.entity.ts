import { Column, Entity, PrimaryColumn } from 'typeorm'

@Entity('signing_keys')
export class SigningKey {
  @PrimaryColumn('uuid')
  tenant_id: string
  @PrimaryColumn('text')
  kid: string
  /** The HS256 secret, 256 bits. */
  @Column('bytea')
  secret: Buffer
  @Column('timestamptz')
  created_at: Date
  /** Until when its JWTs are accepted; null for the one key that signs. */
  @Column('timestamptz', { nullable: true })
  retires_at: Date | null
}

export type NewKey = Pick<SigningKey, 'kid' | 'secret'>
