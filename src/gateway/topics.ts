import type { Connection } from './connection.js'
import type { Dialect } from './dialects/dialect.js'

/** Who is told something, and in which dialect. */
export type Listeners = Iterable<readonly [Connection, Dialect]>

type Topic = Map<Connection, Dialect>

/** Who listens to what is only a name: nothing of it is stored, and it is there as long as somebody listens. */
export class Topics {
  private readonly topics = new Map<string, Topic>()
  private readonly keysOf = new WeakMap<Connection, Set<string>>()

  add(key: string, connection: Connection, dialect: Dialect): void {
    const topic = this.topics.get(key) ?? new Map<Connection, Dialect>()
    this.topics.set(key, topic.set(connection, dialect))
    this.keysOf.set(connection, (this.keysOf.get(connection) ?? new Set()).add(key))
  }

  /** False if it did not listen. */
  delete(key: string, connection: Connection): boolean {
    const topic = this.topics.get(key)
    if (!topic?.delete(connection)) return false
    if (!topic.size) this.topics.delete(key)
    this.keysOf.get(connection)!.delete(key)
    return true
  }

  /** All that the connection listens to. */
  of(connection: Connection): readonly string[] {
    return [...(this.keysOf.get(connection) ?? [])]
  }

  has(key: string, connection: Connection): boolean {
    return this.topics.get(key)?.has(connection) ?? false
  }

  get(key: string): ReadonlyMap<Connection, Dialect> {
    return this.topics.get(key) ?? none
  }
}

const none: ReadonlyMap<Connection, Dialect> = new Map()
