import { patiently } from './patiently.js'
import type { TimelineEvent } from './timeline.js'
import type { Message, MessagePage } from './types.js'

/** So often what was read may be older than what was told meanwhile, until the next time. */
const mostLate = 5

/**
 * What is told says how many reacted, and not whether one of them is who uses this client: so whoever missed a reaction of
 * their own, from elsewhere or with its answer, reads those messages once more.
 */
export class MineHealing {
  private readonly seqs = new Set<number>()
  private isBusy = false

  constructor(private readonly pageAfter: (seq: number) => Promise<MessagePage>) {}

  /** Of what was missed. */
  doubt(event: TimelineEvent): void {
    const message = event.name === 'new_message' ? event.data : event.name === 'message_updated' && event.data.message
    if (message && message.reactions.length) this.seqs.add(message.seq)
  }

  /** `take` says whether it was new enough. What fails is left for the next time. */
  async heal(take: (message: Message) => boolean): Promise<void> {
    if (this.isBusy) return
    this.isBusy = true
    for (let late = 0; this.seqs.size && late < mostLate;) {
      const first = Math.min(...this.seqs)
      const page = await patiently(() => this.pageAfter(first - 1)).catch(() => null)
      if (!page) break
      const doubted = page.items.filter(({ seq }) => this.seqs.delete(seq))
      // It may not be kept any more.
      this.seqs.delete(first)
      const stale = doubted.filter((message) => !take(message))
      for (const { seq } of stale) this.seqs.add(seq)
      if (stale.length) late++
    }
    this.isBusy = false
  }
}
