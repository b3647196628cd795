import { Injectable, type OnModuleInit } from '@nestjs/common'
import { ChatError } from '../contract/errors.js'
import type { Audience, ChatEvent, Publication } from '../contract/events.js'
import { EventBus, MessageLog } from '../contract/ports.js'
import { Metrics } from '../infra/metrics.js'
import type { Connection, Frame } from './connection.js'
import type { Dialect } from './dialects/dialect.js'
import { MultiMap } from './multi-map.js'
import { RoomChannel, type Subscription } from './room-channel.js'

/** Who listens where. What happened enters here by one function, and is encoded once for each dialect. */
@Injectable()
export class Hub implements OnModuleInit {
  private readonly byTenant = new MultiMap<Connection>()
  private readonly byUser = new MultiMap<Connection>()
  private readonly channels = new Map<string, RoomChannel>()
  private readonly roomsOf = new Map<Connection, Set<string>>()

  constructor(
    private readonly bus: EventBus,
    private readonly log: MessageLog,
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
    const rooms = this.roomsOf.get(connection)
    if (!rooms) throw new ChatError('unavailable', 'The socket has ended.')
    const room = key(connection.session.actor.tenantId, roomId)
    rooms.add(room)
    return this.channel(connection.session.actor.tenantId, roomId).subscribe(connection)
  }

  /** Writes what was held back, but for messages up to `seq`, which the client has; then it is live. */
  release(subscription: Subscription, roomId: string, seq: number): number {
    return this.channel(subscription.connection.session.actor.tenantId, roomId).release(subscription, seq)
  }

  /** How the connection listens to the room now, if it does: a removal ends it, and a later join replaces it. */
  subscription(connection: Connection, roomId: string): Subscription | undefined {
    return this.channels.get(key(connection.session.actor.tenantId, roomId))?.subscriptions.get(connection)
  }

  unsubscribe(connection: Connection, roomId: string): void {
    const room = key(connection.session.actor.tenantId, roomId)
    this.forget(connection, room)
    this.roomsOf.get(connection)?.delete(room)
  }

  write(connection: Connection, event: ChatEvent): void {
    this.writeAll([connection], event)
  }

  private deliver({ audience, event }: Publication): void {
    if (event.type === 'session.ended') return this.endSessions(audience, event.code, event.reason)
    if ('roomId' in audience) this.channels.get(key(audience.tenantId, audience.roomId))?.accept(event)
    else this.writeAll(this.listeners(audience), event)
    if (event.type === 'room.removed') this.unsubscribeAll(this.listeners(audience), event.room_id)
    if (event.type === 'room.deleted') this.unsubscribeAll(this.listenersIn(audience, event.room_id), event.room_id)
  }

  private writeAll(connections: Iterable<Connection>, event: ChatEvent): void {
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

  private channel(tenantId: string, roomId: string): RoomChannel {
    const room = key(tenantId, roomId)
    let channel = this.channels.get(room)
    if (!channel) {
      channel = new RoomChannel({
        write: (connections, event) => this.writeAll(connections, event),
        readAfter: (seq) => this.log.after(tenantId, roomId, seq),
      })
      this.channels.set(room, channel)
    }
    return channel
  }

  private listeners(audience: Audience): Iterable<Connection> {
    if ('userId' in audience) return this.byUser.get(key(audience.tenantId, audience.userId))
    return this.byTenant.get(audience.tenantId)
  }

  private listenersIn({ tenantId }: Audience, roomId: string): Iterable<Connection> {
    return this.channels.get(key(tenantId, roomId))?.subscriptions.keys() ?? []
  }

  private endSessions(audience: Audience, code: Parameters<Connection['end']>[0], reason: string): void {
    for (const connection of [...this.listeners(audience)]) {
      if (isMeant(connection, audience)) connection.end(code, reason)
    }
  }

  private unsubscribeAll(connections: Iterable<Connection>, roomId: string): void {
    for (const connection of [...connections]) this.unsubscribe(connection, roomId)
  }

  private forget(connection: Connection, room: string): void {
    const subscriptions = this.channels.get(room)?.subscriptions
    subscriptions?.delete(connection)
    if (subscriptions?.size === 0) this.channels.delete(room)
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
