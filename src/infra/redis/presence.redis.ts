import { Injectable } from '@nestjs/common'
import { PresenceStore, type GroupKey, type PersonKey, type Sighting, type Turn } from '../../contract/ports.js'
import { inPieces } from './many.js'
import { RedisNodes } from './nodes.redis.js'
import { RedisRoster } from './roster.redis.js'

const atOnce = 500

/**
 * Who is there, at whatever node, by the roster: whoever has a place, and whoever is about to go. What was seen while Redis
 * was away is written when it is back. Until then who comes is told by this node alone, and nobody goes.
 */
@Injectable()
export class RedisPresence extends PresenceStore {
  readonly isShared = true
  private turns: Turn[] = []

  constructor(
    private readonly roster: RedisRoster,
    private readonly nodes: RedisNodes,
  ) {
    super()
    roster.onPassage('online', ({ group: { tenantId }, userId, isIn, atMs }) =>
      this.turns.push({ tenantId, userId, isOnline: isIn, atMs }),
    )
  }

  get isCertain(): boolean {
    return this.roster.isCertain
  }

  onLost(listener: () => void): void {
    this.nodes.onForgotten((why) => {
      if (why === 'emptied') listener()
    })
  }

  async settle(sightings: readonly Sighting[]): Promise<Turn[]> {
    for (const sighting of sightings) this.note(sighting)
    await this.roster.flush()
    const { turns } = this
    this.turns = []
    return turns
  }

  async confirm(gone: readonly Turn[]): Promise<Turn[]> {
    for (const person of gone) this.roster.note(online(person), 'done', person.userId, 0)
    return gone.length ? this.settle([]) : []
  }

  async there(people: readonly PersonKey[]): Promise<boolean[]> {
    const answers = new Map<string, boolean>()
    const byTenant = new Map<string, string[]>()
    for (const { tenantId, userId } of people) byTenant.set(tenantId, [...(byTenant.get(tenantId) ?? []), userId])
    for (const [tenantId, all] of byTenant) {
      for (const userIds of inPieces(all, atOnce)) {
        const has = await this.roster.has(online({ tenantId }), userIds)
        for (const [at, userId] of userIds.entries()) answers.set(`${tenantId}:${userId}`, has[at]!)
      }
    }
    return people.map(({ tenantId, userId }) => answers.get(`${tenantId}:${userId}`)!)
  }

  async count(tenantId: string): Promise<number> {
    return (await this.roster.counts([online({ tenantId })]))[0]!
  }

  private note({ tenantId, userId, connected, atMs, untilMs }: Sighting): void {
    const group = online({ tenantId })
    if (connected) {
      this.roster.note(group, 'in', userId, 0, atMs)
      if (!this.roster.isWhole) this.turns.push({ tenantId, userId, isOnline: true, atMs })
    } else {
      // Who came and went before anybody was told has no place that they could give up.
      const kind = connected === false && this.roster.isHere(group, userId) ? 'out' : 'seen'
      this.roster.note(group, kind, userId, untilMs - atMs, atMs)
    }
  }
}

const online = ({ tenantId }: { tenantId: string }): GroupKey => ({ tenantId, kind: 'online', name: '' })
