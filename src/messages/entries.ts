/** What is written to the log: new messages, and changes of those that are there, of which a reaction is one. */
import type { Metadata, RoomRole } from '../contract/views.js'

export interface NewMessage {
  kind: 'message'
  tenantId: string
  roomId: string
  /** null for a system message. */
  senderId: string | null
  messageId: string
  text: string
  fileUrl: string | null
  clientMessageId: string | null
  replyTo: string | null
  mentions: string[]
  metadata: Metadata
  /** To a livestream, whose senders have no memberships. */
  crowd: boolean
  /** The slow mode to which its sender was held: it is stored only if the room's is no slower. */
  paceS: number
}

/** The columns that it sets; what is left out stays. */
export interface Patch {
  content?: string | null
  file_url?: string | null
  mentions?: string[]
  metadata?: Metadata
  pinned?: boolean
  reactions?: []
}

export interface NewChange {
  kind: 'change'
  tenantId: string
  roomId: string
  messageId: string
  /** Who changes it, as they were when it was judged that they may; null for the backend. It is stored if they still are. */
  by: { userId: string; roleId: number | null; roomRole: RoomRole | null } | null
  patch: Patch
  /**
   * An edit keeps what was there before, an erasure takes all of it away, and a scrubbing leaves it as it is; after a
   * deletion nothing changes any more.
   */
  does: 'edit' | 'pin' | 'erase' | 'scrub' | 'delete'
  /** It is stored only if the message is still this one; null: whatever it is. */
  rev: number | null
}

export interface NewReaction {
  kind: 'reaction'
  tenantId: string
  roomId: string
  messageId: string
  userId: string
  emoji: string
  /** Or else it is taken back. */
  adds: boolean
}

export type Entry = NewMessage | NewChange | NewReaction

/** Each has its statement, and so its commit. */
export const sorts = ['message', 'crowd', 'change', 'reaction'] as const

export const sortOf = (entry: Entry): (typeof sorts)[number] =>
  entry.kind === 'message' && entry.crowd ? 'crowd' : entry.kind

/** Of two entries with the same key the log takes one at a time; null if it may take any number. */
export function keyOf(entry: Entry): string | null {
  if (entry.kind === 'change') return `${entry.tenantId}:${entry.messageId}`
  if (entry.kind === 'reaction') return [entry.tenantId, entry.messageId, entry.userId, entry.emoji].join(':')
  const { tenantId, roomId, senderId, clientMessageId } = entry
  return clientMessageId === null ? null : `${tenantId}:${roomId}:${senderId}:${clientMessageId}`
}

/** How much more is kept by it: a message, or with an edit another version of one. Nobody knows what a deletion frees. */
export function bytesOf(entry: Entry): number {
  if (entry.kind === 'message') return sizeOf(entry.text, entry.fileUrl, entry.metadata)
  if (entry.kind !== 'change' || entry.does !== 'edit') return 0
  const { content, file_url, metadata } = entry.patch
  return sizeOf(content, file_url, metadata)
}

const sizeOf = (text?: string | null, fileUrl?: string | null, metadata?: Metadata): number =>
  Buffer.byteLength(text ?? '') +
  Buffer.byteLength(fileUrl ?? '') +
  (metadata ? Buffer.byteLength(JSON.stringify(metadata)) : 0)
