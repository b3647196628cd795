import type { ParleyError } from './errors.js'
import type { Draft } from './outbox.js'
import type { Asks, JoinedRoom, MemberPage, Message, MessagePage, MyRoom, ReadState, SyncedRoom } from './types.js'

/** What a room needs of its client. Whatever fails throws `ParleyError`. */
export interface RoomAccess {
  readonly userId: string
  readonly isOnline: boolean
  /** In its turn, unless nobody wants it by then. */
  join(roomId: string, isStill: () => boolean): Promise<JoinedRoom>
  view(roomId: string): Promise<MyRoom>
  page(roomId: string, query: { before_seq?: number; after_seq?: number; limit: number }): Promise<MessagePage>
  memberPage(roomId: string, cursor: string | undefined): Promise<MemberPage>
  send(roomId: string, draft: Draft & { client_message_id: string }): Promise<Message>
  edit(roomId: string, messageId: string, fields: Partial<Draft>): Promise<{ message: Message }>
  remove(roomId: string, messageId: string): Promise<{ message: Message }>
  pin(roomId: string, messageId: string, isPinned: boolean): Promise<{ message: Message }>
  react(roomId: string, messageId: string, emoji: string, isMine: boolean): Promise<{ message: Message }>
  read(roomId: string, seq: number): Promise<ReadState>
  /** What is passing: said if there is a connection, and forgotten else. */
  say<E extends 'typing'>(event: E, payload: Asks[E]): void
  /** Asks for what was missed, together with what other rooms missed. */
  resume(log: Resumable): void
}

/** What is told from where it stands, if it is still so then. */
export interface Resumable {
  readonly roomId: string
  /** null: there is nothing to tell yet. */
  readonly position: { room_id: string; after_seq: number; after_rev: number } | null
  /** Another one when what was asked does not count any more. */
  readonly turn: number
  caughtUp(asked: { after_seq: number }, answer: SyncedRoom): void
  failed(error: ParleyError): void
}
