import { Injectable, type OnModuleInit } from '@nestjs/common'
import type { Publication } from '../contract/events.js'
import { EventBus, Roster, type GroupKey, type Passage } from '../contract/ports.js'
import { MessagesService, type Sent } from '../messages/messages.service.js'
import type { EnterRoomDto, LeaveRoomDto, SendToRoomDto } from './commands.dto.js'
import type { Connection } from './connection.js'
import { maxToldOfPeople } from './crowd.js'
import { Hub } from './hub.js'
import { JoiningService } from './joining.service.js'
import { WatchingService } from './watching.service.js'

/** Stored rooms for sockets of whose coming and going the others are told: as people, wherever their sockets are. */
@Injectable()
export class EnteringService implements OnModuleInit {
  /** A room that its socket was put out of may still stand here: the hub knows better. */
  private readonly entered = new Map<Connection, Set<string>>()

  constructor(
    private readonly hub: Hub,
    private readonly joining: JoiningService,
    private readonly watching: WatchingService,
    private readonly messages: MessagesService,
    private readonly roster: Roster,
    private readonly bus: EventBus,
  ) {}

  onModuleInit(): void {
    this.bus.subscribe((publication) => this.hear(publication))
    this.roster.onPassage('listeners', (passage) => this.publish(passage))
  }

  /** `room.joined` comes first, then what was missed, and from then on all that happens. */
  async enter(connection: Connection, { room_id, after_seq, history = 0 }: EnterRoomDto): Promise<object> {
    const wasIn = this.isIn(connection, room_id)
    try {
      const how = { dialect: connection.dialect, newest: history, afterSeq: after_seq ?? null }
      await this.watching.watch(connection, room_id, how)
    } catch (error) {
      if (wasIn && !this.isIn(connection, room_id)) this.gone(connection, room_id)
      throw error
    }
    if (!this.isIn(connection, room_id)) this.come(connection, room_id)
    return {}
  }

  /** Stops this socket listening. The membership stays. */
  async exit(connection: Connection, { room_id }: LeaveRoomDto): Promise<object> {
    const wasIn = this.isIn(connection, room_id)
    await this.joining.leave(connection, { room_id })
    if (wasIn) this.gone(connection, room_id)
    return {}
  }

  /** Who is a member may send without listening. `heard`: the socket is told of it as the room is. */
  async say(connection: Connection, { room_id, ...input }: SendToRoomDto): Promise<Sent & { heard: boolean }> {
    const sent = await this.messages.send(connection.session.actor, room_id, input)
    return { ...sent, heard: !sent.duplicate && this.isIn(connection, room_id) }
  }

  /** The socket has ended. To be called while the hub knows it. */
  exitAll(connection: Connection): void {
    for (const roomId of this.entered.get(connection) ?? []) {
      if (this.isIn(connection, roomId)) this.gone(connection, roomId)
    }
    this.entered.delete(connection)
  }

  private isIn(connection: Connection, roomId: string): boolean {
    const { tenantId } = connection.session.actor
    return (this.entered.get(connection)?.has(roomId) ?? false) && this.hub.isIn(connection, { tenantId, roomId })
  }

  private come(connection: Connection, roomId: string): void {
    const { tenantId, userId } = connection.session.actor
    // Put out while it read what it missed, after it was told that it is in.
    if (!this.hub.isIn(connection, { tenantId, roomId })) {
      return this.hub.write([connection], { type: 'listener.left', room_id: roomId, user_id: userId })
    }
    this.entered.set(connection, (this.entered.get(connection) ?? new Set()).add(roomId))
    this.roster.enter(listenersOf(tenantId, roomId), userId)
  }

  private gone(connection: Connection, roomId: string): void {
    this.entered.get(connection)?.delete(roomId)
    const { tenantId, userId } = connection.session.actor
    if (this.hub.other(connection, (other) => this.isIn(other, roomId))) return
    this.roster.leave(listenersOf(tenantId, roomId), userId)
  }

  /** Removed, or gone by themselves on another way: each socket of theirs hears that it hears no more. */
  private hear({ audience, event }: Publication): void {
    if (event.type !== 'room.removed' || !('userId' in audience)) return
    const { tenantId, userId } = audience
    const all = [...this.hub.connectionsOf(tenantId, userId)]
    const out = all.filter((connection) => this.entered.get(connection)?.delete(event.room_id))
    this.hub.write(out, { type: 'listener.left', room_id: event.room_id, user_id: userId })
    if (out.length) this.roster.leave(listenersOf(tenantId, event.room_id), userId)
  }

  /** Of a crowd nobody hears who comes and who goes. */
  private publish({ group: { tenantId, name: room_id }, userId: user_id, isIn, count }: Passage): void {
    if (Math.max(count, this.hub.countListeners({ tenantId, roomId: room_id })) > maxToldOfPeople) return
    const type = isIn ? 'listener.joined' : 'listener.left'
    this.bus.publish({ tenantId, roomId: room_id, except: new Set([user_id]) }, { type, room_id, user_id })
  }
}

const listenersOf = (tenantId: string, name: string): GroupKey => ({ tenantId, kind: 'listeners', name })
