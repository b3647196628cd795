/** `/ws/{room_id}/{user_id}` (seed 003): `{type, data}`. */
import { randomUUID } from 'node:crypto'
import { time, uuid7 } from '../../sockets/golden.js'
import type { Client, Wire } from '../client.js'
import { PlainClient } from './plain.js'

class RoomClient extends PlainClient implements Client {
  join = (afterSeq = 0) => this.open(`/ws/${this.place.roomId}/${this.user.userId}?after_seq=${afterSeq}`)

  send = (content: string, client_message_id: string = randomUUID()) =>
    this.ask(
      { type: 'send_message', data: { content, client_message_id } },
      ({ type, data }) => type === 'new_message' && data.client_message_id === client_message_id,
      client_message_id,
    )

  react = (message_id: string, emoji: string) =>
    this.ask({ type: 'reaction', data: { message_id, emoji } }, this.isMine('reaction'))

  unreact = (message_id: string, emoji: string) =>
    this.ask({ type: 'remove_reaction', data: { message_id, emoji } }, () => false)

  type = () => this.ask({ type: 'typing', data: { is_typing: true } }, this.isMine('typing'))

  edit = (message_id: string, content: string) =>
    this.ask({ type: 'edit_message', data: { message_id, content } }, () => false)

  leave = () => this.close()

  refused = (content: string, client_message_id: string) =>
    this.failing({ type: 'send_message', data: { content, client_message_id } }, client_message_id)

  protected errorIn = ({ type, data }: any) => (type === 'error' ? data : undefined)

  private isMine(type: string) {
    return (heard: any): boolean => heard.type === type && heard.data.user_id === this.user.userId
  }
}

export const room: Wire = {
  name: 'room',
  can: new Set(['join', 'send', 'react', 'type', 'leave']),
  kinds: ['group', 'livestream'],
  resumes: true,
  repeats: 'by a frame',
  unknown: 'unknown_event',
  client: (user, place) => new RoomClient(user, place),
  heardIn: ({ type, data }) =>
    type === 'new_message'
      ? [{ text: data.content, userId: data.user_id, username: data.username, seq: data.seq }]
      : [],
  golden: ({ place: { roomId }, userId, username, text, clientMessageId }) => ({
    type: 'new_message',
    data: {
      message_id: uuid7,
      seq: expect.any(Number),
      room_id: roomId,
      user_id: userId,
      username,
      content: text,
      file_url: null,
      created_at: time,
      client_message_id: clientMessageId,
    },
  }),
  goldenOfSystem: ({ roomId }, text) => ({
    type: 'new_message',
    data: {
      message_id: uuid7,
      seq: expect.any(Number),
      room_id: roomId,
      user_id: null,
      username: 'System',
      content: text,
      file_url: null,
      created_at: time,
    },
  }),
  goldenRefusal: ({ code, clientMessageId, retry }) => ({
    type: 'error',
    data: { code, message: expect.any(String), client_message_id: clientMessageId, ...retry },
  }),
  goldenBabble: { type: 'error', data: { code: 'malformed_json', message: expect.any(String) } },
}
