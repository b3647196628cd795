import { Connection, type ConnectionState } from './connection.js'
import { ParleyError } from './errors.js'
import { Gate } from './gate.js'
import type { SocketSettings } from './line.js'
import { OpenRooms } from './open-rooms.js'
import { Presence } from './presence.js'
import { Rest } from './rest.js'
import { Resuming } from './resuming.js'
import { callsOf } from './room-calls.js'
import { Room } from './room.js'
import { RoomList } from './room-list.js'
import type { Store } from './store.js'
import { Tokens, type TokenProvider } from './tokens.js'
import { roomEvents, roomIdOf, type RoomEvent, type Tells, type User } from './types.js'

export interface ClientSettings {
  /** Where the service is, as `https://chat.example.com`; in a page, relative to it. */
  url: string
  token: TokenProvider
  /** Whose tokens they are, by the service's id; left out, the token says it, or the service. */
  userId?: string
  socket?: SocketSettings
}

/** A user's chat: one socket, and the rooms that are open on it. Begin with `connect()`, end with `close()`. */
export class ParleyClient {
  readonly connection: Store<ConnectionState>
  /** One's rooms, with what is unread in each. */
  readonly rooms: RoomList
  readonly presence: Presence
  readonly rest: Rest
  private readonly tokens: Tokens
  private readonly socket: Connection
  private readonly open: OpenRooms

  /** Throws where `url` is none of the web: `localhost:3000` is one, of a protocol `localhost:`. */
  constructor({ url: where, token, userId, socket: settings }: ClientSettings) {
    const url = new URL(where, (globalThis as { location?: Location }).location?.href).href.replace(/\/$/, '')
    if (!/^https?:/.test(url)) throw new TypeError(`The url must begin with https:// or http://: ${where}`)
    this.tokens = new Tokens(token, userId)
    this.rest = new Rest({ url, credentials: (refused) => this.credentials(refused) })
    this.socket = new Connection(url, this.tokens, settings, () => this.learnWho())
    this.connection = this.socket.state
    this.rooms = new RoomList(this.rest, this.socket, () => this.userId)
    this.presence = new Presence(this.rest, this.socket)
    const { socket, rest, rooms } = this
    const gate = new Gate()
    const resuming = new Resuming(socket, gate)
    const calls = callsOf({ socket, rest, rooms, resuming, gate, myId: () => this.userId })
    this.open = new OpenRooms({ open: (roomId) => new Room(roomId, calls), left: (roomId) => this.left(roomId) })
    this.listen()
  }

  connect(): void {
    this.socket.connect()
  }

  /** What was not sent until now is not sent any more. */
  close(): void {
    this.open.close()
    this.rooms.close()
    this.socket.close()
  }

  /** Listens to a room. Whoever asks for the same one shares it: it is left when as many have called `leaveRoom`. */
  room(roomId: string): Room {
    return this.open.enter(roomId)
  }

  /** The room as it is known, without listening to it. */
  peek(roomId: string): Room {
    return this.open.peek(roomId)
  }

  /** The membership stays. Whoever is back at once finds the room as it was. */
  leaveRoom(roomId: string): void {
    this.open.leave(roomId)
  }

  /** Whatever the service tells, as it comes (docs/PROTOCOL.md), until what is returned is called. */
  on<E extends keyof Tells>(event: E, listener: (payload: Tells[E]) => void): () => void {
    return this.socket.told.on(event, listener)
  }

  /** Who uses this client. Throws before the first token is there. */
  get userId(): string {
    const { userId } = this.tokens
    if (userId === null) throw new ParleyError('offline', 'Nobody knows yet whose client this is.')
    return userId
  }

  private listen(): void {
    for (const name of roomEvents) this.socket.told.on(name, (data) => this.hear({ name, data } as RoomEvent))
    this.socket.told.on('heads', ({ rooms }) => rooms.forEach((data) => this.hear({ name: 'heads', data })))
    this.socket.told.on('room_added', ({ room }) => this.open.get(room.room_id)?.revive())
    this.socket.onOnline(() => this.open.entered.forEach((room) => room.catchUp()))
    this.connection.subscribe(() => {
      if (!this.socket.isOnline) this.open.all.forEach((room) => room.cut())
    })
  }

  private hear(event: RoomEvent): void {
    this.open.get(roomIdOf(event))?.hear(event)
  }

  private left(room_id: string): void {
    this.socket.ask('leave_room', { room_id }).catch(() => undefined)
  }

  private async credentials(refused: boolean): Promise<Record<string, string>> {
    return { authorization: `Bearer ${await (refused ? this.tokens.renew() : this.tokens.current())}` }
  }

  /** A tenant's own token names its user by the tenant's id of them. */
  private async learnWho(): Promise<void> {
    this.tokens.userId ??= (await this.rest.get<User>('/user/me')).user_id
  }
}
