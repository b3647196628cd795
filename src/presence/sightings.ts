import type { PersonKey, Sighting } from '../contract/ports.js'

export const keyOf = ({ tenantId, userId }: PersonKey): string => `${tenantId}:${userId}`

/** What this node saw of people since it was last asked: the last of it is all that counts. */
export class Sightings {
  private readonly sockets = new Map<string, Sighting>()
  private readonly sessions = new Map<string, Sighting>()

  connected(person: PersonKey): void {
    this.sockets.set(keyOf(person), sighting(person, true, 0))
  }

  /** Their last socket here ended. */
  disconnected(person: PersonKey, graceMs: number): void {
    this.sockets.set(keyOf(person), sighting(person, false, graceMs))
  }

  loggedIn(person: PersonKey, loginMs: number): void {
    this.sessions.set(keyOf(person), sighting(person, null, loginMs))
  }

  loggedOut(person: PersonKey): void {
    this.sessions.set(keyOf(person), sighting(person, null, 0))
  }

  has(person: PersonKey): boolean {
    return this.sockets.has(keyOf(person)) || this.sessions.has(keyOf(person))
  }

  /** Sockets first: a log-out ends what the end of its socket would let go on for a while. */
  all(): Sighting[] {
    return [...this.sockets.values(), ...this.sessions.values()]
  }

  /** But for who was seen again meanwhile. */
  forget(settled: Sighting[]): void {
    for (const sighting of settled) {
      const ofKind = sighting.connected === null ? this.sessions : this.sockets
      if (ofKind.get(keyOf(sighting)) === sighting) ofKind.delete(keyOf(sighting))
    }
  }
}

function sighting({ tenantId, userId }: PersonKey, connected: boolean | null, lastsMs: number): Sighting {
  const atMs = Date.now()
  return { tenantId, userId, connected, atMs, untilMs: atMs + lastsMs }
}
