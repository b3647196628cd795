import { MostRecent } from '../infra/most-recent.js'

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
  private readonly kinds: MostRecent<Kind>

  constructor(most: number) {
    this.kinds = new MostRecent(most)
  }

  kindOf(tenantId: string, roomId: string): Kind {
    return this.kinds.get(`${tenantId}:${roomId}`) ?? plain
  }

  see(tenantId: string, roomId: string, kind: Kind): void {
    const key = `${tenantId}:${roomId}`
    if (kind.crowd || kind.slow) this.kinds.set(key, kind)
    else this.kinds.delete(key)
  }
}
