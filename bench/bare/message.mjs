// What the bare services deliver: a message with every field of Parley's, so that frames are as long as its. With
// SHORT_MESSAGES it has those of Parley's dialects for livestreams, which are fewer.
import { randomUUID } from 'node:crypto'

const lastSeq = new Map() // room → how many messages it has had

export function toMessage(sender, input) {
  const seq = (lastSeq.get(input.room_id) ?? 0) + 1
  lastSeq.set(input.room_id, seq)
  return process.env.SHORT_MESSAGES ? shortMessage(seq, sender, input) : fullMessage(seq, sender, input)
}

function shortMessage(seq, { user_id, display_name }, { room_id, text_message }) {
  return {
    id: randomUUID(),
    seq,
    stream_id: room_id,
    user_id,
    username: display_name,
    role: 'viewer',
    content: text_message,
    created_at: new Date().toISOString(),
  }
}

function fullMessage(seq, sender, { room_id, client_message_id, text_message }) {
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
