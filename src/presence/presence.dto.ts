import { Flag } from '../contract/fields.js'
import type { StatusView } from '../contract/views.js'
import type { StatusRow } from './presence.repository.js'

export class UpdateStatusDto {
  @Flag({ example: true, description: 'Offline to all others, and last seen when it began, until it ends' })
  invisible: boolean
}

/** As everybody sees it whom they have not blocked. */
export const toStatusView = ({ user_id, is_online, last_seen, invisible }: StatusRow): StatusView => ({
  user_id,
  is_online: is_online && !invisible,
  last_seen: last_seen?.toISOString() ?? null,
})

/** As it is told to themselves. */
export const toOwnStatusView = (row: StatusRow): StatusView => ({
  ...toStatusView(row),
  is_online: row.is_online,
  invisible: row.invisible,
})

/** As it is told to whoever is not to know. */
export const unseen = (userId: string): StatusView => ({ user_id: userId, is_online: false, last_seen: null })
