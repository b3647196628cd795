import { later } from './later.js'
import type { Room } from './room.js'

/** Who left a room is often back at once: a page that is rendered anew. */
const lingerMs = 1000

interface OpenRoom {
  room: Room
  /** Who wants to hear it. */
  users: number
  leaving: ReturnType<typeof setTimeout> | undefined
}

interface Outlets {
  open(roomId: string): Room
  left(roomId: string): void
}

/** The rooms that somebody here listens to, or did a moment ago. */
export class OpenRooms {
  private readonly rooms = new Map<string, OpenRoom>()

  constructor(private readonly outlets: Outlets) {}

  get(roomId: string): Room | undefined {
    return this.rooms.get(roomId)?.room
  }

  get all(): Room[] {
    return [...this.rooms.values()].map(({ room }) => room)
  }

  /** Those that are listened to. */
  get entered(): Room[] {
    return [...this.rooms.values()].filter(({ users }) => users).map(({ room }) => room)
  }

  /** The room as it is known: kept for a moment, if nobody enters it. */
  peek(roomId: string): Room {
    const open = this.find(roomId)
    if (open.users === 0) this.linger(roomId, open)
    return open.room
  }

  enter(roomId: string): Room {
    const open = this.find(roomId)
    clearTimeout(open.leaving)
    if (open.users++ === 0) open.room.enter()
    return open.room
  }

  leave(roomId: string): void {
    const open = this.rooms.get(roomId)
    if (open?.users && --open.users === 0) this.linger(roomId, open)
  }

  close(): void {
    for (const { room, leaving } of this.rooms.values()) {
      clearTimeout(leaving)
      room.close()
    }
    this.rooms.clear()
  }

  private find(roomId: string): OpenRoom {
    const open = this.rooms.get(roomId) ?? { room: this.outlets.open(roomId), users: 0, leaving: undefined }
    this.rooms.set(roomId, open)
    return open
  }

  /** What was written there is sent before, and what could not be is still there for whoever comes back. */
  private linger(roomId: string, open: OpenRoom): void {
    clearTimeout(open.leaving)
    open.leaving = later(() => {
      if (open.room.isUnsent) return this.linger(roomId, open)
      open.room.close()
      this.rooms.delete(roomId)
      this.outlets.left(roomId)
    }, lingerMs)
  }
}
