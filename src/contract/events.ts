/** Everything that can happen, and who is told: two things, kept apart. */
import type { ErrorCode } from './errors.js'
import type { MessageView, RoomView } from './views.js'

export type ChatEvent =
  | { type: 'message.created'; message: MessageView }
  | { type: 'member.joined'; room_id: string; user_id: string; display_name: string | null }
  | { type: 'member.left'; room_id: string; user_id: string; display_name: string | null }
  | { type: 'room.updated'; room: RoomView }
  | { type: 'room.deleted'; room_id: string }
  | { type: 'room.added'; room: RoomView }
  | { type: 'room.removed'; room_id: string }
  | { type: 'session.ended'; code: ErrorCode; reason: string }

/** Whose sockets hear of it. All are inside one tenant: an audience across tenants cannot be said. */
export type Audience =
  | { tenantId: string; roomId: string }
  | { tenantId: string; userId: string }
  | { tenantId: string; apiTokenId: string; mintedToo: boolean }
  | { tenantId: string; everyone: true }

export interface Publication {
  audience: Audience
  event: ChatEvent
}
