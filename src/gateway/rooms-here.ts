import type { UserKey } from '../contract/actor.js'
import type { RoomKey } from '../contract/ports.js'
import { MostRecent } from '../infra/most-recent.js'
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

/** Of so many rooms without a member here it is remembered how far they came. */
const mostAhead = 10_000

/** The rooms of everybody who is here. */
export class RoomsHere {
  private readonly rooms = new Map<string, RoomHere>()
  private readonly byTenant = new MultiMap<RoomHere>()
  private readonly present = new Map<string, Present>()
  /** By room: who is made a member of it, or comes here, may be told of or read later than what was said there. */
  private readonly ahead = new MostRecent<number>(mostAhead)

  /** `goesOn`: there is more in the room than was known of it. */
  constructor(private readonly goesOn: (room: RoomHere, seq: number) => void) {}

  get({ tenantId, roomId }: RoomKey): RoomHere | undefined {
    return this.rooms.get(keyOf(tenantId, roomId))
  }

  /** It came that far: if nobody of it is here yet, that is told of when they are. */
  moved(key: RoomKey, seq: number): void {
    const room = this.get(key)
    if (room) return this.goesOn(room, seq)
    const id = keyOf(key.tenantId, key.roomId)
    this.ahead.set(id, Math.max(seq, this.ahead.get(id) ?? 0))
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
    this.goesOn(room, this.ahead.get(keyOf(tenantId, roomId)) ?? 0)
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
