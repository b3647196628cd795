import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common'
import type { Audience, ChatEvent, Publication } from '../../contract/events.js'
import { EventBus, Nodes, type Place } from '../../contract/ports.js'
import { MemoryBus } from '../bus.memory.js'
import { Metrics } from '../metrics.js'
import { isLasting, isTold, nameOf, placeOf } from './channels.js'
import { Ears } from './ears.js'
import { read, written, type Letter } from './letters.js'
import { Mail } from './mail.js'
import { Outgoing } from './outgoing.js'
import { Redis } from './redis.js'
import { Streams } from './stream.js'

const complainMs = 60_000
/** All nodes are not called to look more often. */
const pauseMs = 1000

/** The bus of several nodes: what happens is heard here at once, whatever becomes of Redis, and then by the others. */
@Injectable()
export class RedisBus extends EventBus implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger('bus')
  private readonly here = new MemoryBus()
  private readonly outgoing: Outgoing
  private readonly streams: Streams
  private readonly ears: Ears
  private readonly mails = new Map<string, Mail>()
  private readonly missed: ((places: readonly Place[] | null) => void)[] = []
  /** How a letter of this node begins. */
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
    this.outgoing = new Outgoing(redis, nodes.id, count)
    this.streams = new Streams(redis, nodes.id, count)
    this.ears = new Ears(redis, {
      said: (channel, place, text) => this.said(channel, place, text),
      heard: (ears) => this.heard(ears),
      lost: (places) => this.lost(places),
    })
  }

  onModuleInit(): void {
    this.ears.listen(this.lookChannel, null)
    this.redis.onUp(() => this.callAll())
  }

  onModuleDestroy(): void {
    this.ears.close()
    for (const mail of this.mails.values()) mail.close()
  }

  publish(audience: Audience, event: ChatEvent): void {
    const publication = { audience, event }
    this.here.hear(publication)
    if (!isTold(event.type)) return
    if (isLasting(event)) this.streams.put(audience.tenantId, written(publication))
    else this.outgoing.put(this.channelOf(placeOf(publication)), publication)
  }

  publishHere(audience: Audience, event: ChatEvent): void {
    this.here.publishHere(audience, event)
  }

  subscribe(listener: (publication: Publication) => void): void {
    this.here.subscribe(listener)
  }

  listen(place: Place): void {
    if (isTenant(place) && !this.mails.has(place.tenantId)) this.mails.set(place.tenantId, this.mail(place.tenantId))
    this.ears.listen(this.channelOf(place), place)
  }

  unlisten(place: Place): void {
    if (!this.ears.unlisten(this.channelOf(place)) || !isTenant(place)) return
    this.mails.get(place.tenantId)?.close()
    this.mails.delete(place.tenantId)
  }

  onMissed(listener: (places: readonly Place[] | null) => void): void {
    this.missed.push(listener)
  }

  private mail(tenantId: string): Mail {
    return new Mail({
      tell: (letter) => this.tell(letter),
      since: (ageMs) => this.streams.since(tenantId, ageMs),
    })
  }

  private said(channel: string, place: Place | null, text: string): void {
    if (channel === this.lookChannel || !place) return this.miss(null)
    if (text.startsWith(this.own)) return
    const letter = read(text, place)
    if (!letter) return this.complain(channel)
    if (letter.number > 0) this.mails.get(place.tenantId)?.accept(letter)
    else this.tell(letter)
  }

  private tell({ said, from }: Letter): void {
    if (from === this.nodes.id) return
    this.metrics.received.inc(said.length)
    for (const publication of said) this.here.hear(publication)
  }

  private heard(ears: readonly { place: Place | null; sureMs: number }[]): void {
    for (const { place, sureMs } of ears) {
      if (place && isTenant(place)) this.mails.get(place.tenantId)?.catchUp(sureMs)
    }
    this.miss(ears.flatMap(({ place }) => place ?? []))
  }

  private lost(places: readonly Place[]): void {
    for (const place of places) if (isTenant(place)) this.mails.get(place.tenantId)?.hold()
  }

  private miss(places: Place[] | null): void {
    if (places === null || places.length) for (const listener of this.missed) listener(places)
  }

  /** Whoever was not told looks for it, as soon as they can be told that: again until Redis has heard it. */
  private callAll(): void {
    if (!this.hasDropped || this.isCalling) return
    this.hasDropped = false
    this.isCalling = true
    const goOn = (): void => {
      this.isCalling = false
      if (this.redis.isUp) this.callAll()
    }
    const unheard = (): void => void (this.hasDropped = true)
    void this.outgoing
      .call(this.lookChannel)
      .catch(unheard)
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
