import { createClient, type RedisClientOptions } from '@redis/client'
import { Logger } from '@nestjs/common'
import type { Way } from './server.js'

/** How often the server is asked whether it is there, and how long it may take to answer. */
const [askEveryMs, silenceMs] = [1000, 5000]
const connectMs = 2000
const maxPauseMs = 1000
/** Channels that are named in one command. */
const atOnce = 500

export interface SubscriberOutlets {
  received(channel: string, text: string): void
  /** What is published there is received from now on. */
  subscribed(channels: string[]): void
  /** It is not received any more, and the last time that it certainly was. */
  lost(channels: string[], sureMs: number): void
  refused(channel: string): void
}

/** What kind of channels it subscribes to. */
export interface ChannelKind {
  sharded: boolean
  /** A command names channels of one slot only. */
  isCluster: boolean
}

const logger = new Logger('bus')

/** A connection that is subscribed to channels of one server. When it ends another one is made, with the same channels. */
export class Subscriber {
  private readonly wanted = new Set<string>()
  /** What this connection asked to subscribe to. */
  private asked = new Set<string>()
  /** Of those, what the server confirmed. */
  private confirmed = new Set<string>()
  private touched = new Set<string>()
  private isChanging = false
  private client: ReturnType<Subscriber['open']> | null = null
  private isClosed = false
  private sureMs = performance.now()
  private refusedMs = -askEveryMs

  constructor(
    private readonly way: Way,
    private readonly kind: ChannelKind,
    private readonly outlets: SubscriberOutlets,
  ) {
    void this.run()
  }

  get isIdle(): boolean {
    return this.wanted.size === 0
  }

  want(channel: string): void {
    this.wanted.add(channel)
    this.touch(channel)
  }

  unwant(channel: string): void {
    this.wanted.delete(channel)
    this.touch(channel)
  }

  close(): void {
    this.isClosed = true
    this.client?.destroy()
  }

  private async run(): Promise<void> {
    for (let tries = 1; !this.isClosed; tries++) {
      const client = this.open()
      const ended = new Promise<void>((resolve) => void client.on('error', resolve).on('end', resolve))
      const asking = this.keepAsking(client)
      await Promise.race([client.connect().catch(() => undefined), ended])
      if (client.isReady && !this.isClosed) {
        tries = 0
        this.begin(client)
        await ended
      }
      clearInterval(asking)
      this.end(client)
      await new Promise((resolve) => setTimeout(resolve, Math.min(50 * (tries + 1), maxPauseMs)).unref())
    }
  }

  private open() {
    const { socket, ...options } = this.way.options
    const once = { connectTimeout: connectMs, socketTimeout: silenceMs, reconnectStrategy: false }
    const all = { ...options, RESP: 3, disableOfflineQueue: true, socket: { ...socket, ...once } }
    const client = createClient(all as RedisClientOptions)
    client.on('sharded-channel-moved', (channel: string) => this.moved(channel))
    return client
  }

  private begin(client: NonNullable<Subscriber['client']>): void {
    this.client = client
    this.sureMs = performance.now()
    this.touched = new Set(this.wanted)
    this.changeSoon()
  }

  private end(client: NonNullable<Subscriber['client']>): void {
    client.destroy()
    if (this.client !== client) return
    const lost = [...this.asked].filter((channel) => this.wanted.has(channel))
    this.client = null
    this.asked = new Set()
    this.confirmed = new Set()
    this.isChanging = false
    this.outlets.lost(lost, this.sureMs)
  }

  /** One question at a time. What is wanted and was not asked for is asked for now. */
  private keepAsking(client: ReturnType<Subscriber['open']>): NodeJS.Timeout {
    let askedMs: number | null = null
    const giveUp = (): void => client.destroy()
    // Not before answers are read that came while this process itself was busy.
    const look = (): void => {
      if (askedMs !== null && performance.now() - askedMs > silenceMs) giveUp()
    }
    const answered = (): void => {
      this.sureMs = askedMs ?? this.sureMs
      askedMs = null
    }
    return setInterval(() => {
      if (askedMs !== null) setImmediate(look)
      else if (client.isReady) {
        askedMs = performance.now()
        client.ping().then(answered, giveUp)
        for (const channel of this.wanted) if (!this.asked.has(channel)) this.touch(channel)
      }
    }, askEveryMs).unref()
  }

  private touch(channel: string): void {
    this.touched.add(channel)
    this.changeSoon()
  }

  private changeSoon(): void {
    const { client } = this
    if (!client || this.isChanging) return
    this.isChanging = true
    setImmediate(() => void this.changeAll(client))
  }

  /** What is touched meanwhile waits for the answers: who leaves a channel and takes it at a time ends up without it. */
  private async changeAll(client: NonNullable<Subscriber['client']>): Promise<void> {
    while (client === this.client && this.touched.size) {
      const touched = [...this.touched]
      this.touched = new Set()
      await this.change(client, touched)
    }
    if (client === this.client) this.isChanging = false
  }

  private async change(client: NonNullable<Subscriber['client']>, touched: string[]): Promise<void> {
    const fresh = touched.filter((channel) => this.wanted.has(channel) && !this.asked.has(channel))
    const stale = touched.filter((channel) => !this.wanted.has(channel) && this.forget(channel))
    // Wanted again before it was given up.
    const still = touched.filter((channel) => this.wanted.has(channel) && this.confirmed.has(channel))
    if (still.length) this.outlets.subscribed(still)
    await Promise.all([
      ...this.pieces(fresh).map((some) => this.subscribe(client, some)),
      ...this.pieces(stale).map((some) => this.unsubscribe(client, some)),
    ])
  }

  private async subscribe(client: NonNullable<Subscriber['client']>, channels: string[]): Promise<void> {
    for (const channel of channels) this.asked.add(channel)
    try {
      if (this.kind.sharded) await client.sSubscribe(channels, this.received)
      else await client.subscribe(channels, this.received)
      // Unless it moved meanwhile.
      if (client === this.client) this.confirm(channels.filter((channel) => this.asked.has(channel)))
    } catch (error) {
      if (client !== this.client || !client.isReady) return
      for (const channel of channels) this.forget(channel)
      this.refused(channels[0]!, String(error))
    }
  }

  /** What is refused is asked again: of many at a time one is told. */
  private refused(channel: string, why: string): void {
    if (performance.now() - this.refusedMs < askEveryMs) return
    this.refusedMs = performance.now()
    logger.warn(`A channel is not heard: ${why}`)
    this.outlets.refused(channel)
  }

  private confirm(channels: string[]): void {
    for (const channel of channels) this.confirmed.add(channel)
    this.outlets.subscribed(channels)
  }

  /** False if it did not ask for it. */
  private forget(channel: string): boolean {
    this.confirmed.delete(channel)
    return this.asked.delete(channel)
  }

  private unsubscribe(client: NonNullable<Subscriber['client']>, channels: string[]): Promise<void> {
    const done = this.kind.sharded
      ? client.sUnsubscribe(channels, this.received)
      : client.unsubscribe(channels, this.received)
    return done.catch(() => undefined)
  }

  private readonly received = (text: string, channel: string): void => this.outlets.received(channel, text)

  /** To another server of the cluster. */
  private moved(channel: string): void {
    this.forget(channel)
    this.outlets.lost([channel], this.sureMs)
    this.refused(channel, 'it moved')
  }

  private pieces(channels: string[]): string[][] {
    const size = this.kind.sharded && this.kind.isCluster ? 1 : atOnce
    return Array.from({ length: Math.ceil(channels.length / size) }, (_, n) => channels.slice(n * size, (n + 1) * size))
  }
}
