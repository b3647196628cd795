/** `{content}` on `/ws/chat/{stream_id}` (seed 000): the thread of one livestream. */
import type { Problem } from '../../contract/errors.js'
import type { MessageView } from '../../contract/views.js'
import type { PlainDialect, Stream } from './dialect.js'
import { decoderOf, type Inputs, type Teller } from './frames.js'
import { sentAs, usernameOf } from './json.js'
import { ownId, plainError } from './plain.js'
import { takes, type tells } from './stream.frames.js'

/** What a frame asks of the path's thread. */
const inputs: Inputs<typeof takes> = {
  message: ({ content, ...rest }, room_id) => ({ ...rest, room_id, text_message: content }),
}

const words = new Map([['text_message', 'content']])

/** The names are the tables' alone. */
const frame: Teller<typeof tells> = (_, payload) => JSON.stringify(payload)

/** Of everybody who says something here: whose stream it is, or who watches it; the system is neither. */
function roleOf({ sender }: MessageView, { streamerId }: Stream): 'streamer' | 'viewer' | 'system' {
  if (!sender) return 'system'
  return sender.user_id === streamerId ? 'streamer' : 'viewer'
}

const messageFrame = (message: MessageView, stream: Stream): string =>
  frame('message', {
    id: message.message_id,
    seq: message.seq,
    stream_id: stream.streamId,
    user_id: message.sender?.user_id ?? null,
    username: usernameOf(message),
    role: roleOf(message, stream),
    content: message.text_message,
    created_at: message.created_at,
    ...(message.file_url !== null && { file_url: message.file_url }),
    ...ownId(message),
  })

const errorFrame = (problem: Problem, payload?: unknown): string =>
  frame('error', { error: { ...plainError(problem, words), ...sentAs(payload) } })

export const streamDialect: PlainDialect = {
  name: 'stream',

  read: (frame) => ({ event: 'message', payload: frame }),

  decode: decoderOf(takes, inputs),

  /** What was sent comes back as everybody hears it; what had been sent before, to its sender alone. */
  reply(reply, { payload }, place) {
    if (!reply.ok) return [errorFrame(reply.error, payload)]
    const { message, duplicate } = reply as { message?: MessageView; duplicate?: boolean }
    return message && duplicate && place?.stream ? [messageFrame(message, place.stream)] : []
  },

  exception: (problem) => errorFrame(problem),

  event(event, stream) {
    if (!stream) return null
    switch (event.type) {
      case 'message.created':
        return messageFrame(event.message, stream)
      case 'messages.skipped':
        return frame('skipped', { skipped: event.count, stream_id: stream.streamId })
      case 'stream.ended':
        return frame('closed', { closed: true, stream_id: stream.streamId, message: event.message })
      default:
        return null
    }
  },

  ending({ type }) {
    if (type === 'stream.ended') return null
    return type === 'room.deleted' ? 'stream_not_found' : undefined
  },
}
