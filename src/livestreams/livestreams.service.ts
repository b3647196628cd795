import { Injectable } from '@nestjs/common'
import type { Actor, Person } from '../contract/actor.js'
import { ChatError } from '../contract/errors.js'
import type { ChatEvent } from '../contract/events.js'
import { EventBus, type RoomKey } from '../contract/ports.js'
import type { RoomView, StreamView } from '../contract/views.js'
import { AccessService, guestsOnlyRead } from '../rooms/access.service.js'
import { StreamRooms } from '../rooms/stream-rooms.service.js'
import { UsersService } from '../users/users.service.js'
import { toStreamView, type Stream } from './livestreams.dto.js'
import { LivestreamsRepository } from './livestreams.repository.js'

const streamNotFound = (): ChatError =>
  new ChatError('stream_not_found', 'There is no stream with this id, or it is not live.')

/** A stream as it is now, and what its room is told of. */
interface Changed {
  stream: Stream
  /** Is it live only now, or no more? */
  room: RoomView | null
}

/** Streams and who may talk about them, when. Each has a room, live as long as it is. */
@Injectable()
export class LivestreamsService {
  constructor(
    private readonly streams: LivestreamsRepository,
    private readonly rooms: StreamRooms,
    private readonly access: AccessService,
    private readonly users: UsersService,
    private readonly bus: EventBus,
  ) {}

  /** Makes the stream's room, or opens it again; of what is live already there is only one, however often it is asked. */
  async open(actor: Person, streamId: string): Promise<{ created: boolean; stream: StreamView }> {
    if (actor.guest) throw guestsOnlyRead()
    if (actor.streamRole === 'viewer') throw new ChatError('forbidden', 'A viewer starts no stream.')
    const known = await this.streams.find(actor.tenantId, streamId)
    if (known) requireOwn(actor, known)
    const { stream, room } = known?.active ? { stream: known, room: null } : await this.make(actor, streamId)
    if (room) this.tell(actor.tenantId, room)
    return { created: room !== null, stream: toStreamView(stream) }
  }

  /** Nothing is stored in its room any more, and who listens there is told. What is closed already is closed. */
  async close(actor: Actor, streamId: string): Promise<StreamView> {
    const { tenantId } = actor
    const known = await this.streams.find(tenantId, streamId)
    if (!known) throw streamNotFound()
    await this.access.require(actor, known.room_id, 'livestream.close').catch(explain)
    if (actor.kind === 'user' && actor.streamRole === 'viewer' && actor.role === 'user') {
      throw new ChatError('forbidden', 'A viewer ends no stream.')
    }
    const { stream, room } = known.active ? await this.end(tenantId, streamId) : { stream: known, room: null }
    if (room) this.tell(tenantId, room)
    const view = toStreamView(stream)
    if (room) this.bus.publish({ tenantId, roomId: view.room_id }, endOf(view))
    return view
  }

  /** For sockets, whoever asks; null if there never was one. */
  async find(tenantId: string, streamId: string): Promise<StreamView | null> {
    const stream = await this.streams.find(tenantId, streamId)
    return stream && toStreamView(stream)
  }

  /** The stream whose room it is; null if it was deleted meanwhile. */
  async ofRoom(tenantId: string, roomId: string): Promise<StreamView | null> {
    const stream = await this.streams.ofRoom(tenantId, roomId)
    return stream && toStreamView(stream)
  }

  /** The same of rooms of any tenants, each in its place. */
  async ofRooms(rooms: readonly RoomKey[]): Promise<(StreamView | null)[]> {
    return (await this.streams.ofRooms(rooms)).map((stream) => stream && toStreamView(stream))
  }

  /** Throws `stream_not_found`, also if it has ended. */
  async requireLive({ tenantId }: Actor, streamId: string): Promise<StreamView> {
    const stream = await this.find(tenantId, streamId)
    if (!stream?.active) throw streamNotFound()
    return stream
  }

  private make(actor: Person, streamId: string): Promise<Changed> {
    const { tenantId, userId } = actor
    return this.streams.change(tenantId, streamId, async ({ tx, stream, insert, setActive }) => {
      await this.users.holdAll(tx, actor, [])
      if (stream) requireOwn(actor, stream)
      if (stream?.active) return { stream, room: null }
      const opened = stream && (await this.rooms.archive(tx, tenantId, stream.room_id, false))
      if (opened) return { stream: await setActive(true), room: opened }
      // There was none, or its room was deleted just now, and it with it.
      const room = await this.rooms.make(tx, tenantId, streamId, userId)
      return { stream: await insert(room.room_id, userId), room }
    })
  }

  private end(tenantId: string, streamId: string): Promise<Changed> {
    return this.streams.change(tenantId, streamId, async ({ tx, stream, setActive }) => {
      if (stream && !stream.active) return { stream, room: null }
      const room = stream && (await this.rooms.archive(tx, tenantId, stream.room_id, true))
      if (!room) throw streamNotFound()
      return { stream: await setActive(false), room }
    })
  }

  private tell(tenantId: string, room: RoomView): void {
    this.bus.publish({ tenantId, roomId: room.room_id }, { type: 'room.updated', room })
  }
}

/** What its room is told when it has ended. */
export const endOf = ({ room_id, closed_at }: StreamView): ChatEvent => ({
  type: 'stream.ended',
  room_id,
  message: 'The stream has ended.',
  ended_at: closed_at!,
})

function requireOwn({ userId }: Person, { streamer_id }: Stream): void {
  if (streamer_id !== userId) throw new ChatError('stream_taken', 'The stream is somebody else’s.')
}

/** Its room was deleted between two looks, and the stream with it. */
function explain(error: unknown): never {
  throw error instanceof ChatError && error.code === 'room_not_found' ? streamNotFound() : error
}
