import { createHash } from 'node:crypto'
import { ErrorReply } from '@redis/client'
import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common'
import { Config } from '../config.js'
import { clusterOf, oneServer, traitsOf, type RedisServer, type Traits, type Way } from './server.js'

/** Redis does not answer, or is known not to: whoever asked goes on without it. */
export class RedisAway extends Error {}

const glanceMs = 250
/** That it is away is said again so often at most, unless it was there meanwhile. */
const complainMs = 60_000
/** It answers, and takes nothing. In Redis 6 a script says so in the middle of its error. */
const refusal = /(?:^|-)(OOM|READONLY|MISCONF|NOAUTH)\b/
/** A cluster that does not answer for so long is looked for again at the address: its servers may be others now. */
const clusterAwayMs = 10_000

/** A script, which runs in one piece beside nothing else. All of its keys are of one tenant, by `{…}`, or it has one. */
export class Script {
  readonly sha: string

  constructor(readonly lua: string) {
    this.sha = createHash('sha1').update(lua).digest('hex')
  }
}

export type Reply = string | number | null | Reply[]

/** The connection for commands. It may be gone at any time: what is kept there is told again, or found again elsewhere. */
@Injectable()
export class Redis implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger('redis')
  private readonly listeners: (() => void)[] = []
  private readonly farewells: (() => Promise<unknown>)[] = []
  private server: RedisServer
  private known: Traits | null = null
  private isAnswering = false
  private isAsking = false
  private awaySinceMs = 0
  private complainedMs = -complainMs
  private isOver = false
  private timer: NodeJS.Timeout

  constructor(private readonly config: Config) {}

  /** The service starts without it too. */
  onModuleInit(): void {
    this.reach(oneServer)
    this.timer = setInterval(() => void this.glance(), glanceMs).unref()
  }

  /** Last of all: what ends before it may still have something to say. */
  async onApplicationShutdown(): Promise<void> {
    for (const farewell of this.farewells.reverse()) await farewell().catch((error: unknown) => this.logger.warn(error))
    this.destroy()
  }

  /** Without a word. */
  destroy(): void {
    this.isAnswering = false
    this.isOver = true
    clearInterval(this.timer)
    this.server.destroy()
  }

  get isUp(): boolean {
    return this.isAnswering
  }

  /** Called each time that it answers after it did not, at first too: what is kept there may have been lost. */
  onUp(listener: () => void): void {
    this.listeners.push(listener)
  }

  /** What is said before the connection ends: of several, whoever came last says it first. */
  beforeEnd(farewell: () => Promise<unknown>): void {
    this.farewells.push(farewell)
  }

  /** As it was found last; null as long as nobody knows. */
  get traits(): Traits | null {
    return this.known
  }

  /** Where the key is, to be reached by a connection of one's own; null as long as nobody knows. */
  whereIs(key: string): Way | null {
    return this.known && this.server.whereIs(key)
  }

  /** The beginning of keys and channels. What is between the braces says on which shard of a cluster they are. */
  key(shard: string, ...rest: string[]): string {
    return [this.config.REDIS_PREFIX, `{${shard}}`, ...rest].join(':')
  }

  /** Throws `RedisAway`. */
  run({ sha, lua }: Script, keys: string[], values: (string | number)[], tooLate = this.lost): Promise<Reply> {
    const asked = { keys, arguments: values.map(String) }
    const answer = (): Promise<unknown> =>
      this.server.evalSha(sha, asked).catch((error: Error) => {
        if (error.message.startsWith('NOSCRIPT')) return this.server.eval(lua, asked)
        throw error
      })
    return this.ask(answer, tooLate)
  }

  /** As `run`, of what may take long: that says nothing of Redis then. */
  read(script: Script, keys: string[], values: (string | number)[]): Promise<Reply> {
    return this.run(script, keys, values, () => undefined)
  }

  /** Any command. `key`: the one by which a cluster finds the shard. Throws `RedisAway`. */
  command(key: string, name: string, ...values: (string | number)[]): Promise<Reply> {
    return this.ask(() => this.server.send(key, [name, key, ...values.map(String)]))
  }

  private async ask(what: () => Promise<unknown>, tooLate = this.lost): Promise<Reply> {
    if (!this.isAnswering) throw new RedisAway('Redis is away.')
    try {
      return (await this.inTime(what(), tooLate)) as Reply
    } catch (error) {
      if (error instanceof ErrorReply && refusal.test(error.message)) {
        this.lost(error)
        throw new RedisAway(error.message)
      }
      // What is not an answer is the end of a connection.
      throw error instanceof ErrorReply || error instanceof RedisAway ? error : new RedisAway(String(error))
    }
  }

  private async inTime<T>(answer: Promise<T>, given = this.lost): Promise<T> {
    let timer: NodeJS.Timeout | undefined
    let isAnswered = false
    const tooLate = new Promise<never>((_, reject) => {
      const giveUp = (): void => {
        if (isAnswered) return
        const error = new RedisAway('Redis does not answer.')
        given(error)
        reject(error)
      }
      // Not before answers are read that came while this process itself was busy.
      timer = setTimeout(() => setImmediate(giveUp), this.config.REDIS_TIMEOUT_MS)
    })
    try {
      return await Promise.race([answer, tooLate])
    } finally {
      isAnswered = true
      clearTimeout(timer)
    }
  }

  /** One question at a time: while none is answered, no more are asked. */
  private async glance(): Promise<void> {
    const { server } = this
    if (this.known?.isCluster && !this.isAnswering && performance.now() - this.awaySinceMs > clusterAwayMs) {
      return this.reach(oneServer)
    }
    if (this.isAsking || !server.isReady) return
    this.isAsking = true
    const answer = this.isAnswering ? this.probe(server) : this.meet(server)
    const asked = (): void => {
      if (server === this.server) this.isAsking = false
    }
    answer.then(asked, asked)
    await this.inTime(answer).then(
      () => this.found(server),
      (error: Error) => this.lost(error),
    )
  }

  /** Asks what it is: it may be another one than before. */
  private async meet(server: RedisServer): Promise<void> {
    const traits = traitsOf(await server.info())
    const isNews = traits.isCluster && !this.known?.isCluster
    if (isNews) this.reach(clusterOf)
    this.known = traits
    if (!isNews) await this.probe(server)
  }

  private probe(server: RedisServer): Promise<unknown> {
    return server.probe((name) => this.key(name, 'write'))
  }

  private reach(open: typeof oneServer): void {
    this.server?.destroy()
    this.isAsking = false
    this.awaySinceMs = performance.now()
    this.known = null
    const failed = (error: Error): void => {
      if (server === this.server) this.lost(error)
    }
    const server = open(this.config.REDIS_URL, failed)
    this.server = server
    server.connect().catch(failed)
  }

  private readonly lost = (error: Error): void => {
    if (this.isOver) return
    const nowMs = performance.now()
    if (this.isAnswering) this.awaySinceMs = nowMs
    if (this.isAnswering || nowMs - this.complainedMs > complainMs) {
      this.logger.warn(`Redis is away: ${error.message || String(error)}`)
      this.complainedMs = nowMs
    }
    this.isAnswering = false
  }

  private found(server: RedisServer): void {
    if (this.isAnswering || server !== this.server) return
    this.isAnswering = true
    this.logger.log('Redis is there.')
    for (const listener of this.listeners) listener()
  }
}
