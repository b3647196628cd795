import { Injectable, type OnModuleInit } from '@nestjs/common'
import { ChatError } from '../contract/errors.js'
import type { Audience, ChatEvent, Position, Publication } from '../contract/events.js'
import { EventBus, MessageLog, type Place, type RoomKey } from '../contract/ports.js'
import { Metrics } from '../infra/metrics.js'
import type { Connection } from './connection.js'
import type { Dialect, Stream } from './dialects/dialect.js'
import { MultiMap } from './multi-map.js'
import { Reading } from './reading.js'
import { RoomChannel, type Subscription } from './room-channel.js'
import { endThose, inTheirOwn, tell } from './telling.js'
import { Topics, type Listeners } from './topics.js'

/** A room that somebody here listens to. */
export interface OpenRoom extends RoomKey {
  channel: RoomChannel
}

/** Who listens where. What happened enters here by one function, and is encoded once for each dialect. */
@Injectable()
export class Hub implements OnModuleInit {
  private readonly byTenant = new MultiMap<Connection>()
  private readonly byUser = new MultiMap<Connection>()
  private readonly rooms = new Map<string, OpenRoom>()
  private readonly roomsOf = new Map<Connection, Set<OpenRoom>>()
  private readonly topics = new Topics()
  private readonly reading: Reading

  constructor(
    private readonly bus: EventBus,
    log: MessageLog,
    private readonly metrics: Metrics,
  ) {
    this.reading = new Reading((room, position) => log.after(room, position, 'now'))
  }

  onModuleInit(): void {
    this.bus.subscribe((publication) => this.deliver(publication))
  }

  add(connection: Connection): void {
    const { tenantId, userId } = connection.session.actor
    if (!this.byTenant.has(tenantId)) this.bus.listen({ tenantId })
    this.byTenant.add(tenantId, connection)
    this.byUser.add(keyOf(tenantId, userId), connection)
    this.roomsOf.set(connection, new Set())
    this.metrics.sockets.inc()
  }

  remove(connection: Connection): void {
    const rooms = this.roomsOf.get(connection)
    if (!rooms) return
    const { tenantId, userId } = connection.session.actor
    for (const room of rooms) this.forget(connection, room)
    for (const topic of this.topicsOf(connection)) this.unlisten(connection, topic)
    this.roomsOf.delete(connection)
    this.byTenant.delete(tenantId, connection)
    if (!this.byTenant.has(tenantId)) this.bus.unlisten({ tenantId })
    this.byUser.delete(keyOf(tenantId, userId), connection)
    this.metrics.sockets.dec()
  }

  connections(): Iterable<Connection> {
    return this.roomsOf.keys()
  }

  connectionsOf(tenantId: string, userId: string): Iterable<Connection> {
    return this.byUser.get(keyOf(tenantId, userId))
  }

  /** All of the tenant's. */
  connectionsIn(tenantId: string): Iterable<Connection> {
    return this.byTenant.get(tenantId)
  }

  /** Another socket of the same person that is so. */
  other(connection: Connection, isSo: (other: Connection) => boolean): boolean {
    const { tenantId, userId } = connection.session.actor
    for (const other of this.connectionsOf(tenantId, userId)) if (other !== connection && isSo(other)) return true
    return false
  }

  /** Has the user any socket here? */
  hasAny(tenantId: string, userId: string): boolean {
    return this.byUser.has(keyOf(tenantId, userId))
  }

  openRooms(): Iterable<OpenRoom> {
    return this.rooms.values()
  }

  openRoom(place: Place): OpenRoom | undefined {
    return 'roomId' in place ? this.rooms.get(keyOf(place.tenantId, place.roomId)) : undefined
  }

  /** From now on nothing of the room is lost to the connection; it is held until `release`. */
  subscribe(connection: Connection, roomId: string, dialect = connection.dialect): Subscription {
    const rooms = this.requireRooms(connection)
    const room = this.open(connection.session.actor.tenantId, roomId)
    rooms.add(room)
    return room.channel.subscribe(connection, dialect)
  }

  /** The room that the connection listens to is a livestream's. */
  isStream(connection: Connection, stream: Stream): void {
    this.room(connection, stream.roomId)?.channel.becomeStream(stream)
  }

  /** Listens to what is only a name in the connection's tenant. */
  listen(connection: Connection, topic: string, dialect = connection.dialect): void {
    this.requireRooms(connection)
    const { tenantId } = connection.session.actor
    if (!this.listenersOf(tenantId, topic).size) this.bus.listen({ tenantId, topic })
    this.topics.add(keyOf(tenantId, topic), connection, dialect)
  }

  /** False if it did not listen. */
  unlisten(connection: Connection, topic: string): boolean {
    const { tenantId } = connection.session.actor
    if (!this.topics.delete(keyOf(tenantId, topic), connection)) return false
    if (!this.listenersOf(tenantId, topic).size) this.bus.unlisten({ tenantId, topic })
    return true
  }

  isListening(connection: Connection, topic: string): boolean {
    return this.topics.has(keyOf(connection.session.actor.tenantId, topic), connection)
  }

  /** Everybody here who listens to the name. */
  listenersOf(tenantId: string, topic: string): ReadonlyMap<Connection, Dialect> {
    return this.topics.get(keyOf(tenantId, topic))
  }

  /** The names that the connection listens to. */
  topicsOf(connection: Connection): string[] {
    const { length } = keyOf(connection.session.actor.tenantId, '')
    return this.topics.of(connection).map((key) => key.slice(length))
  }

  /** Writes what was held back, but for what is up to `position`, which the client has; then it is live. */
  async release(subscription: Subscription, roomId: string, position: Position): Promise<void> {
    await this.room(subscription.connection, roomId)?.channel.release(subscription, position)
  }

  isJoining(subscription: Subscription, roomId: string): boolean {
    return this.room(subscription.connection, roomId)?.channel.isJoining(subscription) ?? false
  }

  /** How far the connection has heard the room; null if it does not listen to it. */
  position(connection: Connection, roomId: string): Position | null {
    const channel = this.room(connection, roomId)?.channel
    return channel?.isLive(connection) ? channel.position : null
  }

  /** In which dialect the room is told to the connection, if it is. */
  dialectIn(connection: Connection, roomId: string): Dialect | undefined {
    return this.room(connection, roomId)?.channel.dialectOf(connection)
  }

  /** Does it listen to the room, or is it about to? */
  isIn(connection: Connection, room: RoomKey): boolean {
    const open = this.rooms.get(keyOf(room.tenantId, room.roomId))
    return open !== undefined && (this.roomsOf.get(connection)?.has(open) ?? false)
  }

  /** How many sockets here are told what happens in the room. */
  countListeners(room: RoomKey): number {
    return this.channel(room.tenantId, room.roomId)?.listeners.size ?? 0
  }

  unsubscribe(connection: Connection, roomId: string): void {
    const room = this.room(connection, roomId)
    if (room) this.forget(connection, room)
  }

  /** To each connection in its own dialect. */
  write(connections: Iterable<Connection>, event: ChatEvent): void {
    this.tell(inTheirOwn(connections), event)
  }

  /** To each connection in the dialect that is named with it. */
  tell(listeners: Listeners, event: ChatEvent, stream: Stream | null = null): void {
    this.metrics.deliveries.inc(tell(listeners, event, stream))
  }

  /** To whom it concerns here, whichever node it happened on. */
  deliver({ audience, event }: Publication): void {
    const { tenantId } = audience
    if (event.type === 'session.ended') return this.endSessions(audience, event.code, event.reason)
    if ('nodes' in audience || isForNodes(event)) return
    if ('roomId' in audience) {
      this.channel(tenantId, audience.roomId)?.accept(event, audience.except)
    } else if ('topic' in audience) {
      this.tell(without(audience.except, this.listenersOf(tenantId, audience.topic)), event)
    } else this.write(this.listeners(audience), event)
    if (event.type === 'room.removed') this.unsubscribeAll(this.listeners(audience), event)
    if (event.type === 'stream.ended') this.endJoiners(tenantId, event)
    if (event.type === 'room.deleted') this.close(tenantId, event)
  }

  private requireRooms(connection: Connection): Set<OpenRoom> {
    const rooms = this.roomsOf.get(connection)
    if (!rooms) throw new ChatError('unavailable', 'The socket has ended.')
    return rooms
  }

  private room(connection: Connection, roomId: string): OpenRoom | undefined {
    return this.rooms.get(keyOf(connection.session.actor.tenantId, roomId))
  }

  private open(tenantId: string, roomId: string): OpenRoom {
    const key = keyOf(tenantId, roomId)
    const open = this.rooms.get(key)
    if (open) return open
    const channel = new RoomChannel({
      write: (listeners, event, stream) => this.tell(listeners, event, stream),
      readAfter: (position, why) => this.reading.after({ tenantId, roomId }, position, why),
      healed: (count, why) => this.metrics.healed.inc({ why }, count),
    })
    const room = { tenantId, roomId, channel }
    this.rooms.set(key, room)
    this.metrics.rooms.inc()
    this.bus.listen({ tenantId, roomId })
    return room
  }

  private channel(tenantId: string, roomId: string): RoomChannel | undefined {
    return this.rooms.get(keyOf(tenantId, roomId))?.channel
  }

  private close(tenantId: string, event: ChatEvent & { type: 'room.deleted' }): void {
    const room = this.rooms.get(keyOf(tenantId, event.room_id))
    if (!room) return
    const { joiners } = room.channel
    for (const connection of room.channel.unsubscribeAll()) this.forget(connection, room)
    endThose(joiners, event)
  }

  /** Who is still being told what was said before is told the end at once, if nothing comes after it. */
  private endJoiners(tenantId: string, event: ChatEvent & { type: 'stream.ended' }): void {
    const channel = this.channel(tenantId, event.room_id)
    const joiners = channel?.joiners.filter(([, dialect]) => dialect.ending?.(event) !== undefined)
    if (joiners?.length) this.tell(joiners, event, channel!.stream)
  }

  private listeners(audience: Audience): Iterable<Connection> {
    const { tenantId } = audience
    if ('userId' in audience) return this.connectionsOf(tenantId, audience.userId)
    if ('userIds' in audience) return audience.userIds.flatMap((userId) => [...this.connectionsOf(tenantId, userId)])
    return this.byTenant.get(tenantId)
  }

  private endSessions(audience: Audience, code: Parameters<Connection['end']>[0], reason: string): void {
    for (const connection of [...this.listeners(audience)]) {
      if (isMeant(connection, audience)) connection.end(code, reason)
    }
  }

  private unsubscribeAll(connections: Iterable<Connection>, event: ChatEvent & { type: 'room.removed' }): void {
    for (const connection of [...connections]) {
      const dialect = this.room(connection, event.room_id)?.channel.dialectOf(connection)
      this.unsubscribe(connection, event.room_id)
      if (dialect) endThose([[connection, dialect]], event)
    }
  }

  private forget(connection: Connection, room: OpenRoom): void {
    room.channel.unsubscribe(connection)
    this.roomsOf.get(connection)?.delete(room)
    const { tenantId, roomId, channel } = room
    const key = keyOf(tenantId, roomId)
    if (!channel.isEmpty || this.rooms.get(key) !== room) return
    this.rooms.delete(key)
    this.metrics.rooms.dec()
    this.bus.unlisten({ tenantId, roomId })
  }
}

/** The tenant is part of every key: a room or a user of another tenant can never be found by it. */
const keyOf = (tenantId: string, id: string): string => `${tenantId}:${id}`

/** Somebody goes on typing, of which clients were told. */
const isForNodes = (event: ChatEvent): boolean =>
  (event.type === 'typing' || event.type === 'ephemeral.typing') && event.again === true

const without = (users: ReadonlySet<string> | undefined, listeners: Listeners): Listeners =>
  users ? [...listeners].filter(([{ session }]) => !users.has(session.actor.userId)) : listeners

/** Of an API token, those who showed it; with `mintedToo` also those whose JWT it minted. Of a JWT, those who live by it. */
function isMeant({ session }: Connection, audience: Audience): boolean {
  if ('guests' in audience) return session.actor.guest === true
  if ('tokenKeyId' in audience) return session.tokenKeyId === audience.tokenKeyId
  if ('tokenId' in audience) return session.tokenId === audience.tokenId
  if (!('apiTokenId' in audience)) return true
  return session.apiTokenId === audience.apiTokenId && (session.by === 'apiToken' || audience.mintedToo)
}
