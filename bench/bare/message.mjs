// What the bare services deliver: a message with every field of Parley's, so that frames are as long as its.
import { randomUUID } from 'node:crypto'

const lastSeq = new Map() // room → how many messages it has had

export function toMessage(sender, { room_id, client_message_id, text_message }) {
  const seq = (lastSeq.get(room_id) ?? 0) + 1
  lastSeq.set(room_id, seq)
  return {
    message_id: randomUUID(),
    room_id,
    seq,
    rev: 0,
    type: 'text',
    text_message,
    file_url: null,
    client_message_id,
    reply_to: null,
    mentions: [],
    metadata: null,
    sender,
    reactions: [],
    pinned: false,
    created_at: new Date().toISOString(),
    edited_at: null,
    deleted_at: null,
  }
}
