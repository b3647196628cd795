import type { Place } from '../../contract/ports.js'
import { Line, type LineKind, type LineOutlets } from './line.js'
import type { Redis } from './redis.js'
import type { Way } from './server.js'

const lookMs = 1000

/** A channel that is listened to. */
interface Ear {
  /** null: for nodes, whatever the tenant. */
  place: Place | null
  /** How often. */
  count: number
  /** What was said until then was heard, or was before anybody listened; Infinity while it is heard. */
  sureMs: number
  line: string | null
}

interface Outlets {
  said(channel: string, place: Place | null, text: string): void
  /** Heard from now on; until then, since `sureMs`, something may have been missed. */
  heard(ears: readonly { place: Place | null; sureMs: number }[]): void
  lost(places: readonly Place[]): void
}

/** What this node hears at Redis: at one connection, or in a cluster at one for each shard. */
export class Ears {
  private readonly ears = new Map<string, Ear>()
  private readonly lines = new Map<string, Line>()
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
    for (const line of this.lines.values()) line.close()
  }

  listen(channel: string, place: Place | null): void {
    const known = this.ears.get(channel)
    if (known) return void known.count++
    const ear: Ear = { place, count: 1, sureMs: performance.now(), line: null }
    this.ears.set(channel, ear)
    this.route(channel, ear)
  }

  /** True if nobody listens any more. */
  unlisten(channel: string): boolean {
    const ear = this.ears.get(channel)
    if (!ear || --ear.count > 0) return false
    this.ears.delete(channel)
    if (ear.line) this.lines.get(ear.line)?.unwant(channel)
    return true
  }

  /** All places that are listened to. */
  places(): Place[] {
    return [...this.ears.values()].flatMap(({ place }) => place ?? [])
  }

  /** Channels move between a cluster's servers, and the server may have become another one. */
  private routeAll(): void {
    const isCluster = this.redis.traits?.isCluster
    const all = isCluster ? null : this.wayTo('')
    for (const [channel, ear] of this.ears) if (!all || ear.line !== all.name) this.route(channel, ear)
    for (const [name, line] of this.lines) {
      if (!line.isIdle) continue
      line.close()
      this.lines.delete(name)
    }
  }

  private wayTo(channel: string): { name: string; way: Way; kind: LineKind } | null {
    const [way, traits] = [this.redis.whereIs(channel), this.redis.traits]
    if (!way || !traits) return null
    const kind = { sharded: traits.hasShardChannels, isCluster: traits.isCluster }
    return { way, kind, name: [way.address, kind.sharded, kind.isCluster].join() }
  }

  private route(channel: string, ear: Ear): void {
    const found = this.wayTo(channel)
    if (!found || ear.line === found.name) return
    const { name, way, kind } = found
    if (ear.line) {
      this.lines.get(ear.line)?.unwant(channel)
      this.lose([ear], performance.now())
    }
    ear.line = name
    const line = this.lines.get(name) ?? new Line(way, kind, this.outletsOf(name))
    this.lines.set(name, line)
    line.want(channel)
  }

  private lose(ears: Ear[], sureMs: number): void {
    for (const ear of ears) ear.sureMs = Math.min(ear.sureMs, sureMs)
    this.outlets.lost(ears.flatMap(({ place }) => place ?? []))
  }

  private outletsOf(name: string): LineOutlets {
    const at = (channels: string[]): Ear[] =>
      channels.flatMap((channel) => {
        const ear = this.ears.get(channel)
        return ear?.line === name ? ear : []
      })
    return {
      said: (channel, text) => {
        const ear = this.ears.get(channel)
        if (ear) this.outlets.said(channel, ear.place, text)
      },
      heard: (channels) => {
        const ears = at(channels)
        const since = ears.map(({ place, sureMs }) => ({ place, sureMs }))
        for (const ear of ears) ear.sureMs = Infinity
        this.outlets.heard(since)
      },
      lost: (channels, sureMs) => this.lose(at(channels), sureMs),
      // Whoever asks there learns where it is now.
      refused: (channel) => void this.redis.command(channel, 'EXISTS').catch(() => undefined),
    }
  }
}
