import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common'
import type { Audience, ChatEvent, Publication } from '../../contract/events.js'
import { EventBus, Nodes, type Place } from '../../contract/ports.js'
import { MemoryBus } from '../bus.memory.js'
import { Metrics } from '../metrics.js'
import { isLasting, isTold, nameOf, placeOf } from './channels.js'
import { DurableStreams } from './durable-stream.js'
import { decodeEnvelope, encodePublication, type Envelope } from './envelope.js'
import { Publisher } from './publisher.js'
import { Redis } from './redis.js'
import { Replay } from './replay.js'
import { Subscriptions } from './subscriptions.js'

const complainMs = 60_000
/** All nodes are not called to look more often. */
const pauseMs = 1000

/** The bus of several nodes: what happens is heard here at once, whatever becomes of Redis, and then by the others. */
@Injectable()
export class RedisBus extends EventBus implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger('bus')
  private readonly here = new MemoryBus()
  private readonly publisher: Publisher
  private readonly streams: DurableStreams
  private readonly subscriptions: Subscriptions
  /** By tenant. */
  private readonly replays = new Map<string, Replay>()
  private readonly missed: ((places: readonly Place[] | null) => void)[] = []
  /** How an envelope of this node begins. */
  private readonly own: string
  private readonly lookChannel: string
  private hasDropped = false
  private isCalling = false
  private complainedMs = -complainMs

  constructor(
    private readonly redis: Redis,
    private readonly nodes: Nodes,
    private readonly metrics: Metrics,
  ) {
    super()
    const count = this.count.bind(this)
    this.own = `{"from":${JSON.stringify(nodes.id)},`
    this.lookChannel = redis.key('nodes', 'look')
    this.publisher = new Publisher(redis, nodes.id, count)
    this.streams = new DurableStreams(redis, nodes.id, count)
    this.subscriptions = new Subscriptions(redis, {
      received: (channel, place, text) => this.received(channel, place, text),
      subscribed: (subscriptions) => this.subscribed(subscriptions),
      lost: (places) => this.lost(places),
    })
  }

  onModuleInit(): void {
    this.subscriptions.subscribe(this.lookChannel, null)
    this.redis.onUp(() => this.callAll())
  }

  onModuleDestroy(): void {
    this.subscriptions.close()
    for (const replay of this.replays.values()) replay.close()
  }

  publish(audience: Audience, event: ChatEvent): void {
    const publication = { audience, event }
    this.here.hear(publication)
    if (!isTold(event.type)) return
    if (isLasting(event)) this.streams.put(audience.tenantId, encodePublication(publication))
    else this.publisher.publish(this.channelOf(placeOf(publication)), publication)
  }

  publishHere(audience: Audience, event: ChatEvent): void {
    this.here.publishHere(audience, event)
  }

  subscribe(listener: (publication: Publication) => void): void {
    this.here.subscribe(listener)
  }

  listen(place: Place): void {
    const { tenantId } = place
    if (isTenant(place) && !this.replays.has(tenantId)) this.replays.set(tenantId, this.replayOf(tenantId))
    this.subscriptions.subscribe(this.channelOf(place), place)
  }

  unlisten(place: Place): void {
    if (!this.subscriptions.unsubscribe(this.channelOf(place)) || !isTenant(place)) return
    this.replays.get(place.tenantId)?.close()
    this.replays.delete(place.tenantId)
  }

  onMissed(listener: (places: readonly Place[] | null) => void): void {
    this.missed.push(listener)
  }

  private replayOf(tenantId: string): Replay {
    return new Replay({
      deliver: (envelope) => this.deliver(envelope),
      since: (ageMs) => this.streams.since(tenantId, ageMs),
    })
  }

  private received(channel: string, place: Place | null, text: string): void {
    if (channel === this.lookChannel || !place) return this.miss(null)
    if (text.startsWith(this.own)) return
    const envelope = decodeEnvelope(text, place)
    if (!envelope) return this.complain(channel)
    if (envelope.number > 0) this.replays.get(place.tenantId)?.accept(envelope)
    else this.deliver(envelope)
  }

  private deliver({ publications, from }: Envelope): void {
    if (from === this.nodes.id) return
    this.metrics.received.inc(publications.length)
    for (const publication of publications) this.here.hear(publication)
  }

  private subscribed(subscriptions: readonly { place: Place | null; sureMs: number }[]): void {
    for (const { place, sureMs } of subscriptions) {
      if (place && isTenant(place)) this.replays.get(place.tenantId)?.catchUp(sureMs)
    }
    this.miss(subscriptions.flatMap(({ place }) => place ?? []))
  }

  private lost(places: readonly Place[]): void {
    for (const place of places) if (isTenant(place)) this.replays.get(place.tenantId)?.hold()
  }

  private miss(places: Place[] | null): void {
    if (places === null || places.length) for (const listener of this.missed) listener(places)
  }

  /** Whoever was not told looks for it, as soon as they can be told that: again until Redis has taken it. */
  private callAll(): void {
    if (!this.hasDropped || this.isCalling) return
    this.hasDropped = false
    this.isCalling = true
    const goOn = (): void => {
      this.isCalling = false
      if (this.redis.isUp) this.callAll()
    }
    const dropped = (): void => void (this.hasDropped = true)
    void this.publisher
      .call(this.lookChannel)
      .catch(dropped)
      .then(() => setTimeout(goOn, pauseMs).unref())
  }

  private count(outcome: 'published' | 'dropped', publications: number): void {
    this.metrics[outcome].inc(publications)
    if (outcome === 'dropped') this.hasDropped = true
    else this.callAll()
  }

  private complain(channel: string): void {
    if (performance.now() - this.complainedMs < complainMs) return
    this.complainedMs = performance.now()
    this.logger.warn(`What is said on ${channel} is not understood. Does somebody else use REDIS_PREFIX?`)
  }

  private channelOf(place: Place): string {
    return this.redis.key(...nameOf(place))
  }
}

const isTenant = (place: Place): boolean => !('roomId' in place || 'topic' in place)
