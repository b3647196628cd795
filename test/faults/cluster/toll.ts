/** What a fault cost those who talked meanwhile. */
import type { Outcome, Voice } from './voice.js'

interface Attempt {
  voice: Voice
  beganMs: number
  endedMs: number
  outcome: Outcome
}

/** A row of the table. */
export interface Row {
  fault: string
  acknowledged: number
  retries: number
  refused: number
  cut: number
  longestSilenceMs: number
  /** From the fault's end until everybody's next send was acknowledged. */
  backMs: number
  /** From the last send until everybody had heard all. */
  wholeMs: number
  more: string
}

export class Toll {
  readonly attempts: Attempt[] = []
  /** Why connections ended, each as its wire says it. */
  readonly cuts: { wire: string; reason: string; atMs: number }[] = []

  attempted(voice: Voice, beganMs: number, outcome: Outcome): void {
    this.attempts.push({ voice, beganMs, endedMs: performance.now(), outcome })
  }

  lost(wire: string, reason: string): void {
    this.cuts.push({ wire, reason, atMs: performance.now() })
  }

  get acknowledged(): Attempt[] {
    return this.attempts.filter(({ outcome }) => outcome.is === 'acknowledged')
  }

  get refused(): Attempt[] {
    return this.attempts.filter(({ outcome }) => outcome.is === 'refused')
  }

  /** The longest time in which nobody's send was acknowledged. */
  get longestSilenceMs(): number {
    let [longest, last] = [0, Math.min(...this.attempts.map(({ beganMs }) => beganMs))]
    for (const { endedMs } of this.acknowledged) {
      longest = Math.max(longest, endedMs - last)
      last = endedMs
    }
    return longest
  }

  /** Everybody who had a send acknowledged that began after this moment. */
  servedSince(momentMs: number): Set<Voice> {
    return new Set(this.acknowledged.filter(({ beganMs }) => beganMs >= momentMs).map(({ voice }) => voice))
  }

  /** How long this part of the sends took to be acknowledged, by attempts that began in this time. */
  percentileMs(part: number, fromMs: number, toMs = Infinity): number {
    const took = this.acknowledged
      .filter(({ beganMs }) => beganMs >= fromMs && beganMs < toMs)
      .map(({ beganMs, endedMs }) => endedMs - beganMs)
      .sort((a, b) => a - b)
    return took[Math.min(took.length - 1, Math.floor(part * took.length))] ?? 0
  }

  row(fault: string, backMs: number, wholeMs: number, more: string): Row {
    const [acknowledged, longestSilenceMs] = [this.acknowledged.length, this.longestSilenceMs]
    return {
      fault,
      acknowledged,
      retries: this.attempts.length - acknowledged,
      refused: this.refused.length,
      cut: this.cuts.length,
      longestSilenceMs,
      backMs,
      wholeMs,
      more,
    }
  }
}
