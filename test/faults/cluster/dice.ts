/** Every random choice of a run, from one seed: SEED gives it, and a run says which one it had. */
export const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31))

/** mulberry32 */
export class Dice {
  private state: number

  /** The same name has the same choices with the same seed, whatever others choose. */
  constructor(name: string) {
    this.state = [...name].reduce((sum, letter) => Math.imul(sum ^ letter.charCodeAt(0), 16_777_619), seed | 0)
  }

  /** From 0, below 1. */
  next = (): number => {
    this.state = (this.state + 0x6d2b79f5) | 0
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }

  /** A whole number below this one. */
  below(count: number): number {
    return Math.floor(this.next() * count)
  }

  between(from: number, to: number): number {
    return from + this.next() * (to - from)
  }

  anyOf<T>(things: readonly T[]): T {
    return things[this.below(things.length)]!
  }
}
