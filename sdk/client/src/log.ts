import { Backoff } from './backoff.js'
import { asParleyError, ParleyError } from './errors.js'
import { MineHealing } from './mine.js'
import type { RoomAccess } from './room-access.js'
import { Store } from './store.js'
import * as timelines from './timeline.js'
import type { TimelineEvent } from './timeline.js'
import type { JoinedRoom, Message, MessagePage, MyRoom, SyncedRoom } from './types.js'

/** Messages that are read at a time. */
const pageSize = 50
/** Whoever missed more than this begins again with the newest page: what lies between is read upwards. */
const mostMissed = 1000
/** So many of the newest are kept, and beside them what was read upwards. */
const mostKept = 2000
/** So often in a row an answer may bring nothing new, before it begins again with the newest page. */
const mostIdle = 2

export interface LogState {
  readonly status: 'opening' | 'live' | 'behind' | 'gone'
  readonly error: ParleyError | null
  readonly messages: readonly Message[]
  readonly hasOlder: boolean
}

interface Outlets {
  /** All that was said is here; with the room, where that was read. `isBack`: nothing was told for a while before. */
  live(room: MyRoom | null, isBack: boolean): void
}

/** What is said in a room: opened with the newest page, taken as it is told, and asked for where something is missing. */
export class RoomLog {
  readonly store = new Store<LogState>({ status: 'opening', error: null, messages: [], hasOlder: false })
  private timeline = timelines.emptyTimeline
  /** What is told before the newest page is there; null once that is. */
  private held: TimelineEvent[] | null = []
  /** What is told while older pages are read: they may be from before it. */
  private changes: TimelineEvent[] | null = null
  /** Numbers of changes that came while what was missed is told: those have gaps that are none. */
  private readonly revs = new Set<number>()
  private readonly mine: MineHealing
  private readonly backoff = new Backoff()
  private isBusy = false
  /** It was cut off since it was live. */
  private isBack = false
  private idle = 0
  private kept = mostKept
  /** Whatever is under way was begun in this one, or is over. */
  turn = 0
  private older: Promise<void> | null = null
  private timer: ReturnType<typeof setTimeout> | undefined

  constructor(
    readonly roomId: string,
    private readonly access: RoomAccess,
    private readonly outlets: Outlets,
  ) {
    this.mine = new MineHealing((after_seq) => access.page(roomId, { after_seq, limit: 100 }))
  }

  get lastSeq(): number {
    return this.timeline.lastSeq
  }

  /** What the service is to tell from: all before it is here. null: there is nothing to tell yet. */
  get position(): { room_id: string; after_seq: number; after_rev: number } | null {
    if (this.held || this.isGone) return null
    return { room_id: this.roomId, after_seq: this.timeline.lastSeq, after_rev: this.timeline.lastRev }
  }

  get isGone(): boolean {
    return this.store.get().status === 'gone'
  }

  /** The connection is there again, or something is missing. */
  catchUp(): void {
    if (this.isBusy || this.isGone || !this.access.isOnline) return
    this.unwait()
    if (this.held) return void this.open()
    this.turn++
    this.isBusy = true
    this.revs.clear()
    if (this.store.get().status === 'live') this.store.patch({ status: 'behind' })
    this.access.resume(this)
  }

  /** All that was missed was told before this: up to there, unless it was too much at once. */
  caughtUp(asked: { after_seq: number }, { error, complete, last_seq = 0, last_rev = 0 }: SyncedRoom): void {
    this.isBusy = false
    if (error) return this.failed(ParleyError.of(error))
    const missing = last_seq - this.timeline.lastSeq
    if (complete && missing <= 0) return this.whole(last_rev)
    this.idle = this.timeline.lastSeq > asked.after_seq ? 0 : this.idle + 1
    // What is told to the end and has a gap is not kept any more. Or it is much, or changes that are told no further.
    const isHopeless = complete || missing > mostMissed || missing <= 0 || this.idle >= mostIdle
    if (isHopeless) this.held = []
    this.catchUp()
  }

  /** It could not be asked. */
  failed(error: ParleyError, afterMs = Math.max(this.backoff.next(), error.retryAfterMs ?? 0)): void {
    this.isBusy = false
    if (isFinal(error)) return this.end(error)
    this.store.patch({ error })
    this.unwait()
    this.timer = setTimeout(() => this.catchUp(), afterMs)
  }

  /** The connection is lost: what was asked is not answered. */
  cut(): void {
    this.turn++
    this.isBusy = false
    this.isBack = true
    this.unwait()
    if (this.store.get().status === 'live') this.store.patch({ status: 'behind' })
  }

  /** The room is no more, or not one's own any more. */
  end(error: ParleyError): void {
    this.close()
    this.store.patch({ status: 'gone', error })
  }

  close(): void {
    this.turn++
    this.unwait()
  }

  /** From the beginning. */
  revive(): void {
    this.cut()
    this.held = []
    this.store.patch({ status: 'opening', error: null })
    this.catchUp()
  }

  hear(event: TimelineEvent): void {
    if (this.isGone) return
    if (this.held) return void this.held.push(event)
    if (this.isBusy) this.revs.add(timelines.revOf(event))
    if (this.isBusy) this.mine.doubt(event)
    this.changes?.push(event)
    const { timeline, gap } = timelines.withEvent(this.timeline, event, this.access.userId)
    this.show(timelines.trimmed(timeline, this.kept))
    if (gap) this.miss()
  }

  /** Where the room stands, as the service says now and then. */
  hearHead({ last_seq, last_rev }: { last_seq: number; last_rev: number }): void {
    if (last_seq > this.timeline.lastSeq || last_rev > this.timeline.lastRev) this.miss()
  }

  /** Something was missed. Whoever was told to wait does. */
  private miss(): void {
    if (this.timer === undefined) this.catchUp()
  }

  private unwait(): void {
    clearTimeout(this.timer)
    this.timer = undefined
  }

  /** One page more at the top. Whoever asks meanwhile waits for the same. */
  loadOlder(): Promise<void> {
    this.older ??= this.readOlder().finally(() => (this.older = this.changes = null))
    return this.older
  }

  private async readOlder(): Promise<void> {
    if (this.held || !this.store.get().hasOlder) return
    this.changes = []
    const before_seq = timelines.firstSeq(this.timeline)
    const page = await this.access.page(this.roomId, { before_seq, limit: pageSize })
    // Opened anew meanwhile: this is not what stands before it.
    if (this.held || timelines.firstSeq(this.timeline) !== before_seq) return
    this.kept += page.items.length
    let timeline = timelines.withOlder(this.timeline, page.items)
    for (const event of this.changes) ({ timeline } = timelines.withEvent(timeline, event, this.access.userId))
    this.show(timeline, { hasOlder: page.has_more })
  }

  /** Joins, and reads the newest page: what happens meanwhile is held until that is there. */
  private async open(): Promise<void> {
    const turn = ++this.turn
    this.isBusy = true
    this.held = []
    try {
      const joined = await this.access.join(this.roomId)
      const page = await this.access.page(this.roomId, { limit: pageSize })
      if (turn === this.turn) this.opened(joined, page)
    } catch (error) {
      if (turn === this.turn) this.failed(asParleyError(error))
    }
  }

  private opened(joined: JoinedRoom, page: MessagePage): void {
    const held = this.held!
    this.held = null
    this.isBusy = false
    this.kept = mostKept
    this.show(timelines.begun(page.items, joined), { status: 'live', error: null, hasOlder: page.has_more })
    this.settled(joined.room)
    for (const event of held) this.hear(event)
  }

  private whole(lastRev: number): void {
    this.show(timelines.toldUpTo(this.timeline, lastRev, this.revs), { status: 'live', error: null })
    this.settled(null)
    void this.mine.heal((message) => {
      this.show(timelines.withRead(this.timeline, message))
      return timelines.isAsNew(this.timeline, message)
    })
  }

  private settled(room: MyRoom | null): void {
    const { isBack } = this
    this.isBack = false
    this.idle = 0
    this.backoff.reset()
    this.outlets.live(room, isBack)
  }

  private show(timeline: timelines.Timeline, fields: Partial<LogState> = {}): void {
    const isCut = timelines.firstSeq(timeline) > timelines.firstSeq(this.timeline) && this.timeline.messages.length > 0
    this.timeline = timeline
    this.store.patch({ messages: timeline.messages, ...(isCut && { hasOlder: true }), ...fields })
  }
}

/** Of the room, and not of who asks or of the moment: it is not tried again. */
const isFinal = ({ retryable, status, code }: ParleyError): boolean =>
  !retryable && status !== 401 && code !== 'user_locked' && code !== 'tenant_suspended'
