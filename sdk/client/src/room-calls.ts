import type { Connection } from './connection.js'
import type { Gate } from './gate.js'
import type { Rest } from './rest.js'
import type { Resuming } from './resuming.js'
import type { RoomAccess } from './room-access.js'
import type { RoomList } from './room-list.js'

interface Parts {
  socket: Connection
  rest: Rest
  rooms: RoomList
  resuming: Resuming
  /** Whoever joins goes through it. */
  gate: Gate
  myId: () => string
}

/** What rooms ask, in the words of the service. */
export const callsOf = ({ socket, rest, rooms, resuming, gate, myId }: Parts): RoomAccess => ({
  get userId() {
    return myId()
  },
  get isOnline() {
    return socket.isOnline
  },
  join: async (room_id, isStill) => {
    const joined = await gate.pass(() => socket.ask('join_room', { room_id }), isStill)
    rooms.know(joined.room)
    return joined
  },
  view: (roomId) => rest.get(`/room/${roomId}`),
  page: (roomId, query) => rest.get(`/room/${roomId}/message`, query),
  memberPage: (roomId, cursor) => rest.get(`/room/${roomId}/member`, { limit: 100, cursor }),
  send: async (room_id, draft) => (await socket.ask('send_message', { room_id, ...draft })).message,
  edit: (room_id, message_id, fields) => socket.ask('edit_message', { room_id, message_id, ...fields }),
  remove: (room_id, message_id) => socket.ask('delete_message', { room_id, message_id }),
  pin: (room_id, message_id, is) => socket.ask(is ? 'pin_message' : 'unpin_message', { room_id, message_id }),
  react: (room_id, message_id, emoji, is) =>
    socket.ask(is ? 'add_reaction' : 'remove_reaction', { room_id, message_id, emoji }),
  read: async (room_id, seq) => rooms.read(await socket.ask('mark_read', { room_id, seq })),
  say: (event, payload) => void socket.ask(event, payload).catch(() => undefined),
  resume: (log) => resuming.add(log),
})
