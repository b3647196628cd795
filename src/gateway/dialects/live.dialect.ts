/** The livestream app's Socket.IO events (seed 001). */
import type { Problem } from '../../contract/errors.js'
import type { ChatEvent } from '../../contract/events.js'
import type { MessageView } from '../../contract/views.js'
import type { Dialect, Stream } from './dialect.js'
import { decoderOf, type Inputs, type Teller } from './frames.js'
import { inWords, usernameOf } from './json.js'
import { takes, type tells } from './live.frames.js'
import { acknowledgement, packet } from './packets.js'

/** What each event asks. */
const inputs: Inputs<typeof takes> = {
  join_notification_room: () => ({}),
  join_stream_room: ({ streamId, ...rest }) => ({ ...rest, stream_id: streamId }),
  leave_stream_room: ({ streamId, ...rest }) => ({ ...rest, stream_id: streamId }),
  chat_message: ({ streamId, message, ...rest }) => ({ ...rest, stream_id: streamId, text_message: message }),
}

const words = new Map([
  ['stream_id', 'streamId'],
  ['text_message', 'message'],
])

const tell: Teller<typeof tells> = packet

const messageOf = (message: MessageView, { streamId }: Stream) => ({
  userId: message.sender?.user_id ?? null,
  username: usernameOf(message),
  message: message.text_message,
  timestamp: message.created_at,
  streamId,
})

/** What the room of a stream is told. */
function ofStream(event: ChatEvent, stream: Stream): string | null {
  const { streamId } = stream
  switch (event.type) {
    case 'room.joined':
      return tell('room_joined_successfully', { streamId, streamKeyForDev: event.stream_key ?? '' })
    case 'room.history':
      return tell('recent_chat_history', { streamId, messages: event.messages.map((one) => messageOf(one, stream)) })
    case 'message.created':
      return tell('new_message', messageOf(event.message, stream))
    case 'viewers':
      return tell('viewer_count_updated', { streamId, count: event.count })
    case 'messages.skipped':
      return tell('messages_skipped', { streamId, count: event.count })
    case 'stream.ended':
      return tell('stream_ended_notification', { roomId: streamId, message: event.message })
    case 'room.deleted':
      return tell('stream_ended_notification', { roomId: streamId, message: 'The stream was deleted.' })
    default:
      return null
  }
}

/** What was asked is one of those: nothing else is this dialect's to answer. */
const refusalOf = (event: string | number) => takes[event as keyof typeof takes].refusal

function refused(error: Problem, event: string | number, id: number | undefined): string[] {
  const told = tell(refusalOf(event), { message: error.detail })
  return id === undefined ? [told] : [told, acknowledgement(id, { ok: false, error })]
}

export const liveDialect: Dialect = {
  name: 'live',

  decode: decoderOf(takes, inputs),

  /** The seed's own events, and an acknowledgement for who wants one. Of joining a stream its events tell. */
  reply(reply, { event, id }) {
    if (!reply.ok) return refused(inWords(reply.error, words), event, id)
    const told = id === undefined ? [] : [acknowledgement(id, reply)]
    if (event !== 'join_notification_room') return told
    const { room } = reply as { room?: string }
    return [tell('notification_room_joined', { room: room! }), ...told]
  },

  exception: (problem) => tell('exception', problem),

  event(event, stream) {
    if (event.type === 'notification') return tell('notification', event.notification)
    return stream ? ofStream(event, stream) : null
  },

  ending: ({ type }) => (type === 'stream.ended' || type === 'room.deleted' ? null : undefined),
}
