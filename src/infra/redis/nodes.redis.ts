import { Injectable, Logger, type OnModuleInit } from '@nestjs/common'
import { v7 as uuid } from 'uuid'
import { Nodes, type Forgotten } from '../../contract/ports.js'
import { Config } from '../config.js'
import { Redis, RedisAway, Script } from './redis.js'

/** So many beats are in a lease: a few may be lost. */
const beatsInLease = 5

/**
 * Prolongs a lease, by the clock of Redis. Nobody's lease is over before a whole one has passed since Redis was last found
 * empty, or silent for so long that nobody could prolong theirs. Beats are counted: where there are fewer than a node has
 * seen, Redis is as it was some time ago, and what was written since then is lost. Answers whether the first lease is over,
 * whether this node's own was still known, what names the time since Redis lost anything, the beats, and whose leases are known.
 */
const beating = new Script(`
  local time = redis.call('TIME')
  local now, lease = time[1] * 1000 + math.floor(time[2] / 1000), tonumber(ARGV[2])
  local latest = redis.call('ZREVRANGE', KEYS[1], 0, 0, 'WITHSCORES')[2]
  local since = tonumber(redis.call('GET', KEYS[2]) or 0)
  if not latest or now - tonumber(latest) > -lease / 2 then since = now end
  if now > since + lease then redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', '(' .. now) end
  local known = redis.call('ZSCORE', KEYS[1], ARGV[1])
  redis.call('ZADD', KEYS[1], now + lease, ARGV[1])
  redis.call('PEXPIRE', KEYS[1], lease * 20)
  redis.call('SET', KEYS[2], string.format('%d', since), 'PX', lease * 20)
  redis.call('SET', KEYS[3], ARGV[3], 'NX')
  local beats, era = redis.call('INCR', KEYS[4]), redis.call('GET', KEYS[3])
  if era == ARGV[4] and beats <= tonumber(ARGV[5]) then
    redis.call('SET', KEYS[3], ARGV[3])
    era = ARGV[3]
  end
  redis.call('PEXPIRE', KEYS[3], lease * 20)
  redis.call('PEXPIRE', KEYS[4], lease * 20)
  return { now > since + lease and 1 or 0, known and 1 or 0, era, beats, redis.call('ZRANGE', KEYS[1], 0, -1) }`)

/** The nodes by their leases in Redis, which each prolongs as long as it lives. */
@Injectable()
export class RedisNodes extends Nodes implements OnModuleInit {
  readonly id = uuid()
  private readonly logger = new Logger('nodes')
  private readonly goneListeners: ((nodeId: string) => void)[] = []
  private readonly forgottenListeners: ((why: Forgotten) => void)[] = []
  /** Who is alive, or whose end is not certain. */
  private known = new Set<string>([this.id])
  /** Could those die whose lease is over? */
  private isJudging = false
  private isRestored = true
  private era: string | null = null
  private beats = 0
  private beating: Promise<void> | null = null
  private timer: NodeJS.Timeout

  constructor(
    private readonly redis: Redis,
    private readonly config: Config,
  ) {
    super()
  }

  onModuleInit(): void {
    this.redis.onUp(() => this.look())
    this.redis.beforeEnd(() => this.leave())
    this.timer = setInterval(() => this.look(), this.config.NODE_LEASE_MS / beatsInLease).unref()
  }

  get isWhole(): boolean {
    return this.isRestored
  }

  /** Who else is alive, or whose end is not certain. */
  get others(): string[] {
    return [...this.known].filter((id) => id !== this.id)
  }

  onGone(listener: (nodeId: string) => void): void {
    this.goneListeners.push(listener)
  }

  onForgotten(listener: (why: Forgotten) => void): void {
    this.forgottenListeners.push(listener)
  }

  isGone(nodeId: string): boolean {
    return this.isJudging && !this.known.has(nodeId)
  }

  /** Is it known of each other node whether it is alive? */
  get isCertain(): boolean {
    return this.isJudging
  }

  /** Finds out now what would be found out by the next beat. */
  check(): Promise<void> {
    this.beating ??= this.beat().finally(() => (this.beating = null))
    return this.beating
  }

  private look(): void {
    if (!this.redis.isUp) return
    this.check().catch((error: unknown) => {
      if (!(error instanceof RedisAway)) this.logger.warn(error)
    })
  }

  private get keys(): [leases: string, since: string, era: string, beats: string] {
    const key = (what: string): string => this.redis.key('nodes', what)
    return [key('leases'), key('since'), key('era'), key('beats')]
  }

  private async beat(): Promise<void> {
    const before = this.era
    const seen = [before ?? '', this.beats]
    const reply = await this.redis.run(beating, this.keys, [this.id, this.config.NODE_LEASE_MS, uuid(), ...seen])
    const [isJudging, isKnown, era, beats, ids] = reply as [number, number, string, number, string[]]
    this.isJudging = isJudging === 1
    this.era = era
    this.beats = beats
    if (before !== null && before !== era) this.forgotten('emptied')
    else if (before !== null && !isKnown) this.forgotten('lapsed')
    else if (this.isJudging) this.isRestored = true
    this.judge(ids)
  }

  private forgotten(why: Forgotten): void {
    this.logger.warn(why === 'lapsed' ? 'This node was taken for dead: it is not.' : 'Redis has lost what it knew.')
    if (why === 'emptied') this.isRestored = false
    for (const listener of this.forgottenListeners) listener(why)
  }

  private judge(ids: string[]): void {
    const alive = new Set(ids)
    const missing = [...this.known].filter((id) => !alive.has(id))
    if (!this.isJudging) for (const id of missing) alive.add(id)
    this.known = alive
    if (!this.isJudging) return
    for (const id of missing) {
      this.logger.log(`Node ${id} is gone.`)
      for (const listener of this.goneListeners) listener(id)
    }
  }

  private async leave(): Promise<void> {
    clearInterval(this.timer)
    await this.beating?.catch(() => undefined)
    if (this.redis.isUp) await this.redis.command(this.keys[0], 'ZREM', this.id)
  }
}
