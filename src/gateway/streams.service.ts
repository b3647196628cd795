import { Injectable } from '@nestjs/common'
import { ChatError } from '../contract/errors.js'
import { Config } from '../infra/config.js'
import type { StreamDto } from '../livestreams/livestreams.dto.js'
import { LivestreamsService } from '../livestreams/livestreams.service.js'
import { MessagesService, type Sent } from '../messages/messages.service.js'
import { notificationTopic } from '../users/notifications.service.js'
import type { SendToStreamDto } from './commands.dto.js'
import type { Connection } from './connection.js'
import { liveDialect } from './dialects/live.dialect.js'
import { Hub } from './hub.js'
import { WatchingService } from './watching.service.js'

/** How many messages a viewer is shown who comes. */
const historySize = 20

/** Streams as the livestream app's sockets join them: by the stream's own id, and any number of them. */
@Injectable()
export class StreamsService {
  /** The rooms of the streams that a connection joined, by stream id. */
  private readonly joined = new WeakMap<Connection, Map<string, string>>()

  constructor(
    private readonly hub: Hub,
    private readonly watching: WatchingService,
    private readonly livestreams: LivestreamsService,
    private readonly messages: MessagesService,
    private readonly config: Config,
  ) {}

  async join(connection: Connection, { stream_id }: StreamDto): Promise<{ stream_id: string; room_id: string }> {
    const { room_id } = await this.livestreams.requireLive(connection.session.actor, stream_id)
    const streamKey = this.config.production ? '' : stream_id
    await this.watching.watch(connection, room_id, {
      dialect: liveDialect,
      newest: historySize,
      atOnce: true,
      streamKey,
    })
    this.joined.set(connection, (this.joined.get(connection) ?? new Map<string, string>()).set(stream_id, room_id))
    return { stream_id, room_id }
  }

  async leave(connection: Connection, { stream_id }: StreamDto): Promise<{ stream_id: string }> {
    const rooms = this.joined.get(connection)
    const roomId = rooms?.get(stream_id)
    if (roomId !== undefined) this.hub.unsubscribe(connection, roomId)
    rooms?.delete(stream_id)
    return { stream_id }
  }

  /** Throws `not_listening` unless the socket has joined the stream. */
  async send(connection: Connection, { stream_id, ...message }: SendToStreamDto): Promise<Sent> {
    const { actor } = connection.session
    const roomId = this.joined.get(connection)?.get(stream_id)
    if (roomId === undefined || !this.hub.isIn(connection, { tenantId: actor.tenantId, roomId })) {
      throw new ChatError('not_listening', 'You are not in the room of this stream: join it first.')
    }
    return this.messages.send(actor, roomId, message)
  }

  /** Whatever the tenant's backend notifies its user of comes to this socket from now on. */
  async joinNotifications(connection: Connection): Promise<{ room: string }> {
    const room = notificationTopic(connection.session.actor.userId)
    this.hub.listen(connection, room, liveDialect)
    return { room }
  }
}
