import type { UserKey } from '../contract/actor.js'
import type { RoomKey } from '../contract/ports.js'
import { MultiMap } from './multi-map.js'

/** A room with a member who is here, whether or not they listen to it. */
export interface RoomHere extends RoomKey {
  userIds: Set<string>
  toldAtMs: number
  /** The newest message that was heard of: a repeat tells of an old one again. */
  lastSeq: number
  /** What is still to be told; null if nothing is. */
  dueSeq: number | null
}

/** Somebody who is here, with the rooms that they are a member of. */
interface Present {
  rooms: Set<RoomHere>
  /** Left while the rooms are being read; null when they have been. */
  left: Set<string> | null
}

/** The rooms of everybody who is here. */
export class RoomsHere {
  private readonly rooms = new Map<string, RoomHere>()
  private readonly byTenant = new MultiMap<RoomHere>()
  private readonly present = new Map<string, Present>()

  get({ tenantId, roomId }: RoomKey): RoomHere | undefined {
    return this.rooms.get(keyOf(tenantId, roomId))
  }

  /** Of these tenants; null: of all. */
  of(tenantIds: ReadonlySet<string> | null): RoomHere[] {
    return tenantIds ? [...tenantIds].flatMap((id) => [...this.byTenant.get(id)]) : [...this.rooms.values()]
  }

  /** Whoever is not here yet is from now on, with the rooms that are read. Throws what reading throws; they are not here then. */
  async begin(person: UserKey, read: () => Promise<Iterable<[roomId: string, lastSeq: number]>>): Promise<void> {
    const key = keyOf(person.tenantId, person.userId)
    if (this.present.has(key)) return
    const present: Present = { rooms: new Set(), left: new Set() }
    this.present.set(key, present)
    const isStill = (): boolean => this.present.get(key) === present
    try {
      const lastSeqs = await read()
      if (!isStill()) return
      for (const [roomId, seq] of lastSeqs) if (!present.left?.has(roomId)) this.enter(person, roomId, seq)
      present.left = null
    } catch (error) {
      if (isStill()) this.end(person)
      throw error
    }
  }

  end(person: UserKey): void {
    const key = keyOf(person.tenantId, person.userId)
    for (const room of this.present.get(key)?.rooms ?? []) this.leave(person, room.roomId)
    this.present.delete(key)
  }

  enter({ tenantId, userId }: UserKey, roomId: string, lastSeq: number): void {
    const present = this.present.get(keyOf(tenantId, userId))
    if (!present) return
    const room = this.get({ tenantId, roomId }) ?? this.open({ tenantId, roomId }, lastSeq)
    room.userIds.add(userId)
    present.rooms.add(room)
    present.left?.delete(roomId)
  }

  leave({ tenantId, userId }: UserKey, roomId: string): void {
    const present = this.present.get(keyOf(tenantId, userId))
    const room = this.get({ tenantId, roomId })
    present?.left?.add(roomId)
    if (!room) return
    present?.rooms.delete(room)
    room.userIds.delete(userId)
    if (room.userIds.size) return
    this.rooms.delete(keyOf(tenantId, roomId))
    this.byTenant.delete(tenantId, room)
  }

  private open(key: RoomKey, lastSeq: number): RoomHere {
    const room = { ...key, userIds: new Set<string>(), toldAtMs: 0, lastSeq, dueSeq: null }
    this.rooms.set(keyOf(key.tenantId, key.roomId), room)
    this.byTenant.add(key.tenantId, room)
    return room
  }
}

const keyOf = (tenantId: string, id: string): string => `${tenantId}:${id}`
