/** Where the roster stands in Redis. */
import type { GroupKey, Passage } from '../../contract/ports.js'
import { Redis, type Reply } from './redis.js'
import { reaping, saying } from './roster.lua.js'

/** What nobody says again for so long is gone: longer than anybody counts without a place. */
export const keptMs = 2 * 3_600_000
/** So soon somebody who is gone is told of once more, if nobody said that it was written. */
const retoldMs = 30_000
/** How long whoever clears up after a node may say nothing. */
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

/** Each name is one node's from a beginning to an end, which may come before the node's own. */
export class Shelf {
  constructor(private readonly redis: Redis) {}

  /** `ends`: whose time is up is told of. */
  async say(group: GroupKey, name: string, ends: boolean, words: (string | number)[]): Promise<Answer> {
    const values = [name, keptMs, retoldMs, ends ? 500 : 0, ...words]
    return answerOf(group, await this.redis.run(saying, this.keysOf(group), values))
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

  /** All names, each with the node whose it is. */
  async names(): Promise<[nodeId: string, name: string][]> {
    const all = (await this.redis.command(this.registry, 'SMEMBERS')) as string[]
    return all.map((entry) => entry.split('/') as [string, string])
  }

  async register(nodeId: string, name: string): Promise<void> {
    await this.redis.command(this.registry, 'SADD', `${nodeId}/${name}`)
    await this.redis.command(this.registry, 'PEXPIRE', keptMs)
  }

  async isRegistered(nodeId: string, name: string): Promise<boolean> {
    return (await this.redis.command(this.registry, 'SISMEMBER', `${nodeId}/${name}`)) === 1
  }

  async forget(nodeId: string, name: string): Promise<void> {
    await this.redis.command(this.index(name), 'DEL')
    await this.redis.command(this.registry, 'SREM', `${nodeId}/${name}`)
  }

  /** Before anything is said of them under the name: whoever clears up finds them by it. */
  async note(name: string, groups: GroupKey[]): Promise<void> {
    if (groups.length) await this.redis.command(this.index(name), 'SADD', ...groups.map(textOf))
    await this.redis.command(this.index(name), 'PEXPIRE', keptMs)
  }

  async strike(name: string, groups: GroupKey[]): Promise<void> {
    if (groups.length) await this.redis.command(this.index(name), 'SREM', ...groups.map(textOf))
  }

  /** Some of the groups under a name. */
  async some(name: string): Promise<GroupKey[]> {
    return ((await this.redis.command(this.index(name), 'SRANDMEMBER', 100)) as string[]).map(groupOf)
  }

  /** One node at a time clears up after a name. */
  async claim(name: string, by: string): Promise<boolean> {
    return (await this.redis.command(this.redis.key(name, 'reaper'), 'SET', by, 'NX', 'PX', claimMs)) === 'OK'
  }

  async prolong(name: string): Promise<void> {
    await this.redis.command(this.redis.key(name, 'reaper'), 'PEXPIRE', claimMs)
  }

  private index(name: string): string {
    return this.redis.key(name, 'groups')
  }

  private get registry(): string {
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
