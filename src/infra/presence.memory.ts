import { Injectable } from '@nestjs/common'
import { PresenceStore, type PersonKey, type Sighting, type Turn } from '../contract/ports.js'

/**
 * Who is there, on a single node: whoever has a socket, and whoever is about to go. It ends with the process; whom the
 * next one finds written as online and does not see within the grace has left.
 */
@Injectable()
export class MemoryPresence extends PresenceStore {
  readonly isCertain = true
  readonly isShared = false
  private readonly connected = new Map<string, Set<string>>()
  private readonly leaving = new Map<string, Sighting>()

  async settle(sightings: readonly Sighting[], nowMs: number): Promise<Turn[]> {
    const came = sightings.filter((sighting) => this.take(sighting)).map((sighting) => turn(sighting, true))
    const went: Turn[] = []
    for (const [key, sighting] of this.leaving) {
      if (sighting.untilMs > nowMs) continue
      this.leaving.delete(key)
      went.push(turn(sighting, false))
    }
    return [...came, ...went]
  }

  async there(people: readonly PersonKey[]): Promise<boolean[]> {
    return people.map((person) => this.isThere(person))
  }

  /** What was settled meanwhile is a turn of its own. */
  async confirm(): Promise<Turn[]> {
    return []
  }

  async count(tenantId: string): Promise<number> {
    return this.connected.get(tenantId)?.size ?? 0
  }

  onLost(): void {}

  /** Were they not there until now, and are they? */
  private take(sighting: Sighting): boolean {
    const before = this.isThere(sighting)
    if (sighting.connected === null && this.isConnected(sighting)) return false
    if (sighting.connected) this.connect(sighting)
    else this.leave(sighting)
    return !before && this.isThere(sighting)
  }

  private connect(sighting: Sighting): void {
    const { tenantId, userId } = sighting
    this.leaving.delete(keyOf(sighting))
    const ofTenant = this.connected.get(tenantId)
    if (ofTenant) ofTenant.add(userId)
    else this.connected.set(tenantId, new Set([userId]))
  }

  /** Whoever is not there, and whose time is up already, does not come by it. */
  private leave(sighting: Sighting): void {
    const ofTenant = this.connected.get(sighting.tenantId)
    const wasHere = this.isThere(sighting)
    ofTenant?.delete(sighting.userId)
    if (ofTenant?.size === 0) this.connected.delete(sighting.tenantId)
    if (wasHere || sighting.untilMs > sighting.atMs) this.leaving.set(keyOf(sighting), sighting)
  }

  private isThere(person: PersonKey): boolean {
    return this.isConnected(person) || this.leaving.has(keyOf(person))
  }

  private isConnected({ tenantId, userId }: PersonKey): boolean {
    return this.connected.get(tenantId)?.has(userId) ?? false
  }
}

const keyOf = ({ tenantId, userId }: PersonKey): string => `${tenantId}:${userId}`

const turn = ({ tenantId, userId, atMs }: Sighting, isOnline: boolean): Turn => ({ tenantId, userId, isOnline, atMs })
