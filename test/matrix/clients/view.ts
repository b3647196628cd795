/** A message and a problem as REST and Socket.IO's chat show them. */
import { time, uuid7 } from '../../sockets/golden.js'
import type { Heard, Place, Refusal, Said } from '../client.js'

const message = (room_id: string, text_message: string, fields: object): object => ({
  message_id: uuid7,
  room_id,
  seq: expect.any(Number),
  rev: 0,
  text_message,
  file_url: null,
  reply_to: null,
  mentions: [],
  metadata: null,
  reactions: [],
  pinned: false,
  created_at: time,
  edited_at: null,
  deleted_at: null,
  ...fields,
})

export const messageOf = ({ place, userId, displayName, username, text, clientMessageId }: Said): object =>
  message(place.roomId, text, {
    type: 'text',
    client_message_id: clientMessageId,
    sender: { user_id: userId, display_name: displayName, name: username, img_url: null },
  })

export const messageOfSystem = ({ roomId }: Place, text: string): object =>
  message(roomId, text, { type: 'system', client_message_id: null, sender: null })

export const heardOf = ({ text_message, sender, seq }: any): Heard => ({
  text: text_message,
  userId: sender?.user_id ?? null,
  username: sender?.name ?? 'System',
  seq,
})

const problems: ReadonlyMap<string, [status: number, title: string]> = new Map([
  ['malformed_json', [400, 'The body is not JSON']],
  ['validation_failed', [400, 'The input is not valid']],
  ['slow_mode', [429, 'The room is in slow mode']],
])

export function problemOf({ code, retry }: Pick<Refusal, 'code' | 'retry'>): object {
  const [status, title] = problems.get(code)!
  return {
    type: `/docs/errors#${code}`,
    title,
    status,
    detail: expect.any(String),
    code,
    retryable: status === 429,
    request_id: uuid7,
    ...retry,
    ...(code === 'validation_failed' && { errors: expect.any(Array) }),
  }
}
