import type { Place } from '../../contract/ports.js'
import type { Redis } from './redis.js'
import type { Way } from './server.js'
import { Subscriber, type ChannelKind, type SubscriberOutlets } from './subscriber.js'

const lookMs = 1000

/** A channel that this node subscribed to. */
interface Subscription {
  /** null: for nodes, whatever the tenant. */
  place: Place | null
  /** How often it was asked for. */
  count: number
  /** What was published until then was received, or was before the subscription; Infinity while it is confirmed. */
  sureMs: number
  /** The name of the subscriber that has it. */
  subscriber: string | null
}

interface Outlets {
  received(channel: string, place: Place | null, text: string): void
  /** Confirmed by Redis; until now, since `sureMs`, something may have been missed. */
  subscribed(subscriptions: readonly { place: Place | null; sureMs: number }[]): void
  lost(places: readonly Place[]): void
}

/** The channels that this node subscribed to: by one connection, or in a cluster by one to each shard. */
export class Subscriptions {
  private readonly byChannel = new Map<string, Subscription>()
  private readonly subscribers = new Map<string, Subscriber>()
  private readonly timer: NodeJS.Timeout

  constructor(
    private readonly redis: Redis,
    private readonly outlets: Outlets,
  ) {
    this.timer = setInterval(() => this.routeAll(), lookMs).unref()
    redis.onUp(() => this.routeAll())
  }

  close(): void {
    clearInterval(this.timer)
    for (const subscriber of this.subscribers.values()) subscriber.close()
  }

  subscribe(channel: string, place: Place | null): void {
    const known = this.byChannel.get(channel)
    if (known) return void known.count++
    const subscription: Subscription = { place, count: 1, sureMs: performance.now(), subscriber: null }
    this.byChannel.set(channel, subscription)
    this.route(channel, subscription)
  }

  /** True if nobody needs it any more. */
  unsubscribe(channel: string): boolean {
    const subscription = this.byChannel.get(channel)
    if (!subscription || --subscription.count > 0) return false
    this.byChannel.delete(channel)
    if (subscription.subscriber) this.subscribers.get(subscription.subscriber)?.unwant(channel)
    return true
  }

  /** Channels move between a cluster's servers, and the server may have become another one. */
  private routeAll(): void {
    const isCluster = this.redis.traits?.isCluster
    const all = isCluster ? null : this.wayTo('')
    for (const [channel, subscription] of this.byChannel) {
      if (!all || subscription.subscriber !== all.name) this.route(channel, subscription)
    }
    for (const [name, subscriber] of this.subscribers) {
      if (!subscriber.isIdle) continue
      subscriber.close()
      this.subscribers.delete(name)
    }
  }

  private wayTo(channel: string): { name: string; way: Way; kind: ChannelKind } | null {
    const [way, traits] = [this.redis.whereIs(channel), this.redis.traits]
    if (!way || !traits) return null
    const kind = { sharded: traits.hasShardChannels, isCluster: traits.isCluster }
    return { way, kind, name: [way.address, kind.sharded, kind.isCluster].join() }
  }

  private route(channel: string, subscription: Subscription): void {
    const found = this.wayTo(channel)
    if (!found || subscription.subscriber === found.name) return
    const { name, way, kind } = found
    if (subscription.subscriber) {
      this.subscribers.get(subscription.subscriber)?.unwant(channel)
      this.lose([subscription], performance.now())
    }
    subscription.subscriber = name
    const subscriber = this.subscribers.get(name) ?? new Subscriber(way, kind, this.outletsOf(name))
    this.subscribers.set(name, subscriber)
    subscriber.want(channel)
  }

  private lose(subscriptions: Subscription[], sureMs: number): void {
    for (const subscription of subscriptions) subscription.sureMs = Math.min(subscription.sureMs, sureMs)
    this.outlets.lost(subscriptions.flatMap(({ place }) => place ?? []))
  }

  private outletsOf(name: string): SubscriberOutlets {
    const at = (channels: string[]): Subscription[] =>
      channels.flatMap((channel) => {
        const subscription = this.byChannel.get(channel)
        return subscription?.subscriber === name ? subscription : []
      })
    return {
      received: (channel, text) => {
        const subscription = this.byChannel.get(channel)
        if (subscription) this.outlets.received(channel, subscription.place, text)
      },
      subscribed: (channels) => {
        const subscriptions = at(channels)
        const since = subscriptions.map(({ place, sureMs }) => ({ place, sureMs }))
        for (const subscription of subscriptions) subscription.sureMs = Infinity
        this.outlets.subscribed(since)
      },
      lost: (channels, sureMs) => this.lose(at(channels), sureMs),
      // Whoever asks there learns where it is now.
      refused: (channel) => void this.redis.command(channel, 'EXISTS').catch(() => undefined),
    }
  }
}
