/** What the core needs from outside. `infra/` answers each of these, so that Redis can stand in for memory. */
import type { Audience, ChatEvent, Position, Publication } from './events.js'
import type { Rate } from './session.js'
import type { MessageView } from './views.js'

/** Carries what happened to every node's hub, this one's first. Called after the commit, never before. */
export abstract class EventBus {
  abstract publish(audience: Audience, event: ChatEvent): void
  /** `listener` hears every publication, in the order in which this node published them. */
  abstract subscribe(listener: (publication: Publication) => void): void
}

export interface Allowance {
  allowed: boolean
  /** What is left of the burst, after this one. */
  remaining: number
  /** Until one more is allowed; 0 if it is now. */
  retryAfterMs: number
  /** Until the whole burst is there again. */
  resetAfterMs: number
}

/** Counts how often a key was used, against a rate. */
export abstract class RateLimiter {
  abstract take(key: string, rate: Rate, count?: number): Allowance
}

/** What a caller is shown of a room's messages beside the room itself. */
export interface RoomDigest {
  last_message: MessageView | null
  unread: number
}

/** Answered by `messages`, asked by `rooms`, which stands before it. */
export abstract class RoomDigests {
  /** By room id. `reader` is null for the backend, who has read everything. */
  abstract read(tenantId: string, roomIds: string[], reader: string | null): Promise<Map<string, RoomDigest>>
}

/** What a room has after a position, in one reading of the log. */
export interface Missed {
  /** Messages by `seq`, and then the changes of those before them by `rev`: each in its present state. */
  events: ChatEvent[]
  /** How far these go. */
  position: Position
  /** Is that all? */
  complete: boolean
}

export interface RoomKey {
  tenantId: string
  roomId: string
}

/** The rooms' messages as they are stored. Answered by `messages`, asked by the hub when an event did not come. */
export abstract class MessageLog {
  /** What the room has after the position, or the first piece of it; null if the room is no more. */
  abstract after(room: RoomKey, position: Position): Promise<Missed | null>
  /** Where rooms of any tenants stand, in their order; null for one that is no more. */
  abstract heads(rooms: RoomKey[]): Promise<(Position | null)[]>
}

/** Statements within a transaction that somebody else began. */
export interface Statements {
  query<Row>(sql: string, values?: unknown[]): Promise<Row[]>
}

/** The private rooms of pairs. Answered by `rooms`, asked by `friends`, which stands before it. */
export abstract class PairRooms {
  /**
   * Whether this one of the two is kept from writing in their private room, if they have one. Waits for what they are
   * just writing. The two must be locked in the transaction.
   */
  abstract setBlocked(tx: Statements, who: { tenantId: string; userId: string }, by: string, is: boolean): Promise<void>
}

/** Somebody of a tenant. */
export interface PersonKey {
  tenantId: string
  userId: string
}

/** What one node knows of where somebody is. */
export interface Sighting extends PersonKey {
  /** Have they a socket at this node? null: it is not about sockets, and counts only for who has none anywhere. */
  connected: boolean | null
  atMs: number
  /** Without a socket they are there until then, and no longer. */
  untilMs: number
}

/** Somebody who was not there and now is, or the other way round. */
export interface Turn extends PersonKey {
  isOnline: boolean
  /** When they were seen last; null if nobody knows. */
  atMs: number | null
}

/**
 * Who is there, at whatever node. It is asked once a tick and with all that happened in it, so that an answer may cost a
 * way over the network. What a node knows lasts as long as the node asks: a dead node's people have left.
 */
export abstract class PresenceStore {
  /** Takes what the node saw since it asked last. Answers whose turn it is, by that or by the time: each at one node only. */
  abstract settle(sightings: readonly Sighting[], nowMs: number): Promise<Turn[]>
  /** Which of them are there, in their order. */
  abstract there(people: readonly PersonKey[]): Promise<boolean[]>
}

/** Who has a socket at this node. Answered by `gateway`, asked by features, which know no transport. */
export abstract class Connected {
  /** So many people of the tenant; a guest is none. */
  abstract count(tenantId: string): number
}
