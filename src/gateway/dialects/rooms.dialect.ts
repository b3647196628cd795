/** `{event, data}` on `/chat/ws` and `/ws` (seed 002): any number of rooms, stored ones and such that are only names. */
import type { ChatEvent } from '../../contract/events.js'
import { maxRoomName, namesStoredRoom } from '../../contract/room-names.js'
import type { EphemeralMessageView, MessageView } from '../../contract/views.js'
import type { Call, PlainDialect } from './dialect.js'
import type { Taken, Teller } from './frames.js'
import { fieldsOf, sentAs } from './json.js'
import { ownId, plainError } from './plain.js'
import { takes, type tells } from './rooms.frames.js'

type Fields = Record<string, unknown>

/** What is said of the room, as its command reads it. A `username` is left out: who speaks is known. */
const inputs: { [N in keyof typeof takes]: (rest: Fields, isStored: boolean) => Fields } = {
  'chat.join': (rest) => rest,
  'chat.leave': (rest) => rest,
  'chat.message': ({ message, username: _, ...rest }, isStored) => ({
    ...rest,
    [isStored ? 'text_message' : 'text']: message,
  }),
  'chat.typing': ({ isTyping, username: _, ...rest }) => ({ ...rest, is_typing: isTyping }),
  call_signal: (rest) => rest,
}

const taken: ReadonlyMap<string, Taken> = new Map(Object.entries(takes))

/** The same event means a command of stored rooms, or one of rooms that are only names. */
function decode(event: string, payload: unknown): Call | null {
  const asked = taken.get(event)
  if (!asked) return null
  const { command, ephemeral = command } = asked
  const { roomId, ...rest } = fieldsOf(payload)
  const isStored = command === ephemeral || (typeof roomId === 'string' && namesStoredRoom(roomId))
  const input = inputs[event as keyof typeof takes](rest, isStored)
  return isStored
    ? { command, payload: { ...input, room_id: roomId } }
    : { command: ephemeral, payload: { ...input, name: roomId } }
}

const words = new Map([
  ['room_id', 'roomId'],
  ['name', 'roomId'],
  ['text_message', 'message'],
  ['text', 'message'],
  ['is_typing', 'isTyping'],
])

const frame: Teller<typeof tells> = (event, data) => JSON.stringify({ event, data })

/** The room that a frame was about, as it named it. */
function inRoom(payload: unknown): { roomId?: string } {
  const { roomId } = (payload ?? {}) as { roomId?: unknown }
  return typeof roomId === 'string' ? { roomId: roomId.slice(0, maxRoomName) } : {}
}

/** What has been deleted since says nothing any more. */
function storedMessage(message: MessageView): string | null {
  const { room_id: roomId, sender, text_message: text, created_at: timestamp, file_url } = message
  if (text === null) return null
  const stored = { messageId: message.message_id, seq: message.seq, ...(file_url !== null && { file_url }) }
  if (!sender) return frame('chat.system', { roomId, message: text, timestamp, ...stored })
  const { user_id: userId, name: username } = sender
  return frame('chat.message', { roomId, userId, username, message: text, timestamp, ...stored, ...ownId(message) })
}

function ephemeralMessage(said: EphemeralMessageView): string {
  const { name: roomId, sender, text: message, created_at: timestamp } = said
  if (!sender) return frame('chat.system', { roomId, message, timestamp })
  const { user_id: userId, name: username } = sender
  return frame('chat.message', { roomId, userId, username, message, timestamp, ...ownId(said) })
}

const typing = (roomId: string, userId: string, username: string, isTyping: boolean): string =>
  frame('chat.typing', { roomId, userId, username, isTyping })

type Encoders = { [Type in ChatEvent['type']]?: (event: ChatEvent & { type: Type }) => string | null }

/** What is not here is told to nobody by this dialect. */
const encoders: Encoders = {
  'room.joined': ({ room_id: roomId }) => frame('chat.joined', { roomId }),
  'ephemeral.joined': ({ name: roomId }) => frame('chat.joined', { roomId }),
  'listener.joined': ({ user_id: userId, room_id: roomId }) => frame('chat.userJoined', { userId, roomId }),
  'ephemeral.entered': ({ user_id: userId, name: roomId }) => frame('chat.userJoined', { userId, roomId }),
  'listener.left': ({ user_id: userId, room_id: roomId }) => frame('chat.userLeft', { userId, roomId }),
  'ephemeral.left': ({ user_id: userId, name: roomId }) => frame('chat.userLeft', { userId, roomId }),
  'message.created': ({ message }) => storedMessage(message),
  'ephemeral.message': ephemeralMessage,
  typing: ({ room_id, user_id, name, is_typing }) => typing(room_id, user_id, name, is_typing),
  'ephemeral.typing': ({ name, user_id, user_name, is_typing }) => typing(name, user_id, user_name, is_typing),
  'call.signal': ({ room_id: roomId, user_id: userId, kind, data }) =>
    frame('call_signal', { roomId, userId, kind, data }),
  'messages.skipped': ({ room_id: roomId, count }) => frame('chat.skipped', { roomId, count }),
  'stream.ended': ({ room_id: roomId, message, ended_at: timestamp }) =>
    frame('chat.system', { roomId, message, timestamp }),
  'room.deleted': ({ room_id: roomId }) =>
    frame('error', { message: 'The room was deleted.', code: 'room_not_found', roomId }),
}

export const roomsDialect: PlainDialect = {
  name: 'rooms',

  read({ event, data }: { event?: unknown; data?: unknown }) {
    return typeof event === 'string' ? { event, payload: data } : null
  },

  decode,

  /** What was sent comes back as everybody hears it; what they do not hear, or not again, to its sender alone. */
  reply(reply, { payload }) {
    if (!reply.ok)
      return [frame('error', { ...plainError(reply.error, words), ...inRoom(payload), ...sentAs(payload) })]
    const { message, heard } = reply as { message?: MessageView; heard?: boolean }
    const unheard = message && !heard ? storedMessage(message) : null
    return unheard === null ? [] : [unheard]
  },

  exception: (problem) => frame('error', plainError(problem)),

  event: (event) => (encoders[event.type] as ((event: ChatEvent) => string | null) | undefined)?.(event) ?? null,
}
