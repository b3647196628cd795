/** The livestream app's Socket.IO events (seed 001). */
import type { ChatEvent } from '../../contract/events.js'
import type { MessageView } from '../../contract/views.js'
import { acknowledgement, packet } from './packets.js'
import type { Call, Dialect, Stream } from './dialect.js'
import { fieldsOf, usernameOf } from './json.js'

/** What each event asks. */
const commands = new Map<string, (payload: Record<string, unknown>) => Call>([
  ['join_notification_room', () => ({ command: 'notifications.join', payload: {} })],
  [
    'join_stream_room',
    ({ streamId, ...rest }) => ({ command: 'stream.join', payload: { ...rest, stream_id: streamId } }),
  ],
  [
    'leave_stream_room',
    ({ streamId, ...rest }) => ({ command: 'stream.leave', payload: { ...rest, stream_id: streamId } }),
  ],
  [
    'chat_message',
    ({ streamId, message, ...rest }) => ({
      command: 'stream.send',
      payload: { ...rest, stream_id: streamId, text_message: message },
    }),
  ],
])

/** The event by which a failure of each is told. */
const failures: ReadonlyMap<string | number, string> = new Map([
  ['join_notification_room', 'notification_room_join_error'],
  ['join_stream_room', 'room_join_error'],
  ['leave_stream_room', 'room_join_error'],
  ['chat_message', 'message_error'],
])

const messageOf = (message: MessageView, { streamId }: Stream) => ({
  userId: message.sender?.user_id ?? null,
  username: usernameOf(message),
  message: message.text_message,
  timestamp: message.created_at,
  streamId,
})

/** What the room of a stream is told. */
function ofStream(event: ChatEvent, stream: Stream): [name: string, payload: object] | null {
  const { streamId } = stream
  switch (event.type) {
    case 'room.joined':
      return ['room_joined_successfully', { streamId, streamKeyForDev: event.stream_key ?? '' }]
    case 'room.history':
      return ['recent_chat_history', { streamId, messages: event.messages.map((one) => messageOf(one, stream)) }]
    case 'message.created':
      return ['new_message', messageOf(event.message, stream)]
    case 'viewers':
      return ['viewer_count_updated', { streamId, count: event.count }]
    case 'messages.skipped':
      return ['messages_skipped', { streamId, count: event.count }]
    case 'stream.ended':
      return ['stream_ended_notification', { roomId: streamId, message: event.message }]
    default:
      return null
  }
}

export const liveDialect: Dialect = {
  name: 'live',

  decode: (event, payload) => commands.get(event)?.(fieldsOf(payload)) ?? null,

  /** The seed's own events, and an acknowledgement for who wants one. Of joining a stream its events tell. */
  reply(reply, { event, id }) {
    const told = id === undefined ? [] : [acknowledgement(id, reply)]
    if (!reply.ok) return [packet(failures.get(event)!, { message: reply.error.detail }), ...told]
    if (event !== 'join_notification_room') return told
    const { room } = reply as { room?: string }
    return [packet('notification_room_joined', { room }), ...told]
  },

  exception: (problem) => packet('exception', problem),

  event(event, stream) {
    if (event.type === 'notification') return packet('notification', event.notification)
    const told = stream && ofStream(event, stream)
    return told ? packet(...told) : null
  },

  ending: ({ type }) => (type === 'stream.ended' ? null : undefined),
}
