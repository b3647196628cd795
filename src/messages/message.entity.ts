import { Column, Entity, PrimaryColumn } from 'typeorm'
import type { Metadata, ReactionView } from '../contract/views.js'

@Entity('tb_messages')
export class Message {
  @PrimaryColumn('uuid')
  tenant_id: string
  @PrimaryColumn('uuid')
  room_id: string
  /** 1, 2, 3 … in the room: given under the room's row lock, in the statement that stores the message. */
  @PrimaryColumn('bigint')
  seq: number
  @Column('uuid')
  message_id: string
  /** null for a system message. */
  @Column('uuid', { nullable: true })
  user_id: string | null
  @Column('text')
  type: 'text' | 'system'
  @Column('text', { nullable: true })
  content: string | null
  @Column('text', { nullable: true })
  file_url: string | null
  @Column('text', { nullable: true })
  client_message_id: string | null
  @Column('uuid', { nullable: true })
  reply_to: string | null
  @Column('uuid', { array: true })
  mentions: string[]
  @Column('jsonb', { nullable: true })
  metadata: Metadata
  @Column('bigint')
  rev: number
  /** In the order of each emoji's first use; whose they are stands in `tb_reaction`. */
  @Column('jsonb')
  reactions: ReactionView[]
  @Column('boolean')
  pinned: boolean
  @Column('timestamptz')
  created_at: Date
  @Column('timestamptz', { nullable: true })
  edited_at: Date | null
  @Column('timestamptz', { nullable: true })
  deleted_at: Date | null
}
