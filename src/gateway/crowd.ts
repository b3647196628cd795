import type { ChatEvent } from '../contract/events.js'
import type { Connection } from './connection.js'
import type { Dialect, Stream } from './dialects/dialect.js'
import type { Listeners } from './topics.js'

/** Beyond so many people nobody is told who types, or who comes and who goes. */
export const maxToldOfPeople = 200

/** Signals about single people, of which a crowd would make a storm. */
const aboutPeople: ReadonlySet<ChatEvent['type']> = new Set(['typing', 'read', 'listener.joined', 'listener.left'])

/**
 * How a livestream's room is told. Whoever reads too slowly is left out of what others than the streamer say, and told
 * how much that was, before anything that comes after it: the crowd neither waits for them nor loses them.
 */
export class Crowd {
  private readonly skipped = new Map<Connection, number>()

  constructor(
    readonly stream: Stream,
    private readonly write: (listeners: Listeners, event: ChatEvent) => void,
  ) {}

  tell(listeners: ReadonlyMap<Connection, Dialect>, event: ChatEvent): void {
    if (listeners.size > maxToldOfPeople && aboutPeople.has(event.type)) return
    const slow = this.slowOf(listeners, event)
    if (!slow && !this.skipped.size) return this.write(listeners, event)
    const told = [...listeners].filter(([connection]) => !slow?.has(connection))
    for (const [connection, dialect] of told) this.confess(connection, dialect)
    this.write(told, event)
    for (const [connection, dialect] of slow ?? []) this.skip(connection, dialect)
  }

  /** What the streamer says, and what is no message, comes to everybody; and to whoever said it. */
  private slowOf(listeners: Listeners, event: ChatEvent): Map<Connection, Dialect> | null {
    const senderId = event.type === 'message.created' ? event.message.sender?.user_id : undefined
    if (senderId === undefined || senderId === this.stream.streamerId) return null
    let slow: Map<Connection, Dialect> | null = null
    for (const [connection, dialect] of listeners) {
      if (!connection.isSlow || connection.session.actor.userId === senderId) continue
      slow = (slow ?? new Map<Connection, Dialect>()).set(connection, dialect)
    }
    return slow
  }

  private skip(connection: Connection, dialect: Dialect): void {
    const count = this.skipped.get(connection) ?? 0
    this.skipped.set(connection, count + 1)
    if (count === 0) void this.confessLater(connection, dialect)
  }

  private async confessLater(connection: Connection, dialect: Dialect): Promise<void> {
    await connection.drained()
    this.confess(connection, dialect)
  }

  /** Whoever listens no more is told no more of what was left out. */
  forget(connection: Connection): void {
    this.skipped.delete(connection)
  }

  /** Tells how much was left out until now, if anything was. */
  confess(connection: Connection, dialect: Dialect): void {
    const count = this.skipped.get(connection)
    if (!count) return
    this.skipped.delete(connection)
    this.write([[connection, dialect]], { type: 'messages.skipped', room_id: this.stream.roomId, count })
  }
}
