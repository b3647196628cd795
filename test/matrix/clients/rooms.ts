/** `/chat/ws` (seed 002): `{event, data}`, in a stored room. */
import { randomUUID } from 'node:crypto'
import { time } from '../../sockets/golden.js'
import type { Answer, Client, Wire } from '../client.js'
import { PlainClient } from './plain.js'

class RoomsClient extends PlainClient implements Client {
  async join(after_seq = 0): Promise<Answer> {
    await this.open('/chat/ws')
    return this.ask({ event: 'chat.join', data: { ...this.room, after_seq } }, ({ event }) => event === 'chat.joined')
  }

  send = (message: string, client_message_id: string = randomUUID()) =>
    this.ask(
      { event: 'chat.message', data: { ...this.room, message, client_message_id } },
      ({ event, data }) => event === 'chat.message' && data.client_message_id === client_message_id,
      client_message_id,
    )

  react = (messageId: string, emoji: string) =>
    this.ask({ event: 'chat.reaction', data: { ...this.room, messageId, emoji } }, () => false)

  unreact = (messageId: string, emoji: string) =>
    this.ask({ event: 'chat.reaction', data: { ...this.room, messageId, emoji, remove: true } }, () => false)

  type = () =>
    this.ask(
      { event: 'chat.typing', data: { ...this.room, isTyping: true } },
      ({ event, data }) => event === 'chat.typing' && data.userId === this.user.userId,
    )

  edit = (messageId: string, message: string) =>
    this.ask({ event: 'chat.edit', data: { ...this.room, messageId, message } }, () => false)

  /** No frame answers it; but frames are taken in their order, and the next one is answered. */
  async leave(): Promise<Answer> {
    this.socket.send({ event: 'chat.leave', data: this.room })
    await this.failing({ event: 'chat.unknown' })
    return { ok: true }
  }

  refused = (message: string, client_message_id: string) =>
    this.failing({ event: 'chat.message', data: { ...this.room, message, client_message_id } }, client_message_id)

  protected errorIn = ({ event, data }: any) => (event === 'error' ? data : undefined)

  private get room(): object {
    return { roomId: this.place.roomId }
  }
}

/** Of a stored room, beside the seed's own fields. */
const stored = { messageId: expect.any(String), seq: expect.any(Number) }

export const rooms: Wire = {
  name: 'rooms',
  can: new Set(['join', 'send', 'type', 'leave']),
  kinds: ['group', 'livestream'],
  resumes: true,
  repeats: 'by a frame',
  unknown: 'unknown_event',
  client: (user, place) => new RoomsClient(user, place),
  heardIn({ event, data }) {
    if (event === 'chat.system') return [{ text: data.message, userId: null, username: 'System' }]
    return event === 'chat.message' ? [{ text: data.message, userId: data.userId, username: data.username }] : []
  },
  golden: ({ place: { roomId }, userId, username, text, clientMessageId }) => ({
    event: 'chat.message',
    data: { roomId, userId, username, message: text, timestamp: time, ...stored, client_message_id: clientMessageId },
  }),
  goldenOfSystem: ({ roomId }, text) => ({
    event: 'chat.system',
    data: { roomId, message: text, timestamp: time, ...stored },
  }),
  goldenRefusal: ({ code, clientMessageId, retry }) => ({
    event: 'error',
    data: {
      message: expect.any(String),
      code,
      roomId: expect.any(String),
      client_message_id: clientMessageId,
      ...retry,
    },
  }),
  goldenBabble: { event: 'error', data: { message: expect.any(String), code: 'malformed_json' } },
}
