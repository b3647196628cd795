import { MineHealing } from './mine.js'
import { Store } from './store.js'
import * as timelines from './timeline.js'
import type { TimelineEvent } from './timeline.js'
import type { JoinedRoom, Message, MessagePage } from './types.js'

/** Messages that are read at a time. */
export const pageSize = 50
/** So many of the newest are kept, and beside them what was read upwards. */
const mostKept = 2000

export interface WindowState {
  readonly messages: readonly Message[]
  readonly hasOlder: boolean
}

interface Outlets {
  page(query: { before_seq?: number; after_seq?: number; limit: number }): Promise<MessagePage>
  /** Who uses this client. */
  myId(): string
}

/** The messages that are here, up to the newest that was told: as they are told, and read upwards. */
export class MessageWindow {
  readonly store = new Store<WindowState>({ messages: [], hasOlder: false })
  private timeline = timelines.emptyTimeline
  /** What is told while older pages are read: they may be from before it. */
  private changes: TimelineEvent[] | null = null
  /** Numbers of changes that came while what was missed is told: those have gaps that are none. */
  private readonly revs = new Set<number>()
  private readonly mine: MineHealing
  private kept = mostKept
  private older: Promise<void> | null = null

  constructor(private readonly outlets: Outlets) {
    this.mine = new MineHealing((after_seq) => outlets.page({ after_seq, limit: 100 }))
  }

  get lastSeq(): number {
    return this.timeline.lastSeq
  }

  get lastRev(): number {
    return this.timeline.lastRev
  }

  /** The newest page, read after the room was joined. */
  begin(joined: JoinedRoom, page: MessagePage): void {
    this.kept = mostKept
    this.show(timelines.begun(page.items, joined), page.has_more)
  }

  /** What is missed is told from here on, until `whole`. */
  expect(): void {
    this.revs.clear()
  }

  /** What was told, or missed: false if something before it is missing. */
  take(event: TimelineEvent, isMissed: boolean): boolean {
    if (isMissed) {
      this.revs.add(timelines.revOf(event))
      this.mine.doubt(event)
    }
    this.changes?.push(event)
    const { timeline, gap } = this.withEvent(this.timeline, event)
    // What is read upwards stands before the first one: that stays as long.
    const kept = this.changes ? timeline : timelines.trimmed(timeline, this.kept)
    this.show(kept, this.store.get().hasOlder || kept !== timeline)
    return !gap
  }

  /** All that was missed is told. */
  whole(lastRev: number): void {
    this.show(timelines.toldUpTo(this.timeline, lastRev, this.revs))
    void this.mine.heal((message) => {
      this.show(timelines.withRead(this.timeline, message))
      return timelines.isAsNew(this.timeline, message)
    })
  }

  /** One page more at the top. Whoever asks meanwhile waits for the same. */
  loadOlder(): Promise<void> {
    if (!this.store.get().hasOlder) return Promise.resolve()
    this.older ??= this.readOlder().finally(() => (this.older = this.changes = null))
    return this.older
  }

  private async readOlder(): Promise<void> {
    this.changes = []
    const before_seq = timelines.firstSeq(this.timeline)
    const page = await this.outlets.page({ before_seq, limit: pageSize })
    // Begun anew meanwhile: this is not what stands before it.
    if (timelines.firstSeq(this.timeline) !== before_seq) return
    this.kept += page.items.length
    let timeline = timelines.withOlder(this.timeline, page.items)
    for (const event of this.changes) ({ timeline } = this.withEvent(timeline, event))
    this.show(timeline, page.has_more)
  }

  private withEvent(timeline: timelines.Timeline, event: TimelineEvent): timelines.Taken {
    return timelines.withEvent(timeline, event, this.outlets.myId())
  }

  private show(timeline: timelines.Timeline, hasOlder = this.store.get().hasOlder): void {
    this.timeline = timeline
    this.store.patch({ messages: timeline.messages, hasOlder })
  }
}
