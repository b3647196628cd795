/** The chat service's Socket.IO events (seed 004). */
import type { ChatEvent } from '../../contract/events.js'
import type { Dialect } from './dialect.js'

const commands: ReadonlyMap<string, string> = new Map([
  ['join_room', 'room.join'],
  ['leave_room', 'room.leave'],
  ['send_message', 'message.send'],
])

/** An event in Socket.IO's own text encoding: `2` is the packet type EVENT, on the main namespace. */
const packet = (name: string, payload: object): string => `2${JSON.stringify([name, payload])}`

export const chatDialect: Dialect = {
  name: 'chat',

  decode(event, payload) {
    const command = commands.get(event)
    return command === undefined ? null : { command, payload }
  },

  event(event: ChatEvent): string | null {
    switch (event.type) {
      case 'message.created':
        return packet('new_message', event.message)
      case 'member.joined':
        return packet('member_joined', payloadOf(event))
      case 'member.left':
        return packet('member_left', payloadOf(event))
      case 'room.updated':
        return packet('room_updated', payloadOf(event))
      case 'room.deleted':
        return packet('room_deleted', payloadOf(event))
      case 'room.added':
        return packet('room_added', payloadOf(event))
      case 'room.removed':
        return packet('room_removed', payloadOf(event))
      case 'session.ended':
        return null
    }
  },
}

const payloadOf = <E extends ChatEvent>({ type: _, ...payload }: E): Omit<E, 'type'> => payload
