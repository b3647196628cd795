/** The chat service's Socket.IO events (seed 004). */
import type { ChatEvent } from '../../contract/events.js'
import { takes, type tells } from './chat.frames.js'
import type { Dialect } from './dialect.js'
import { decoderOf, type EventOf, type NameFor, type PayloadOf } from './frames.js'
import { sentAs } from './json.js'
import { acknowledgement, packet } from './packets.js'

/** What is told otherwise than it is said here: what happened, without its type. */
const shapes = {
  'message.created': ({ message }: EventOf<'message.created'>) => message,
  'message.deleted': ({ message }: EventOf<'message.deleted'>) => message,
  typing: ({ type: _, name: __, again: ___, ...typing }: EventOf<'typing'>) => typing,
  'room.removed': ({ room_id }: EventOf<'room.removed'>) => ({ room_id }),
  'stream.ended': ({ room_id, message }: EventOf<'stream.ended'>) => ({ room_id, message }),
}

type Payload<T extends ChatEvent['type']> = T extends keyof typeof shapes
  ? ReturnType<(typeof shapes)[T]>
  : Omit<EventOf<T>, 'type'>

/** Each event's name here; null for what no client is told. */
const names: { [T in ChatEvent['type']]: NameFor<typeof tells, Payload<T>> | null } = {
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
  'room.moved': null,
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

function payloadOf(event: ChatEvent): object {
  const shape = shapes[event.type as keyof typeof shapes] as ((event: ChatEvent) => object) | undefined
  if (shape) return shape(event)
  const { type: _, ...payload } = event
  return payload
}

const exception = (problem: PayloadOf<typeof tells, 'exception'>): string => packet('exception', problem)

export const chatDialect: Dialect = {
  name: 'chat',

  decode: decoderOf(takes),

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
