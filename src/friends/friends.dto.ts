import { OneOf, Uuid } from '../contract/fields.js'
import { PageDto } from '../contract/page.js'
import type { FriendView } from '../contract/views.js'
import { tieSeenBy, type Tie } from './ties.js'

export class AskFriendDto {
  @Uuid({ example: '019a9f40-11a2-7e0b-a7c3-5b0f7f3e9d31', description: 'Whom to ask' })
  friend_id: string
}

const listed = ['accepted', 'pending', 'blocked'] as const

export class ListFriendsDto extends PageDto {
  @OneOf(listed, {
    optional: true,
    description: 'accepted unless said; pending: requests of both, `requested_by` says whose; blocked: by the caller',
  })
  status: (typeof listed)[number] = 'accepted'
}

/** Somebody as their friends see them. */
export interface Face {
  user_id: string
  display_name: string | null
  img_url: string | null
}

/** One of the caller's list: the other one's face, and the tie to them. */
export type FriendRow = Face & { requested_by: string; status: Tie['status']; created_at: Date }

export const toFriendView = ({ created_at, ...row }: FriendRow): FriendView => ({
  user_id: row.user_id,
  status: row.status,
  requested_by: row.requested_by,
  display_name: row.display_name,
  img_url: row.img_url,
  created_at: created_at.toISOString(),
})

/** How `me` stands to the other one, as far as they may know. */
export function seenBy(me: string, { user_id, display_name, img_url }: Face, ties: Tie[]): FriendView {
  const other = { user_id, display_name, img_url }
  const tie = tieSeenBy(ties, me)
  if (tie) return toFriendView({ ...other, requested_by: tie.user_id, status: tie.status, created_at: tie.created_at })
  return { ...other, status: 'none', requested_by: null, created_at: null }
}
