/** What is asked of a room before something is sent to it: nothing, as of most, or one of these. */
export interface Kind {
  /** Its senders have no memberships. */
  crowd: boolean
  slow: boolean
}

const plain: Kind = { crowd: false, slow: false }

/**
 * Rooms that are not as most, as this node saw them last, up to so many. Nobody relies on it: the log stores nothing that
 * was sent as to another kind of room, and says so.
 */
export class KnownRooms {
  /** What was seen last comes last. */
  private readonly kinds = new Map<string, Kind>()

  constructor(private readonly most: number) {}

  kindOf(tenantId: string, roomId: string): Kind {
    return this.kinds.get(`${tenantId}:${roomId}`) ?? plain
  }

  see(tenantId: string, roomId: string, kind: Kind): void {
    const key = `${tenantId}:${roomId}`
    this.kinds.delete(key)
    if (!kind.crowd && !kind.slow) return
    this.kinds.set(key, kind)
    if (this.kinds.size > this.most) this.kinds.delete(this.kinds.keys().next().value!)
  }
}
