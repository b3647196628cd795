/** What the three plain dialects call things. */
import type { Told } from '../../checker/log.js'
import type { Place } from './voice.js'

/** With its sender's own id. */
export type Message = Told & { id: string | null }

export interface Words {
  wire: string
  path: (place: Place, userId: string, afterSeq: number) => string
  /** Said first; null where the path says all. */
  hello: (place: Place, afterSeq: number) => object | null
  joined: (frame: any) => boolean
  say: (place: Place, text: string) => object
  told: (frame: any) => Message | null
  errorIn: (frame: any) => { code: string; client_message_id?: string; retry_after_ms?: number } | undefined
}

const message = (message_id: string, seq: number, sender: string | null, text: string | null, id?: string): Message => {
  return { message_id, seq, sender, text, id: id ?? null }
}

/** Seed 003: `{type, data}`. */
export const roomWords: Words = {
  wire: 'room',
  path: ({ roomId }, userId, afterSeq) => `/ws/${roomId}/${userId}?after_seq=${afterSeq}`,
  hello: () => null,
  joined: () => false,
  say: (_, text) => ({ type: 'send_message', data: { content: text, client_message_id: text } }),
  told: ({ type, data }) =>
    type === 'new_message'
      ? message(data.message_id, data.seq, data.user_id, data.content, data.client_message_id)
      : null,
  errorIn: ({ type, data }) => (type === 'error' ? data : undefined),
}

/** Seed 002: `{event, data}`. */
export const roomsWords: Words = {
  wire: 'rooms',
  path: () => '/chat/ws',
  hello: ({ roomId }, after_seq) => ({ event: 'chat.join', data: { roomId, after_seq } }),
  joined: ({ event }) => event === 'chat.joined',
  say: ({ roomId }, text) => ({ event: 'chat.message', data: { roomId, message: text, client_message_id: text } }),
  told: ({ event, data }) =>
    event === 'chat.message' || event === 'chat.system'
      ? message(data.messageId, data.seq, data.userId ?? null, data.message, data.client_message_id)
      : null,
  errorIn: ({ event, data }) => (event === 'error' ? data : undefined),
}

/** Seed 000: a frame is a message. */
export const streamWords: Words = {
  wire: 'stream',
  path: ({ streamId }, _, afterSeq) => `/ws/chat/${streamId}?after_seq=${afterSeq}`,
  hello: () => null,
  joined: () => false,
  say: (_, text) => ({ content: text, client_message_id: text }),
  told: ({ id, seq, user_id, content, client_message_id }) =>
    content === undefined ? null : message(id, seq, user_id, content, client_message_id),
  errorIn: ({ error }) => error,
}
