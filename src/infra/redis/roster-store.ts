/** The roster as it stands in Redis. */
import type { GroupKey, Passage } from '../../contract/ports.js'
import { Redis, type Reply } from './redis.js'
import { reaping, writing } from './roster.lua.js'

/** What nobody writes again for so long is gone: longer than anybody counts without a place. */
export const keptMs = 2 * 3_600_000
/** So soon somebody who is gone is told of once more, if nobody said that it was written. */
const retoldMs = 30_000
/** How long whoever clears up after a node may be silent, before another node does it. */
const claimMs = 10_000

export const textOf = ({ tenantId, kind, name }: GroupKey): string => `${tenantId}:${kind}:${name}`

export function groupOf(text: string): GroupKey {
  const [tenantId, kind, ...name] = text.split(':') as [string, GroupKey['kind'], ...string[]]
  return { tenantId, kind, name: name.join(':') }
}

export interface Answer {
  count: number
  /** In how many ms somebody's time is up, or negative; where to go on. */
  next: number
  passages: Passage[]
}

/** Under a name one node writes, from a beginning to an end, which may come before the node's own. */
export class RosterStore {
  constructor(private readonly redis: Redis) {}

  /** `ends`: whose time is up is told of. */
  async write(group: GroupKey, name: string, ends: boolean, changes: (string | number)[]): Promise<Answer> {
    const values = [name, keptMs, retoldMs, ends ? 500 : 0, ...changes]
    return answerOf(group, await this.redis.run(writing, this.keysOf(group), values))
  }

  async reap(group: GroupKey, name: string, lastsMs: number, cursor: number): Promise<Answer> {
    return answerOf(group, await this.redis.run(reaping, this.keysOf(group), [name, keptMs, lastsMs, cursor]))
  }

  async count(group: GroupKey): Promise<number> {
    return (await this.redis.command(this.keysOf(group)[0], 'HLEN')) as number
  }

  /** Whether each has a place, or counts without one. */
  async has(group: GroupKey, userIds: string[]): Promise<boolean[]> {
    const [places, , seen] = this.keysOf(group)
    const [placed, lingering] = await Promise.all([
      this.redis.command(places, 'HMGET', ...userIds),
      this.redis.command(seen, 'HMGET', ...userIds),
    ])
    return userIds.map((_, at) => (placed as Reply[])[at] !== null || (lingering as Reply[])[at] !== null)
  }

  /** All names that nodes write under. */
  async registered(): Promise<[nodeId: string, name: string][]> {
    const all = (await this.redis.command(this.registryKey, 'SMEMBERS')) as string[]
    return all.map((entry) => entry.split('/') as [string, string])
  }

  async register(nodeId: string, name: string): Promise<void> {
    await this.redis.command(this.registryKey, 'SADD', `${nodeId}/${name}`)
    await this.redis.command(this.registryKey, 'PEXPIRE', keptMs)
  }

  async isRegistered(nodeId: string, name: string): Promise<boolean> {
    return (await this.redis.command(this.registryKey, 'SISMEMBER', `${nodeId}/${name}`)) === 1
  }

  async unregister(nodeId: string, name: string): Promise<void> {
    await this.redis.command(this.indexKey(name), 'DEL')
    await this.redis.command(this.registryKey, 'SREM', `${nodeId}/${name}`)
  }

  /** Before anything is written of them under the name: whoever clears up finds them by it. */
  async index(name: string, groups: GroupKey[]): Promise<void> {
    if (groups.length) await this.redis.command(this.indexKey(name), 'SADD', ...groups.map(textOf))
    await this.redis.command(this.indexKey(name), 'PEXPIRE', keptMs)
  }

  async unindex(name: string, groups: GroupKey[]): Promise<void> {
    if (groups.length) await this.redis.command(this.indexKey(name), 'SREM', ...groups.map(textOf))
  }

  /** Some of the groups under a name. */
  async someGroups(name: string): Promise<GroupKey[]> {
    return ((await this.redis.command(this.indexKey(name), 'SRANDMEMBER', 100)) as string[]).map(groupOf)
  }

  /** One node at a time clears up after a name. */
  async claim(name: string, by: string): Promise<boolean> {
    return (await this.redis.command(this.redis.key(name, 'reaper'), 'SET', by, 'NX', 'PX', claimMs)) === 'OK'
  }

  async prolong(name: string): Promise<void> {
    await this.redis.command(this.redis.key(name, 'reaper'), 'PEXPIRE', claimMs)
  }

  private indexKey(name: string): string {
    return this.redis.key(name, 'groups')
  }

  private get registryKey(): string {
    return this.redis.key('nodes', 'names')
  }

  private keysOf(group: GroupKey): [places: string, leaving: string, seen: string] {
    const key = (what: string): string => this.redis.key(textOf(group), what)
    return [key('places'), key('leaving'), key('seen')]
  }
}

function answerOf(group: GroupKey, reply: Reply): Answer {
  const [count, next, flat] = reply as [number, number, (string | number)[]]
  const passages: Passage[] = []
  for (let at = 0; at < flat.length; at += 3) {
    const [isIn, userId, atMs] = flat.slice(at, at + 3)
    passages.push({ group, userId: String(userId), isIn: Number(isIn) === 1, atMs: Number(atMs), count })
  }
  return { count, next, passages }
}
