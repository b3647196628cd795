/** Everything that can happen, and who is told: two things, kept apart. */
import type { ErrorCode } from './errors.js'
import type {
  CallSignalView,
  EphemeralMessageView,
  FriendView,
  HeadView,
  MessageView,
  NotificationView,
  ReactionChangeView,
  RoomRole,
  RoomView,
  StatusView,
  TombstoneView,
} from './views.js'

export type ChatEvent =
  /** `again`: told once more, since its sender sent it once more. */
  | { type: 'message.created'; message: MessageView; again?: boolean }
  | { type: 'message.updated'; message: MessageView }
  | { type: 'message.deleted'; message: TombstoneView }
  | ({ type: 'reaction.added' | 'reaction.removed' } & ReactionChangeView)
  | { type: 'read'; room_id: string; user_id: string; seq: number }
  | { type: 'typing'; room_id: string; user_id: string; display_name: string | null; name: string; is_typing: boolean }
  | ({ type: 'presence' } & StatusView)
  | ({ type: 'friendship' } & FriendView)
  | { type: 'member.updated'; room_id: string; user_id: string; room_role: RoomRole }
  | { type: 'member.joined'; room_id: string; user_id: string; display_name: string | null }
  | { type: 'member.left'; room_id: string; user_id: string; display_name: string | null }
  | { type: 'room.updated'; room: RoomView }
  | { type: 'room.deleted'; room_id: string }
  | { type: 'room.added'; room: RoomView }
  /** `hidden`: a private room, whose member they stay: it is there again with its next message. */
  | { type: 'room.removed'; room_id: string; hidden?: boolean }
  | { type: 'room.activity'; room_id: string; last_seq: number }
  /** To who joins, before anything else of the room. `stream_key`: of a stream, for developers. */
  | { type: 'room.joined'; room_id: string; stream_key?: string }
  /** The newest messages, for dialects that show them at once. */
  | { type: 'room.history'; room_id: string; messages: MessageView[] }
  /** Somebody listens to the room, or does not any more: people, not sockets. */
  | { type: 'listener.joined' | 'listener.left'; room_id: string; user_id: string }
  /** How many people listen to a livestream. */
  | { type: 'viewers'; room_id: string; count: number }
  /** So many messages of others than the streamer were left out for who reads too slowly. */
  | { type: 'messages.skipped'; room_id: string; count: number }
  | { type: 'stream.ended'; room_id: string; message: string; ended_at: string }
  | { type: 'notification'; notification: NotificationView }
  | ({ type: 'call.signal'; user_id: string } & CallSignalView)
  | { type: 'ephemeral.joined'; name: string }
  | { type: 'ephemeral.entered' | 'ephemeral.left'; name: string; user_id: string }
  | ({ type: 'ephemeral.message' } & EphemeralMessageView)
  | { type: 'ephemeral.typing'; name: string; user_id: string; user_name: string; is_typing: boolean }
  | { type: 'heads'; rooms: HeadView[] }
  /** By password, and by ending a token: sockets hear nothing of it. */
  | { type: 'user.logged_in' | 'user.logged_out' }
  | { type: 'token.expiring'; expires_at: string }
  | { type: 'session.ended'; code: ErrorCode; reason: string }

/** Whose sockets hear of it. All are inside one tenant: an audience across tenants cannot be said. */
export type Audience =
  /** All who listen to the room, but for sockets of these users. */
  | { tenantId: string; roomId: string; except?: ReadonlySet<string> }
  | { tenantId: string; userId: string }
  /** All sockets of several users, told together. */
  | { tenantId: string; userIds: readonly string[] }
  /** The sockets that live by this one JWT. */
  | { tenantId: string; userId: string; tokenId: string }
  | { tenantId: string; apiTokenId: string; mintedToo: boolean }
  /** The sockets that live by JWTs of this key of the tenant's own. */
  | { tenantId: string; tokenKeyId: string }
  /** All who listen to what is only a name: an ephemeral room, somebody's notifications. */
  | { tenantId: string; topic: string; except?: ReadonlySet<string> }
  | { tenantId: string; guests: true }
  | { tenantId: string; everyone: true }

export interface Publication {
  audience: Audience
  event: ChatEvent
}

/** How far somebody has heard a room: all its messages up to `seq`, and all their changes up to `rev`. */
export interface Position {
  seq: number
  rev: number
}

export interface Step {
  count: keyof Position
  number: number
  /** Of the message that it is about. */
  seq: number
}

/** Which of the room's two counts the event takes a step on; null for what carries no number. */
export function stepOf(event: ChatEvent): Step | null {
  switch (event.type) {
    case 'message.created':
      return { count: 'seq', number: event.message.seq, seq: event.message.seq }
    case 'message.updated':
    case 'message.deleted':
      return { count: 'rev', number: event.message.rev, seq: event.message.seq }
    case 'reaction.added':
    case 'reaction.removed':
      return { count: 'rev', number: event.rev, seq: event.seq }
    default:
      return null
  }
}

/** What a change of a message is told as: it says how the message is now. */
export function changeEvent(message: MessageView): ChatEvent {
  const { room_id, message_id, seq, rev, deleted_at } = message
  if (deleted_at === null) return { type: 'message.updated', message }
  return { type: 'message.deleted', message: { room_id, message_id, seq, rev, deleted_at } }
}
