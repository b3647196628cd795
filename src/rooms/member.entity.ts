import { Column, Entity, PrimaryColumn } from 'typeorm'
import type { RoomRole } from '../contract/views.js'

@Entity('tb_user_room')
export class Member {
  @PrimaryColumn('uuid')
  tenant_id: string
  @PrimaryColumn('uuid')
  room_id: string
  @PrimaryColumn('uuid')
  user_id: string
  @Column('uuid')
  user_room_id: string
  @Column('text')
  room_role: RoomRole
  @Column('timestamptz')
  joined_at: Date
  @Column('bigint')
  last_read_seq: number
  /** A private room that its member left is hidden until there is a later message. */
  @Column('bigint', { nullable: true })
  hidden_at_seq: number | null
  /** Of a private room: the other one blocks this one, who may not write. */
  @Column('boolean')
  blocked: boolean
}
