/** What collects frames until they are sent together. */
interface Collecting {
  endBatch(): void
}

/**
 * Says when what was collected goes out: for all at one moment, so that those who are told the same are sent the same
 * bytes.
 */
export class Batches {
  private collecting: Collecting[] = []
  private timer: NodeJS.Timeout | null = null

  constructor(private readonly everyMs: number) {}

  add(outbox: Collecting): void {
    this.collecting.push(outbox)
    this.timer ??= setTimeout(() => this.end(), this.everyMs).unref()
  }

  private end(): void {
    const { collecting } = this
    this.collecting = []
    this.timer = null
    for (const outbox of collecting) outbox.endBatch()
  }
}
