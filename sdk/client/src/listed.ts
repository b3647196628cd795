/** One's rooms as a list, and what happens to it. Pure. */
import type { Message, MyRoom, ReadState, Unread } from './types.js'

type Rooms = readonly MyRoom[]

export interface Counts {
  /** By room; a room that is not here has nothing unread. */
  readonly unread: ReadonlyMap<string, number>
  readonly totalUnread: number
}

/** A message was said: its room comes first. */
export function withSaid(rooms: Rooms, message: Message): Rooms {
  const room = rooms.find(({ room_id }) => room_id === message.room_id)
  if (!room || message.seq <= room.last_seq) return rooms
  return [{ ...room, last_seq: message.seq, last_message: message }, ...rooms.filter((one) => one !== room)]
}

/** If that is what was said last there. */
export function withResaid(rooms: Rooms, roomId: string, messageId: string, fields: Partial<Message>): Rooms {
  return withChange(rooms, roomId, ({ last_message }) =>
    last_message?.message_id === messageId ? { last_message: { ...last_message, ...fields } } : {},
  )
}

export const withChange = (rooms: Rooms, roomId: string, to: (room: MyRoom) => Partial<MyRoom>): Rooms =>
  rooms.map((room) => (room.room_id === roomId ? { ...room, ...to(room) } : room))

/** Those of the second that are not in the first, after it. */
export function joined(first: Rooms, second: Rooms): Rooms {
  const known = new Set(first.map(({ room_id }) => room_id))
  return [...first, ...second.filter(({ room_id }) => !known.has(room_id))]
}

export const countsOf = ({ total, rooms }: Unread): Counts => ({
  unread: new Map(rooms.map(({ room_id, unread }) => [room_id, unread])),
  totalUnread: total,
})

/** As the service answered when it was told what was read. */
export function withRead({ unread, totalUnread }: Counts, state: Pick<ReadState, 'room_id' | 'unread'>): Counts {
  const now = new Map(unread)
  if (state.unread) now.set(state.room_id, state.unread)
  else now.delete(state.room_id)
  return { unread: now, totalUnread: totalUnread + state.unread - (unread.get(state.room_id) ?? 0) }
}
