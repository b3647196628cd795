type Work = () => Promise<void>

/** One after another, in the order in which they came. */
export class Turns {
  private readonly queue: Work[] = []
  private running: Promise<void> | null = null
  private count = 0

  /** How many wait or run. */
  get waiting(): number {
    return this.count
  }

  /** `work` must not throw. */
  take(work: Work): void {
    this.count++
    if (this.running) this.queue.push(work)
    else this.running = this.run(work)
  }

  /** When all that was taken is done. */
  async done(): Promise<void> {
    while (this.running) await this.running
  }

  private async run(first: Work): Promise<void> {
    for (let work: Work | undefined = first; work; work = this.queue.shift()) {
      await work()
      this.count--
    }
    this.running = null
  }
}
