import type { Connection } from './connection.js'
import type { Rest } from './rest.js'
import { Store } from './store.js'
import type { MyRoom, ReadState, RoomPage, Unread } from './types.js'

export interface RoomListSnapshot {
  readonly rooms: readonly MyRoom[]
  /** By room; a room that is not here has nothing unread. */
  readonly unread: ReadonlyMap<string, number>
  readonly totalUnread: number
  readonly hasMore: boolean
}

/** Of many things that happen at once the counts are asked once. */
const settleMs = 300

/** One's rooms, those first in which something was said last. What is unread is counted by the service, and never here: it cannot drift. */
export class RoomList {
  readonly store = new Store<RoomListSnapshot>({ rooms: [], unread: new Map(), totalUnread: 0, hasMore: false })
  private cursor: string | null = null
  private timer: ReturnType<typeof setTimeout> | undefined
  private isWanted = false

  constructor(
    private readonly rest: Rest,
    socket: Connection,
  ) {
    const refresh = (): void => this.soon()
    for (const event of ['room_activity', 'new_message', 'room_added', 'room_removed', 'room_deleted'] as const) {
      socket.on(event, refresh)
    }
    socket.on('room_updated', ({ room }) => this.change(room.room_id, room))
    socket.onOnline(refresh)
  }

  /** Begins to follow them, and reads the first page. */
  async load(): Promise<void> {
    this.isWanted = true
    const [page, unread] = await Promise.all([
      this.rest.get<RoomPage>('/room', { limit: 50 }),
      this.rest.get<Unread>('/room/unread'),
    ])
    this.cursor = page.next_cursor
    const later = this.store.get().rooms.filter(({ room_id }) => !page.items.some((one) => one.room_id === room_id))
    this.store.patch({
      rooms: this.cursor ? [...page.items, ...later] : page.items,
      ...countsOf(unread),
      hasMore: this.cursor !== null,
    })
  }

  async loadMore(): Promise<void> {
    if (this.cursor === null) return
    const page = await this.rest.get<RoomPage>('/room', { limit: 50, cursor: this.cursor })
    this.cursor = page.next_cursor
    const known = new Set(this.store.get().rooms.map(({ room_id }) => room_id))
    const fresh = page.items.filter(({ room_id }) => !known.has(room_id))
    this.store.patch({ rooms: [...this.store.get().rooms, ...fresh], hasMore: this.cursor !== null })
  }

  /** As the service answered. */
  read(state: ReadState): ReadState {
    const unread = new Map(this.store.get().unread)
    if (state.unread) unread.set(state.room_id, state.unread)
    else unread.delete(state.room_id)
    this.store.patch({ unread, totalUnread: [...unread.values()].reduce((sum, count) => sum + count, 0) })
    return state
  }

  private soon(): void {
    if (!this.isWanted || this.timer !== undefined) return
    this.timer = setTimeout(() => {
      this.timer = undefined
      this.load().catch(() => undefined)
    }, settleMs)
  }

  private change(roomId: string, fields: Partial<MyRoom>): void {
    const { rooms } = this.store.get()
    this.store.patch({ rooms: rooms.map((room) => (room.room_id === roomId ? { ...room, ...fields } : room)) })
  }
}

const countsOf = ({ total, rooms }: Unread): Pick<RoomListSnapshot, 'unread' | 'totalUnread'> => ({
  unread: new Map(rooms.map(({ room_id, unread }) => [room_id, unread])),
  totalUnread: total,
})
