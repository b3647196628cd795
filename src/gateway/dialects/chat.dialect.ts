/** The chat service's Socket.IO events (seed 004). */
import type { ChatEvent } from '../../contract/events.js'
import { jsonOf, sentAs } from './json.js'
import { acknowledgement, packet } from './packets.js'
import type { Dialect } from './dialect.js'

const commands: ReadonlyMap<string, string> = new Map([
  ['join_room', 'room.join'],
  ['sync_rooms', 'room.sync'],
  ['leave_room', 'room.leave'],
  ['send_message', 'message.send'],
  ['edit_message', 'message.edit'],
  ['delete_message', 'message.delete'],
  ['mark_read', 'room.mark_read'],
  ['typing', 'typing'],
  ['pin_message', 'message.pin'],
  ['unpin_message', 'message.unpin'],
  ['add_reaction', 'reaction.add'],
  ['remove_reaction', 'reaction.remove'],
  ['refresh_token', 'token.refresh'],
])

/** Each event's name here; null for what no client is told. */
const names: Record<ChatEvent['type'], string | null> = {
  'message.created': 'new_message',
  'message.updated': 'message_updated',
  'message.deleted': 'message_deleted',
  'reaction.added': 'reaction_added',
  'reaction.removed': 'reaction_removed',
  read: 'read',
  typing: 'typing',
  presence: 'presence',
  friendship: 'friendship',
  'member.updated': 'member_updated',
  'member.joined': 'member_joined',
  'member.left': 'member_left',
  'room.updated': 'room_updated',
  'room.deleted': 'room_deleted',
  'room.added': 'room_added',
  'room.removed': 'room_removed',
  'room.activity': 'room_activity',
  'call.signal': 'call_signal',
  viewers: 'viewer_count',
  'messages.skipped': 'messages_skipped',
  'stream.ended': 'stream_ended',
  heads: 'heads',
  'room.joined': null,
  'room.history': null,
  'listener.joined': null,
  'listener.left': null,
  notification: null,
  'ephemeral.joined': null,
  'ephemeral.entered': null,
  'ephemeral.left': null,
  'ephemeral.message': null,
  'ephemeral.typing': null,
  'user.logged_in': null,
  'user.logged_out': null,
  'token.expiring': 'token_expiring',
  'session.ended': null,
}

function payloadOf(event: ChatEvent): string {
  switch (event.type) {
    case 'message.created':
      return jsonOf(event.message)
    case 'message.updated':
      return `{"message":${jsonOf(event.message)}}`
    case 'message.deleted':
      return JSON.stringify(event.message)
    case 'typing': {
      const { type: _, name: __, ...typing } = event
      return JSON.stringify(typing)
    }
    case 'room.removed':
      return JSON.stringify({ room_id: event.room_id })
    default: {
      const { type: _, ...payload } = event
      return JSON.stringify(payload)
    }
  }
}

const exception = (problem: object): string => packet('exception', JSON.stringify(problem))

export const chatDialect: Dialect = {
  name: 'chat',

  decode(event, payload) {
    const command = commands.get(event)
    return command === undefined ? null : { command, payload }
  },

  /** Who wants no acknowledgement hears of failures alone. */
  reply(reply, { event, payload, id }) {
    if (id !== undefined) return [acknowledgement(id, reply)]
    return reply.ok ? [] : [exception({ ...reply.error, event, ...sentAs(payload) })]
  },

  exception,

  event(event) {
    const name = names[event.type]
    return name && packet(name, payloadOf(event))
  },
}
