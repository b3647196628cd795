import { createHash } from 'node:crypto'
import { createClient, RESP_TYPES } from '@redis/client'
import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common'
import { Config } from '../config.js'

/** Redis does not answer, or is known not to: whoever asked goes on without it. */
export class RedisAway extends Error {}

/** What it may take until it counts as away: nobody waits longer than this for it. */
const patienceMs = 1000
const glanceMs = 250
/** A connection that is silent for so long is dead, and another one is made. */
const silenceMs = 5000
/** Commands that wait for an answer. What would be more is refused: then it is slower than what is asked of it. */
const maxWaiting = 20_000

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
export class Redis implements OnModuleInit, OnModuleDestroy {
  readonly client
  private readonly logger = new Logger('redis')
  private readonly listeners: (() => void)[] = []
  private isAnswering = false
  private isAsking = false
  private timer: NodeJS.Timeout

  constructor(private readonly config: Config) {
    this.client = createClient({
      url: config.REDIS_URL,
      RESP: 3,
      disableOfflineQueue: true,
      commandsQueueMaxLength: maxWaiting,
      commandOptions: { typeMapping: { [RESP_TYPES.DOUBLE]: Number } },
      socket: {
        connectTimeout: 2000,
        socketTimeout: silenceMs,
        reconnectStrategy: (tries) => Math.min(50 * tries, 1000),
      },
    })
    this.client.on('error', (error: Error) => this.lost(error))
  }

  /** The service starts without it too. */
  onModuleInit(): void {
    this.client.connect().catch(() => undefined)
    this.timer = setInterval(() => void this.glance(), glanceMs).unref()
  }

  onModuleDestroy(): void {
    clearInterval(this.timer)
    this.client.destroy()
  }

  get isUp(): boolean {
    return this.isAnswering
  }

  /** Called each time that it answers after it did not, at first too: what is kept there may have been lost. */
  onUp(listener: () => void): void {
    this.listeners.push(listener)
  }

  /** The beginning of keys and channels. What is between the braces says on which shard of a cluster they are. */
  key(shard: string, ...rest: string[]): string {
    return [this.config.REDIS_PREFIX, `{${shard}}`, ...rest].join(':')
  }

  /** Throws `RedisAway`. */
  run({ sha, lua }: Script, keys: string[], values: (string | number)[]): Promise<Reply> {
    const asked = { keys, arguments: values.map(String) }
    return this.ask(() =>
      this.client.evalSha(sha, asked).catch((error: Error) => {
        if (error.message.startsWith('NOSCRIPT')) return this.client.eval(lua, asked)
        throw error
      }),
    )
  }

  /** Any command. `key`: the one by which a cluster finds the shard. Throws `RedisAway`. */
  command(key: string, name: string, ...values: (string | number)[]): Promise<Reply> {
    return this.ask(() => this.client.sendCommand([name, key, ...values.map(String)]))
  }

  private async ask(what: () => Promise<unknown>): Promise<Reply> {
    if (!this.isAnswering) throw new RedisAway('Redis is away.')
    return (await this.inTime(what())) as Reply
  }

  private async inTime<T>(answer: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined
    let isAnswered = false
    const tooLate = new Promise<never>((_, reject) => {
      const giveUp = (): void => {
        if (isAnswered) return
        const error = new RedisAway('Redis does not answer.')
        this.lost(error)
        reject(error)
      }
      // Not before answers are read that came while this process itself was busy.
      timer = setTimeout(() => setImmediate(giveUp), patienceMs)
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
    if (this.isAsking || !this.client.isReady) return
    this.isAsking = true
    const answer = this.client.ping()
    answer.then(
      () => (this.isAsking = false),
      () => (this.isAsking = false),
    )
    await this.inTime(answer).then(
      () => this.found(),
      (error: Error) => this.lost(error),
    )
  }

  private lost(error: Error): void {
    if (this.isAnswering) this.logger.warn(`Redis is away: ${error.message}`)
    this.isAnswering = false
  }

  private found(): void {
    if (this.isAnswering) return
    this.isAnswering = true
    this.logger.log('Redis is there.')
    for (const listener of this.listeners) listener()
  }
}
