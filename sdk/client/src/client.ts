import { Backoff } from './backoff.js'
import { Connection, type ConnectionState, type SocketSettings } from './connection.js'
import { Presence } from './presence.js'
import { Rest } from './rest.js'
import { Resuming } from './resuming.js'
import type { RoomAccess } from './room-access.js'
import { Room } from './room.js'
import { RoomList } from './room-list.js'
import type { Store } from './store.js'
import { Tokens, type TokenProvider } from './tokens.js'
import { roomEvents, roomIdOf, type RoomEvent } from './types.js'

export interface ClientSettings {
  /** Where the service is, as `https://chat.example.com`. */
  url: string
  token: TokenProvider
  /** Whose token it is; left out, it is read from the token (`sub`). */
  userId?: string
  socket?: SocketSettings
}

/** Who left a room is often back at once: a page that is rendered anew. */
const lingerMs = 1000

interface OpenRoom {
  room: Room
  /** Who wants to hear it. */
  users: number
  leaving: ReturnType<typeof setTimeout> | undefined
}

/** A user's chat: one socket, and the rooms that are open on it. Begin with `connect()`, end with `close()`. */
export class ParleyClient {
  readonly connection: Store<ConnectionState>
  /** One's rooms, with what is unread in each. */
  readonly rooms: RoomList
  readonly presence: Presence
  readonly rest: Rest
  private readonly socket: Connection
  private readonly open = new Map<string, OpenRoom>()
  private readonly resuming: Resuming
  private readonly tokens: Tokens
  private readonly backoff = new Backoff()

  constructor(private readonly settings: ClientSettings) {
    const tokens = new Tokens(settings.token)
    this.tokens = tokens
    this.rest = new Rest({
      url: settings.url,
      credentials: async (refused) => ({
        authorization: `Bearer ${await (refused ? tokens.renew() : tokens.current())}`,
      }),
    })
    this.socket = new Connection(settings.url, tokens, settings.socket)
    this.connection = this.socket.state
    this.resuming = new Resuming(this.socket)
    this.rooms = new RoomList(this.rest, this.socket)
    this.presence = new Presence(this.rest, this.socket)
    for (const name of roomEvents) this.socket.on(name, (data) => this.hear({ name, data } as RoomEvent))
    this.socket.on('heads', ({ rooms }) => rooms.forEach((data) => this.hear({ name: 'heads', data })))
    this.socket.onOnline(() => this.all((room) => room.catchUp()))
    this.connection.subscribe(() => {
      if (this.connection.get().status !== 'online') this.all((room) => room.cut())
    })
  }
  connect(): void {
    this.socket.connect()
  }

  /** For good. */
  close(): void {
    this.all((room) => room.close())
    this.open.clear()
    this.socket.close()
  }

  /** Listens to a room. Whoever asks for the same one shares it: it is left when as many have called `leaveRoom`. */
  room(roomId: string): Room {
    const open = this.find(roomId)
    clearTimeout(open.leaving)
    if (open.users++ === 0 && this.socket.isOnline) open.room.catchUp()
    return open.room
  }

  /** The room as it is known, without listening to it. */
  peek(roomId: string): Room {
    return this.find(roomId).room
  }

  /** The membership stays. Whoever is back at once finds the room as it was. */
  leaveRoom(roomId: string): void {
    const open = this.open.get(roomId)
    if (!open || --open.users > 0) return
    open.leaving = setTimeout(() => {
      open.room.close()
      this.open.delete(roomId)
      if (this.socket.isOnline) this.socket.ask('leave_room', { room_id: roomId }).catch(() => undefined)
    }, lingerMs)
  }

  get userId(): string {
    return this.settings.userId ?? this.tokens.userId
  }

  private find(roomId: string): OpenRoom {
    const open = this.open.get(roomId) ?? { room: new Room(roomId, this.access), users: 0, leaving: undefined }
    this.open.set(roomId, open)
    return open
  }

  private hear(event: RoomEvent): void {
    this.open.get(roomIdOf(event))?.room.hear(event)
  }

  private all(what: (room: Room) => void): void {
    for (const { room, users } of [...this.open.values()]) if (users) what(room)
  }

  private get access(): RoomAccess {
    const { socket, rest, rooms, resuming, backoff } = this
    const client = this
    return {
      get userId() {
        return client.userId
      },
      join: (room_id) => socket.ask('join_room', { room_id }),
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
      resume: (room) => resuming.add(room),
      later: (what, afterMs) => void setTimeout(what, Math.max(backoff.next(), afterMs ?? 0)),
    }
  }
}
