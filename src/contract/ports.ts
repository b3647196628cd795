/** What the core needs from outside. `infra/` answers each of these, so that Redis can stand in for memory. */
import type { Audience, ChatEvent, Position, Publication } from './events.js'
import type { Rate } from './session.js'
import type { MessageView, NodeView } from './views.js'

/** Where somebody listens: a room, what is only a name, or the tenant, for all that is neither. */
export type Place = { tenantId: string } | { tenantId: string; roomId: string } | { tenantId: string; topic: string }

/**
 * Carries what happened to every node's hub, this one's first. Called after the commit, never before. To other nodes it is
 * a hint, which may be lost.
 */
export abstract class EventBus {
  abstract publish(audience: Audience, event: ChatEvent): void
  /** The same for this node alone: others have heard of it, or find out by themselves. */
  abstract publishHere(audience: Audience, event: ChatEvent): void
  /** `listener` hears every publication of this node, in their order, and those of others for places that are listened to. */
  abstract subscribe(listener: (publication: Publication) => void): void
  /** What happens there on other nodes is heard from now on, or a little later. As many times, `unlisten` ends it. */
  abstract listen(place: Place): void
  abstract unlisten(place: Place): void
  /**
   * `listener` is told of places that are heard well from now on, and where something may have been missed until now;
   * null for all of them.
   */
  abstract onMissed(listener: (places: readonly Place[] | null) => void): void
}

/** How what is between the nodes is; `none`: there is one node, and nothing between. */
export abstract class BusHealth {
  abstract readonly state: 'none' | 'up' | 'down'
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

/** What somebody takes of a bucket that holds as much as the rate's burst. */
export interface Taking {
  key: string
  rate: Rate
  /** How often; once, if it is not said. */
  count?: number
  /** By which one knows it: who took last takes nothing when they take the same again. */
  id?: string | null
}

/** What is known at once, or a little later. */
export type Soon<T> = T | Promise<T>

/** Counts how often keys are used, against their rates. */
export abstract class RateLimiter {
  /** On this node alone: of what comes to no other. */
  abstract takeHere(taking: Taking): Allowance
  /**
   * On all nodes together: each in its turn, up to the one that is refused, which is then the last of the answers. Never
   * fails. All keys of one call belong to one `shard`, and always to the same.
   */
  abstract take(shard: string, takings: readonly Taking[]): Soon<Allowance[]>
}

/** Where users logged in from lately, at whatever node. Never fails: what it does not know is as if it never was. */
export abstract class KnownPlaces {
  abstract see(place: string): Soon<void>
  abstract has(place: string): Soon<boolean>
}

/** One of so many that there may be at a time. */
export interface Seat {
  key: string
  most: number
}

/** Seats that are taken for as long as something lasts, on all nodes together: those of a dead node are free again. */
export abstract class Seating {
  /**
   * Takes one of each, or none: then it answers which are all taken. Never fails. All seats of one call belong to one
   * `shard`, and always to the same.
   */
  abstract take<S extends Seat>(shard: string, seats: readonly S[]): Soon<S | null>
  /** Gives back one of each that were taken together. */
  abstract leave(shard: string, seats: readonly Seat[]): void
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
  /**
   * What the room has after the position, or the first piece of it; null if the room is no more. `now`: also while all
   * others who ask the database wait; few may at a time. `in turn`: with all others.
   */
  abstract after(room: RoomKey, position: Position, when: 'now' | 'in turn'): Promise<Missed | null>
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
  /** These were written as gone. Answers who of them has come back meanwhile, if that was written before. */
  abstract confirm(gone: readonly Turn[]): Promise<Turn[]>
  /** Which of them are there, in their order. Throws if that is not known for certain. */
  abstract there(people: readonly PersonKey[]): Promise<boolean[]>
  /** So many people of the tenant have a socket. */
  abstract count(tenantId: string): Promise<number>
  /** Does it know of everybody who is there, at whatever node? */
  abstract readonly isCertain: boolean
  /** Does it outlive this node, so that others tell when its people do not come back? */
  abstract readonly isShared: boolean
  /** Called when it has lost who was about to leave: whoever is written as online, and is not there, has gone. */
  abstract onLost(listener: () => void): void
}

/** What people are in. Of viewers only the number counts: nobody is told who comes or goes. */
export type GroupKind = 'online' | 'viewers' | 'listeners' | 'ephemeral'

/** Of a tenant: a livestream's viewers, who listens to a room, an ephemeral room. */
export interface GroupKey {
  tenantId: string
  kind: GroupKind
  name: string
}

/** Somebody who came into a group, or went, wherever that was. */
export interface Passage {
  group: GroupKey
  userId: string
  isIn: boolean
  /** When they were seen. */
  atMs: number
  /** How many people are in the group now. */
  count: number
}

/** Who is in what, at whatever node: people, however many sockets they have, and on however many nodes. */
export abstract class Roster {
  /** They are in the group at this node. Said again it changes nothing. */
  abstract enter(group: GroupKey, userId: string): void
  /** At this node they are no more. */
  abstract leave(group: GroupKey, userId: string): void
  /** Each coming and going is told at one node only, as soon as it is certain. */
  abstract onPassage(kind: GroupKind, listener: (passage: Passage) => void): void
  /** How many people are in each, in their order: at all nodes, or at this one as long as the others cannot be asked. */
  abstract counts(groups: readonly GroupKey[]): Promise<number[]>
}

/** The nodes of the deployment. */
export abstract class Nodes {
  /** This one's, and no other's: a new one for each start. */
  abstract readonly id: string
  /**
   * Called when another node has died without a word, or has ended: what it said of itself is true no more. That Redis is
   * away, or came back empty, is nobody's death.
   */
  abstract onGone(listener: (nodeId: string) => void): void
  /** Called when this node was taken for dead, or what it said of itself is lost: it has to say all of it again. */
  abstract onForgotten(listener: (why: Forgotten) => void): void
  /** Is the node certainly no more? Of one that was there before this one began, too. */
  abstract isGone(nodeId: string): boolean
  /** Has each node that is alive had the time to say again what was lost? */
  abstract readonly isWhole: boolean
}

/** What each node said of itself last. */
export abstract class NodeReports {
  /** Is there anybody to hear it now? */
  abstract readonly areHeard: boolean
  abstract tell(report: NodeView): Promise<void>
  /** Of all other nodes that are alive, or whose end is not certain; none of whom nothing is known. */
  abstract ofOthers(): Promise<NodeView[]>
}

/** `lapsed`: the others took it for dead. `emptied`: what all nodes said is lost. */
export type Forgotten = 'lapsed' | 'emptied'
