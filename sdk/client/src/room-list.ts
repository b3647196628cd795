import { Backoff } from './backoff.js'
import type { Connection } from './connection.js'
import { asParleyError, type ParleyError } from './errors.js'
import * as listed from './listed.js'
import { patiently } from './patiently.js'
import type { Rest } from './rest.js'
import { Store } from './store.js'
import type { MyRoom, ReadState, RoomPage, Unread } from './types.js'

export interface RoomListSnapshot extends listed.Counts {
  readonly rooms: readonly MyRoom[]
  readonly hasMore: boolean
  /** Were they read? Before that there are none here. */
  readonly isLoaded: boolean
  /** Why they could not be read last; it is tried again by itself. */
  readonly error: ParleyError | null
}

const nothing: RoomListSnapshot = {
  rooms: [],
  unread: new Map(),
  totalUnread: 0,
  hasMore: false,
  isLoaded: false,
  error: null,
}

const pageSize = 50
/** Of many things that happen at once they are read once, and not more often than this, however much happens. */
const [settleMs, everyMs] = [300, 2000]

/** One's rooms, those first in which something was said last. What is unread is counted by the service, and never here: it cannot drift. */
export class RoomList {
  readonly store = new Store<RoomListSnapshot>(nothing)
  private readonly backoff = new Backoff()
  private cursor: string | null = null
  private timer: ReturnType<typeof setTimeout> | undefined
  private loading: Promise<void> | null = null
  private readMs = -Infinity
  private isWanted = false
  /** What ended meanwhile was not told: what was read further down is no better than the first page. */
  private isStale = false

  constructor(
    private readonly rest: Rest,
    private readonly socket: Connection,
    myId: () => string,
  ) {
    const soon = (): void => this.soon()
    socket.onOnline(() => {
      this.isStale = true
      soon()
    })
    for (const event of ['room_activity', 'room_added', 'new_message'] as const) socket.told.on(event, soon)
    socket.told.on('read', ({ user_id }) => void (this.isWanted && user_id === myId() && soon()))
    for (const event of ['room_removed', 'room_deleted'] as const) {
      socket.told.on(event, ({ room_id }) => this.drop(room_id))
      socket.told.on(event, soon)
    }
    socket.told.on('new_message', (message) => this.change((rooms) => listed.withSaid(rooms, message)))
    socket.told.on('room_updated', ({ room }) =>
      this.change((rooms) => listed.withChange(rooms, room.room_id, () => room)),
    )
    socket.told.on('message_updated', ({ message }) =>
      this.change((rooms) => listed.withResaid(rooms, message.room_id, message.message_id, message)),
    )
    socket.told.on('message_deleted', ({ room_id, message_id, deleted_at }) =>
      this.change((rooms) => listed.withResaid(rooms, room_id, message_id, { text_message: null, deleted_at })),
    )
  }

  /** Begins to follow them. What fails is tried again by itself. */
  follow(): void {
    if (!this.isWanted) this.load().catch(() => undefined)
  }

  /** Reads them anew, and follows them. Throws `ParleyError`. */
  load(): Promise<void> {
    this.isWanted = true
    this.loading ??= this.readAll().finally(() => (this.loading = null))
    return this.loading
  }

  async loadMore(): Promise<void> {
    if (this.cursor === null) return
    const page = await this.rest.get<RoomPage>('/room', { limit: pageSize, cursor: this.cursor })
    this.cursor = page.next_cursor
    this.store.patch({ rooms: listed.joined(this.store.get().rooms, page.items), hasMore: this.cursor !== null })
  }

  /** @internal As the service answered. */
  read(state: ReadState): ReadState {
    this.store.patch(listed.withRead(this.store.get(), state))
    return state
  }

  /** @internal As it is opened: of a room that nobody heard, nothing was told but that something was said there. */
  know(room: MyRoom): void {
    this.change((rooms) => listed.withChange(rooms, room.room_id, () => room))
  }

  /** @internal */
  close(): void {
    clearTimeout(this.timer)
    this.timer = undefined
  }

  private async readAll(): Promise<void> {
    this.readMs = performance.now()
    try {
      const { isStale } = this
      this.isStale = false
      const page = await this.firstRooms(isStale ? this.store.get().rooms.length : 0)
      this.readOne(page, await this.rest.get<Unread>('/room/unread'), isStale)
    } catch (thrown) {
      this.isStale = true
      const error = asParleyError(thrown)
      this.store.patch({ error })
      if (error.retryable) this.after(this.backoff.next(error.retryAfterMs))
      throw error
    }
  }

  /** The first page, and as many more as have so many rooms. */
  private async firstRooms(least: number): Promise<RoomPage> {
    let page = await this.rest.get<RoomPage>('/room', { limit: pageSize })
    while (page.next_cursor !== null && page.items.length < least) {
      const query = { limit: 100, cursor: page.next_cursor }
      const { items, next_cursor } = await patiently(() => this.rest.get<RoomPage>('/room', query))
      page = { items: [...listed.joined(page.items, items)], next_cursor }
    }
    return page
  }

  /** What was read further down stays behind the first page, unless all was read anew. */
  private readOne(page: RoomPage, unread: Unread, isAll: boolean): void {
    this.backoff.reset()
    const isWhole = isAll || page.next_cursor === null
    const all = isWhole ? page.items : listed.joined(page.items, this.store.get().rooms)
    if (all.length === page.items.length) this.cursor = page.next_cursor
    const hasMore = this.cursor !== null
    this.store.patch({ rooms: all, ...listed.countsOf(unread), hasMore, isLoaded: true, error: null })
  }

  private soon(): void {
    if (this.isWanted) this.after(Math.max(settleMs, this.readMs + everyMs - performance.now()))
  }

  /** Without a connection not before that is back. What is being read may be from before it. */
  private after(ms: number): void {
    if (this.socket.isClosed) return
    this.timer ??= setTimeout(() => {
      this.timer = undefined
      if (this.loading) this.soon()
      else if (this.socket.isOnline) this.load().catch(() => undefined)
    }, ms)
  }

  /** It may be in what is being read. */
  private drop(roomId: string): void {
    this.isStale = true
    this.change((rooms) => rooms.filter(({ room_id }) => room_id !== roomId))
    this.store.patch(listed.withRead(this.store.get(), { room_id: roomId, unread: 0 }))
  }

  private change(to: (rooms: readonly MyRoom[]) => readonly MyRoom[]): void {
    this.store.patch({ rooms: to(this.store.get().rooms) })
  }
}
