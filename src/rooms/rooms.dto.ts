import { AnyJson, Flag, Link, OneOf, Text, Uuid, Uuids, Whole } from '../contract/fields.js'
import { PageDto } from '../contract/page.js'
import { roomAccesses } from '../contract/views.js'
import type { MemberView, Metadata, RoomAccess, RoomRole, RoomView } from '../contract/views.js'
import type { Member } from './member.entity.js'
import type { Room } from './room.entity.js'

/** An hour. */
export const maxSlowModeS = 3600

export class CreateRoomDto {
  @Text({ max: 200, optional: true, nullable: true, example: 'General' })
  name?: string | null
  @OneOf(['group', 'private'], { optional: true, description: 'group unless said; a livestream is made by its thread' })
  type?: 'group' | 'private'
  @OneOf(roomAccesses, { optional: true, description: 'open unless said; a private room is always invite' })
  access?: RoomAccess
  @Link({ optional: true, nullable: true })
  img_url?: string | null
  @Uuids({ max: 1000, optional: true, description: 'Further members; for a private room exactly one' })
  member_ids?: string[]
  @Uuid({ optional: true, description: 'By the backend: the user who becomes the owner' })
  created_by?: string
  @AnyJson({ optional: true })
  metadata?: Metadata
}

export class ListRoomsDto extends PageDto {
  @Text({
    max: 200,
    optional: true,
    example: 'general',
    description: 'Only those with this in their name, in whatever case, or with this room_id',
  })
  q?: string
}

export class UpdateRoomDto {
  @Text({ max: 200, optional: true, nullable: true, example: 'General' })
  name?: string | null
  @Link({ optional: true, nullable: true })
  img_url?: string | null
  @OneOf(roomAccesses, { optional: true })
  access?: RoomAccess
  @Uuid({ optional: true, description: 'Hands the room over to this member; the owner until then becomes a moderator' })
  owner_id?: string
  @Flag({
    optional: true,
    description: 'Nobody sends to an archived room. Not of a livestream, which is archived by closing its thread',
  })
  archived?: boolean
  @Whole({
    min: 0,
    max: maxSlowModeS,
    optional: true,
    example: 5,
    description:
      'Not of a private room. Owners, moderators and admins are exempt; 0: whoever may send does as they like',
  })
  slow_mode_s?: number
  @AnyJson({ optional: true })
  metadata?: Metadata
}

export class AddMembersDto {
  @Uuids({
    min: 1,
    max: 1000,
    example: ['019a9f40-11a2-7e0b-a7c3-5b0f7f3e9d31'],
    description: 'All of them become members, or none',
  })
  user_ids: string[]
  @OneOf(['moderator', 'member'], {
    optional: true,
    description: 'member unless said, but who is a member already then stays as they are',
  })
  room_role?: RoomRole
}

export class RoomIdDto {
  @Uuid()
  room_id: string
}

export const toRoomView = (row: Room): RoomView => ({
  room_id: row.chat_room_id,
  type: row.type,
  is_group: row.type !== 'private',
  access: row.access,
  name: row.name,
  img_url: row.img_url,
  created_by: row.created_by,
  created_at: row.created_at.toISOString(),
  archived: row.archived,
  last_seq: row.last_seq,
  last_rev: row.last_rev,
  first_seq: row.first_seq,
  member_count: row.member_count,
  slow_mode_s: row.slow_mode_s,
  metadata: row.metadata,
})

export type MemberRow = Member & { display_name: string | null; img_url: string | null }

/** As it is shown to whom they have not blocked; to whom they have, as if they had read nothing. */
export const toMemberView = (row: MemberRow, hasBlocked = false): MemberView => ({
  user_id: row.user_id,
  display_name: row.display_name,
  img_url: row.img_url,
  room_role: row.room_role,
  joined_at: row.joined_at.toISOString(),
  last_read_seq: hasBlocked ? 0 : row.last_read_seq,
})
