import type { ErrorCode } from '../contract/errors.js'

/** Refusals that a connection may hear at once, and a second after that, while it is read. */
const burst = 50
const perSecond = 10
const burstMs = (burst * 1000) / perSecond
/** Not so long that its pings would be missed. */
const longestMs = 5000

/** Something that can be left unread. */
interface Reading {
  /** False if that cannot be. */
  stop(): boolean
  goOn(): void
}

/**
 * Leaves unread who goes on asking when they are refused, until they have had no more than so many refusals a second: TCP
 * keeps them back, and what they would ask costs nothing. Others may leave them unread for reasons of their own.
 */
export class Brake {
  /** When all refusals until now are made up for. */
  private paidMs = -Infinity
  private stoppedMs = 0
  private timer: NodeJS.Timeout | undefined
  private isHeld = false

  constructor(private readonly reading: Reading) {}

  hold(): boolean {
    this.isHeld = this.timer !== undefined || this.reading.stop()
    return this.isHeld
  }

  release(): void {
    this.isHeld = false
    if (!this.timer) this.reading.goOn()
  }

  /** One more refusal. */
  refused(code: ErrorCode): void {
    if (code !== 'rate_limited') return
    const nowMs = performance.now()
    this.paidMs = Math.max(this.paidMs, nowMs - burstMs) + 1000 / perSecond
    if (this.paidMs <= nowMs || this.timer || !(this.isHeld || this.reading.stop())) return
    this.stoppedMs = nowMs
    this.wait(nowMs)
  }

  private wait(nowMs: number): void {
    const untilMs = Math.min(this.paidMs, this.stoppedMs + longestMs)
    this.timer = setTimeout(() => this.look(), untilMs - nowMs).unref()
  }

  /** What had come already was refused meanwhile. */
  private look(): void {
    const nowMs = performance.now()
    this.timer = undefined
    if (this.paidMs > nowMs && nowMs < this.stoppedMs + longestMs) return this.wait(nowMs)
    this.paidMs = Math.min(this.paidMs, nowMs)
    if (!this.isHeld) this.reading.goOn()
  }
}
