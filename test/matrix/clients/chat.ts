/** Socket.IO, the chat's events (seed 004). */
import { randomUUID } from 'node:crypto'
import type { Answer, Client, Wire } from '../client.js'
import { SocketIoClient } from './socketio.js'
import { heardOf, messageOf, messageOfSystem, problemOf } from './view.js'

class ChatClient extends SocketIoClient implements Client {
  async join(after_seq = 0): Promise<Answer> {
    await this.connect()
    return this.ask('join_room', { ...this.room, after_seq })
  }

  send = (text_message: string, client_message_id: string = randomUUID()) =>
    this.ask('send_message', { ...this.room, text_message, client_message_id })

  react = (message_id: string, emoji: string) => this.ask('add_reaction', { ...this.room, message_id, emoji })

  unreact = (message_id: string, emoji: string) => this.ask('remove_reaction', { ...this.room, message_id, emoji })

  type = () => this.ask('typing', { ...this.room, is_typing: true })

  edit = (message_id: string, text_message: string) =>
    this.ask('edit_message', { ...this.room, message_id, text_message })

  leave = () => this.ask('leave_room', this.room)

  refused = (text_message: string, client_message_id: string) =>
    this.failing('send_message', { ...this.room, text_message, client_message_id }, 'exception')

  babbled = () => this.failing('send_message', 'no object', 'exception')

  private get room(): object {
    return { room_id: this.place.roomId }
  }
}

export const chat: Wire = {
  name: 'chat',
  can: new Set(['join', 'send', 'react', 'unreact', 'type', 'edit', 'leave']),
  kinds: ['group', 'livestream'],
  resumes: true,
  repeats: 'in the answer',
  unknown: 'unknown_event',
  client: (user, place) => new ChatClient(user, place),
  heardIn: ([event, payload]) => (event === 'new_message' ? [heardOf(payload)] : []),
  golden: (said) => ['new_message', messageOf(said)],
  goldenOfSystem: (place, text) => ['new_message', messageOfSystem(place, text)],
  goldenRefusal: ({ clientMessageId, ...problem }) => [
    'exception',
    { ...problemOf(problem), event: 'send_message', client_message_id: clientMessageId },
  ],
  goldenBabble: ['exception', { ...problemOf({ code: 'validation_failed' }), event: 'send_message' }],
}
