/** `/ws/chat/{stream_id}` (seed 000): a frame is a message, and there is nothing else to ask. */
import { randomUUID } from 'node:crypto'
import { time, uuid7 } from '../../sockets/golden.js'
import type { Client, Wire } from '../client.js'
import { PlainClient } from './plain.js'

class StreamClient extends PlainClient implements Client {
  join = (afterSeq = 0) => this.open(`/ws/chat/${this.place.streamId}?after_seq=${afterSeq}`)

  send = (content: string, client_message_id: string = randomUUID()) =>
    this.ask(
      { content, client_message_id },
      (heard) => heard.client_message_id === client_message_id,
      client_message_id,
    )

  react = (message_id: string, emoji: string) => this.ask({ message_id, emoji }, () => false)

  unreact = (message_id: string, emoji: string) => this.ask({ message_id, emoji, remove: true }, () => false)

  type = () => this.ask({ is_typing: true }, () => false)

  edit = (message_id: string, text: string) => this.ask({ message_id, content: text }, () => false)

  leave = () => this.close()

  refused = (content: string, client_message_id: string) =>
    this.failing({ content, client_message_id }, client_message_id)

  protected errorIn = (frame: any) => frame.error
}

export const stream: Wire = {
  name: 'stream',
  can: new Set(['join', 'send', 'leave']),
  kinds: ['livestream'],
  resumes: true,
  repeats: 'by a frame',
  unknown: 'validation_failed',
  client: (user, place) => new StreamClient(user, place),
  heardIn: ({ content, user_id, username, seq }) =>
    content === undefined ? [] : [{ text: content, userId: user_id, username, seq }],
  golden: ({ place: { streamId }, userId, username, text, clientMessageId }) => ({
    id: uuid7,
    seq: expect.any(Number),
    stream_id: streamId,
    user_id: userId,
    username,
    role: 'viewer',
    content: text,
    created_at: time,
    client_message_id: clientMessageId,
  }),
  goldenOfSystem: ({ streamId }, text) => ({
    id: uuid7,
    seq: expect.any(Number),
    stream_id: streamId,
    user_id: null,
    username: 'System',
    role: 'system',
    content: text,
    created_at: time,
  }),
  goldenRefusal: ({ code, clientMessageId, retry }) => ({
    error: { code, message: expect.any(String), client_message_id: clientMessageId, ...retry },
  }),
  goldenBabble: { error: { code: 'malformed_json', message: expect.any(String) } },
}
