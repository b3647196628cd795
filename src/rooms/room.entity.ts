import { Column, Entity, PrimaryColumn } from 'typeorm'
import type { Metadata, RoomAccess, RoomType } from '../contract/views.js'

@Entity('tb_chat_rooms')
export class Room {
  @PrimaryColumn('uuid')
  tenant_id: string
  @PrimaryColumn('uuid')
  chat_room_id: string
  @Column('text')
  type: RoomType
  @Column('text')
  access: RoomAccess
  @Column('text', { nullable: true })
  name: string | null
  @Column('text', { nullable: true })
  img_url: string | null
  @Column('uuid', { nullable: true })
  created_by: string | null
  /** The two user ids of a private room, in order: no pair has two rooms. */
  @Column('text', { nullable: true })
  private_pair: string | null
  @Column('boolean')
  archived: boolean
  @Column('bigint')
  last_seq: number
  @Column('bigint')
  last_rev: number
  @Column('bigint')
  first_seq: number
  @Column('timestamptz', { nullable: true })
  last_message_at: Date | null
  @Column('integer')
  member_count: number
  /** Who keeps no order in the room sends once in so many seconds; 0: as they like. */
  @Column('integer')
  slow_mode_s: number
  @Column('jsonb', { nullable: true })
  metadata: Metadata
  @Column('timestamptz')
  created_at: Date
}
