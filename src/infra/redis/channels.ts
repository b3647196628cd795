/** On which channel what happens is published, and how: what kind of event it is decides. */
import type { ChatEvent, Publication } from '../../contract/events.js'
import type { Place } from '../../contract/ports.js'

/**
 * How other nodes hear of it. `log`: whoever misses it finds it in the log. `passing`: whoever misses it misses nothing
 * that stays. `lasting`: it waits for who is cut off. `none`: it concerns sockets here alone.
 */
type Way = 'log' | 'passing' | 'lasting' | 'none'

const ways: { [T in ChatEvent['type']]: Way } = {
  'message.created': 'log',
  'message.updated': 'log',
  'message.deleted': 'log',
  'reaction.added': 'log',
  'reaction.removed': 'log',
  read: 'passing',
  typing: 'passing',
  presence: 'passing',
  viewers: 'passing',
  'room.moved': 'passing',
  'listener.joined': 'passing',
  'listener.left': 'passing',
  'ephemeral.entered': 'passing',
  'ephemeral.left': 'passing',
  'ephemeral.message': 'passing',
  'ephemeral.typing': 'passing',
  'user.logged_out': 'passing',
  friendship: 'lasting',
  'member.updated': 'lasting',
  'member.joined': 'lasting',
  'member.left': 'lasting',
  'room.updated': 'lasting',
  'room.deleted': 'lasting',
  'room.added': 'lasting',
  'room.removed': 'lasting',
  'stream.ended': 'lasting',
  notification: 'lasting',
  'call.signal': 'passing',
  'session.ended': 'lasting',
  'user.logged_in': 'none',
  'room.activity': 'none',
  'room.joined': 'none',
  'room.history': 'none',
  'messages.skipped': 'none',
  'ephemeral.joined': 'none',
  heads: 'none',
  'token.expiring': 'none',
}

const wayOf: ReadonlyMap<string, Way> = new Map(Object.entries(ways))

/** Is it something that nodes tell each other? Not what only a later version knows. */
export const isTold = (type: unknown): boolean => (wayOf.get(String(type)) ?? 'none') !== 'none'

export const isLasting = (event: ChatEvent): boolean => ways[event.type] === 'lasting'

/** Where other nodes hear of it. What lasts goes where everything else of the tenant does: the order among it is kept. */
export function placeOf({ audience, event }: Publication): Place {
  const { tenantId } = audience
  if (isLasting(event)) return { tenantId }
  if ('roomId' in audience) return { tenantId, roomId: audience.roomId }
  if ('topic' in audience) return { tenantId, topic: audience.topic }
  return { tenantId }
}

/** What is between the braces of its channel, and what kind of channel it is: rooms of a tenant are on many shards. */
export function nameOf(place: Place): [shard: string, kind: string] {
  const { tenantId } = place
  if ('roomId' in place) return [`${tenantId}:${place.roomId}`, 'room']
  if ('topic' in place) return [`${tenantId}:${place.topic}`, 'topic']
  return [tenantId, 'tenant']
}
