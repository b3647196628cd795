/** `{type, data}` on `/ws/{room_id}/{user_id}` (seed 003): one room by its path. */
import type { ErrorCode } from '../../contract/errors.js'
import type { ChatEvent } from '../../contract/events.js'
import type { MessageView } from '../../contract/views.js'
import type { PlainDialect } from './dialect.js'
import { decoderOf, type Inputs, type Teller } from './frames.js'
import { sentAs, usernameOf } from './json.js'
import { ownId, plainError } from './plain.js'
import { takes, type tells } from './room.frames.js'

/** What each frame asks of the path's room. */
const inputs: Inputs<typeof takes> = {
  send_message: ({ content, ...rest }, room_id) => ({ ...rest, room_id, text_message: content }),
  reaction: (data, room_id) => ({ ...data, room_id }),
  typing: ({ is_typing = true, ...rest }, room_id) => ({ ...rest, room_id, is_typing }),
}

const words = new Map([['text_message', 'content']])

const frame: Teller<typeof tells> = (type, data) => JSON.stringify({ type, data })

const newMessage = (message: MessageView): string =>
  frame('new_message', {
    message_id: message.message_id,
    seq: message.seq,
    room_id: message.room_id,
    user_id: message.sender?.user_id ?? null,
    username: usernameOf(message),
    content: message.text_message,
    file_url: message.file_url,
    created_at: message.created_at,
    ...ownId(message),
  })

export const roomDialect: PlainDialect = {
  name: 'room',

  read({ type, data }: { type?: unknown; data?: unknown }) {
    return typeof type === 'string' ? { event: type, payload: data } : null
  },

  decode: decoderOf(takes, inputs),

  /** What was sent comes back as everybody hears it; what had been sent before, to its sender alone. */
  reply(reply, { payload }) {
    if (!reply.ok) return [frame('error', { ...plainError(reply.error, words), ...sentAs(payload) })]
    const { message, duplicate } = reply as { message?: MessageView; duplicate?: boolean }
    return message && duplicate ? [newMessage(message)] : []
  },

  exception: (problem) => frame('error', plainError(problem)),

  event(event: ChatEvent) {
    switch (event.type) {
      case 'message.created':
        return newMessage(event.message)
      case 'reaction.added':
        return frame('reaction', { message_id: event.message_id, user_id: event.user_id, emoji: event.emoji })
      case 'typing':
        return frame('typing', { user_id: event.user_id, username: event.name, is_typing: event.is_typing })
      case 'messages.skipped':
        return frame('skipped', { count: event.count })
      case 'stream.ended':
        return frame('closed', { message: event.message })
      default:
        return null
    }
  },

  ending: ({ type }) => endings.get(type),
}

/** When the room is no more, or not for this user, or all has been said, there is nothing left to hear here. */
const endings: ReadonlyMap<ChatEvent['type'], ErrorCode | null> = new Map([
  ['room.deleted', 'room_not_found'],
  ['room.removed', 'removed'],
  ['stream.ended', null],
])
