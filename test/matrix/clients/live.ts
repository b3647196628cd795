/** Socket.IO, the livestream app's events (seed 001). It is acknowledged, too, which that app does not ask for. */
import { randomUUID } from 'node:crypto'
import { time } from '../../sockets/golden.js'
import type { Answer, Client, Heard, Wire } from '../client.js'
import { SocketIoClient } from './socketio.js'

class LiveClient extends SocketIoClient implements Client {
  async join(): Promise<Answer> {
    await this.connect()
    return this.ask('join_stream_room', this.stream)
  }

  send = (message: string, client_message_id: string = randomUUID()) =>
    this.ask('chat_message', { ...this.stream, message, client_message_id })

  react = (messageId: string, emoji: string) => this.ask('chat_reaction', { ...this.stream, messageId, emoji })

  unreact = (messageId: string, emoji: string) => this.ask('chat_reaction_off', { ...this.stream, messageId, emoji })

  type = () => this.ask('chat_typing', this.stream)

  edit = (messageId: string, message: string) => this.ask('chat_edit', { ...this.stream, messageId, message })

  leave = () => this.ask('leave_stream_room', this.stream)

  refused = (message: string) => this.failing('chat_message', { ...this.stream, message }, 'message_error')

  babbled = () => this.failing('chat_message', 'no object', 'message_error')

  private get stream(): object {
    return { streamId: this.place.streamId }
  }
}

const heardOf = ({ message, userId, username }: any): Heard => ({ text: message, userId, username })

export const live: Wire = {
  name: 'live',
  can: new Set(['join', 'send', 'leave']),
  kinds: ['livestream'],
  resumes: false,
  repeats: 'in the answer',
  unknown: 'unknown_event',
  client: (user, place) => new LiveClient(user, place),
  heardIn([event, payload]) {
    if (event === 'recent_chat_history') return payload.messages.map(heardOf)
    return event === 'new_message' ? [heardOf(payload)] : []
  },
  golden: ({ place: { streamId }, userId, username, text }) => [
    'new_message',
    { userId, username, message: text, timestamp: time, streamId },
  ],
  goldenOfSystem: ({ streamId }, text) => [
    'new_message',
    { userId: null, username: 'System', message: text, timestamp: time, streamId },
  ],
  goldenRefusal: () => ['message_error', { message: expect.any(String) }],
  goldenBabble: ['message_error', { message: expect.any(String) }],
}
