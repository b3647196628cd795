/** One after another, in the order in which they came. */
export class Turns {
  private tail: Promise<unknown> = Promise.resolve()
  private count = 0

  /** How many wait or run. */
  get waiting(): number {
    return this.count
  }

  /** `work` must not throw. */
  take(work: () => Promise<void>): void {
    this.count++
    this.tail = this.tail.then(work).finally(() => this.count--)
  }

  /** When all that was taken is done. */
  async done(): Promise<void> {
    await this.tail
  }
}
