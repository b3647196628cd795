import { Injectable, type OnModuleInit } from '@nestjs/common'
import { ChatError } from '../contract/errors.js'
import type { Audience, ChatEvent, Publication } from '../contract/events.js'
import { EventBus } from '../contract/ports.js'
import { Metrics } from '../infra/metrics.js'
import type { Connection, Frame } from './connection.js'
import type { Dialect } from './dialects/dialect.js'
import { MultiMap } from './multi-map.js'

/** How one connection listens to one room. While it reads what it missed, what happens is held back. */
export interface Subscription {
  connection: Connection
  held: ChatEvent[] | null
}

/** Who listens where. What happened enters here by one function, and is encoded once for each dialect. */
@Injectable()
export class Hub implements OnModuleInit {
  private readonly byTenant = new MultiMap<Connection>()
  private readonly byUser = new MultiMap<Connection>()
  private readonly rooms = new Map<string, Map<Connection, Subscription>>()
  private readonly roomsOf = new Map<Connection, Set<string>>()

  constructor(
    private readonly bus: EventBus,
    private readonly metrics: Metrics,
  ) {}

  onModuleInit(): void {
    this.bus.subscribe((publication) => this.deliver(publication))
  }

  add(connection: Connection): void {
    const { tenantId, userId } = connection.session.actor
    this.byTenant.add(tenantId, connection)
    this.byUser.add(key(tenantId, userId), connection)
    this.roomsOf.set(connection, new Set())
    this.metrics.sockets.inc()
  }

  remove(connection: Connection): void {
    const rooms = this.roomsOf.get(connection)
    if (!rooms) return
    const { tenantId, userId } = connection.session.actor
    for (const room of rooms) this.forget(connection, room)
    this.roomsOf.delete(connection)
    this.byTenant.delete(tenantId, connection)
    this.byUser.delete(key(tenantId, userId), connection)
    this.metrics.sockets.dec()
  }

  connections(): Iterable<Connection> {
    return this.roomsOf.keys()
  }

  /** From now on nothing of the room is lost to the connection; it is held until `release`. */
  subscribe(connection: Connection, roomId: string): Subscription {
    const room = key(connection.session.actor.tenantId, roomId)
    const rooms = this.roomsOf.get(connection)
    if (!rooms) throw new ChatError('unavailable', 'The socket has ended.')
    const subscription: Subscription = { connection, held: [] }
    const listeners = this.rooms.get(room) ?? new Map<Connection, Subscription>()
    this.rooms.set(room, listeners.set(connection, subscription))
    rooms.add(room)
    return subscription
  }

  /** Writes what was held, but for messages up to `seq`, which the client has; then it is live. Answers the last `seq`. */
  release(subscription: Subscription, seq: number): number {
    let last = seq
    for (const event of subscription.held ?? []) {
      if (event.type === 'message.created') {
        if (event.message.seq <= last) continue
        last = event.message.seq
      }
      this.write(subscription.connection, event)
    }
    subscription.held = null
    return last
  }

  /** Is this how the connection listens to the room now? A removal ends it, and a later join replaces it. */
  isCurrent(subscription: Subscription, roomId: string): boolean {
    return this.subscription(subscription.connection, roomId) === subscription
  }

  /** How the connection listens to the room now, if it does. */
  subscription(connection: Connection, roomId: string): Subscription | undefined {
    return this.rooms.get(key(connection.session.actor.tenantId, roomId))?.get(connection)
  }

  unsubscribe(connection: Connection, roomId: string): void {
    const room = key(connection.session.actor.tenantId, roomId)
    this.forget(connection, room)
    this.roomsOf.get(connection)?.delete(room)
  }

  write(connection: Connection, event: ChatEvent): void {
    const text = connection.dialect.event(event)
    if (text !== null) connection.write({ text })
  }

  private deliver({ audience, event }: Publication): void {
    if (event.type === 'session.ended') return this.endSessions(audience, event.code, event.reason)
    if ('roomId' in audience) this.deliverToRoom(audience.tenantId, audience.roomId, event)
    else this.deliverToAll(this.listeners(audience), event)
    if (event.type === 'room.removed') this.unsubscribeAll([...this.listeners(audience)], event.room_id)
  }

  private deliverToRoom(tenantId: string, roomId: string, event: ChatEvent): void {
    const listeners = this.rooms.get(key(tenantId, roomId))
    if (!listeners) return
    const live: Connection[] = []
    for (const { connection, held } of listeners.values()) {
      if (held) held.push(event)
      else live.push(connection)
    }
    this.deliverToAll(live, event)
    if (event.type === 'room.deleted') this.unsubscribeAll([...listeners.keys()], roomId)
  }

  private deliverToAll(connections: Iterable<Connection>, event: ChatEvent): void {
    const frames = new Map<Dialect, Frame | null>()
    let count = 0
    for (const connection of connections) {
      const frame = frameFor(connection.dialect, event, frames)
      if (!frame) continue
      connection.write(frame)
      count++
    }
    this.metrics.deliveries.inc(count)
  }

  private listeners(audience: Audience): Iterable<Connection> {
    if ('userId' in audience) return this.byUser.get(key(audience.tenantId, audience.userId))
    return this.byTenant.get(audience.tenantId)
  }

  private endSessions(audience: Audience, code: Parameters<Connection['end']>[0], reason: string): void {
    for (const connection of [...this.listeners(audience)]) {
      if (isMeant(connection, audience)) connection.end(code, reason)
    }
  }

  private unsubscribeAll(connections: Connection[], roomId: string): void {
    for (const connection of connections) this.unsubscribe(connection, roomId)
  }

  private forget(connection: Connection, room: string): void {
    const listeners = this.rooms.get(room)
    listeners?.delete(connection)
    if (listeners?.size === 0) this.rooms.delete(room)
  }
}

/** Part of every key: a room or a user of another tenant can never be found by it. */
const key = (tenantId: string, id: string): string => `${tenantId}:${id}`

function frameFor(dialect: Dialect, event: ChatEvent, frames: Map<Dialect, Frame | null>): Frame | null {
  let frame = frames.get(dialect)
  if (frame === undefined) {
    const text = dialect.event(event)
    frames.set(dialect, (frame = text === null ? null : { text }))
  }
  return frame
}

/** Of an API token, those who showed it; with `mintedToo` also those whose JWT it minted. */
function isMeant({ session }: Connection, audience: Audience): boolean {
  if (!('apiTokenId' in audience)) return true
  return session.apiTokenId === audience.apiTokenId && (session.by === 'apiToken' || audience.mintedToo)
}
