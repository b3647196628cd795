import { Backoff } from './backoff.js'
import { asParleyError, ParleyError } from './errors.js'
import type { Resumable, RoomAccess } from './room-access.js'
import { Store } from './store.js'
import type { TimelineEvent } from './timeline.js'
import type { JoinedRoom, MessagePage, MyRoom, SyncedRoom } from './types.js'
import { MessageWindow, pageSize } from './window.js'

/** Whoever missed more than this begins again with the newest page: what lies between is read upwards. */
const mostMissed = 1000
/** So often in a row an answer may bring nothing new, before it begins again with the newest page. */
const mostIdle = 2

export interface LogState {
  readonly status: 'opening' | 'live' | 'behind' | 'gone'
  readonly error: ParleyError | null
}

interface Outlets {
  /** All that was said is here; with the room, where that was read. `isBack`: nothing was told for a while before. */
  live(room: MyRoom | null, isBack: boolean): void
  /** Nobody sees what is between. */
  together(change: () => void): void
}

/** What is said in a room: opened with the newest page, taken as it is told, and asked for where something is missing. */
export class RoomLog implements Resumable {
  readonly store = new Store<LogState>({ status: 'opening', error: null })
  readonly window: MessageWindow
  /** Whatever is under way was begun in this one, or is over. */
  turn = 0
  /** What is told before the newest page is there; null once that is. */
  private held: TimelineEvent[] | null = []
  private readonly backoff = new Backoff(500, 4000)
  private isBusy = false
  /** It was cut off since it was live. */
  private isBack = false
  private idle = 0
  private timer: ReturnType<typeof setTimeout> | undefined

  constructor(
    readonly roomId: string,
    private readonly access: RoomAccess,
    private readonly outlets: Outlets,
  ) {
    this.window = new MessageWindow({ page: (query) => access.page(roomId, query), myId: () => access.userId })
  }

  /** What the service is to tell from: all before it is here. null: there is nothing to tell yet. */
  get position(): { room_id: string; after_seq: number; after_rev: number } | null {
    if (this.held || this.isGone) return null
    return { room_id: this.roomId, after_seq: this.window.lastSeq, after_rev: this.window.lastRev }
  }

  /** Is the newest page not here yet? */
  get isOpening(): boolean {
    return this.held !== null
  }

  get isGone(): boolean {
    return this.store.get().status === 'gone'
  }

  hear(event: TimelineEvent): void {
    if (this.isGone) return
    if (this.held) this.held.push(event)
    else if (!this.window.take(event, this.isBusy)) this.miss()
  }

  /** Where the room stands, as the service says now and then. */
  hearHead({ last_seq, last_rev }: { last_seq: number; last_rev: number }): void {
    if (last_seq > this.window.lastSeq || last_rev > this.window.lastRev) this.miss()
  }

  /** The connection is there again, or something is missing. */
  catchUp(): void {
    if (this.isBusy || this.isGone || !this.access.isOnline) return
    this.unwait()
    this.turn++
    this.isBusy = true
    if (this.held) return void this.open()
    this.window.expect()
    if (this.store.get().status === 'live') this.store.patch({ status: 'behind' })
    this.access.resume(this)
  }

  /** All that was missed was told before this: up to there, unless it was too much at once. */
  caughtUp(asked: { after_seq: number }, { error, complete, last_seq = 0, last_rev = 0 }: SyncedRoom): void {
    this.isBusy = false
    if (error) return this.failed(ParleyError.of(error))
    const { lastSeq } = this.window
    const missing = last_seq - lastSeq
    if (complete && missing <= 0) {
      this.window.whole(last_rev)
      return this.settled(null)
    }
    this.idle = lastSeq > asked.after_seq ? 0 : this.idle + 1
    // What is told to the end and has a gap is not kept any more. Or it is much, or changes that are told no further.
    const isHopeless = complete || missing > mostMissed || missing <= 0 || this.idle >= mostIdle
    if (isHopeless) this.held = []
    this.catchUp()
  }

  /** It could not be asked. */
  failed(error: ParleyError): void {
    this.isBusy = false
    if (isFinal(error)) return this.end(error)
    this.store.patch({ error })
    this.unwait()
    this.timer = setTimeout(() => this.catchUp(), this.backoff.next(error.retryAfterMs))
  }

  /** The connection is lost: what was asked is not answered. */
  cut(): void {
    this.close()
    this.isBusy = false
    this.isBack = true
    if (this.store.get().status === 'live') this.store.patch({ status: 'behind' })
  }

  /** The room is no more, or not one's own any more. */
  end(error: ParleyError): void {
    this.close()
    this.store.patch({ status: 'gone', error })
  }

  /** From the beginning, if it was gone. */
  revive(): void {
    if (!this.isGone) return
    this.cut()
    this.held = []
    this.store.patch({ status: 'opening', error: null })
    this.catchUp()
  }

  close(): void {
    this.turn++
    this.unwait()
  }

  /** Something was missed. Whoever was told to wait does. */
  miss(): void {
    if (this.timer === undefined) this.catchUp()
  }

  private unwait(): void {
    clearTimeout(this.timer)
    this.timer = undefined
  }

  /** Joins, and reads the newest page: what happens meanwhile is held until that is there. */
  private async open(): Promise<void> {
    const { turn } = this
    const isStill = (): boolean => turn === this.turn
    this.held = []
    try {
      const joined = await this.access.join(this.roomId, isStill)
      const page = await this.access.page(this.roomId, { limit: pageSize })
      if (isStill()) this.outlets.together(() => this.opened(joined, page))
    } catch (error) {
      if (isStill()) this.failed(asParleyError(error))
    }
  }

  private opened(joined: JoinedRoom, page: MessagePage): void {
    const held = this.held ?? []
    this.held = null
    this.isBusy = false
    this.window.begin(joined, page)
    this.settled(joined.room)
    for (const event of held) this.hear(event)
  }

  private settled(room: MyRoom | null): void {
    const { isBack } = this
    this.isBack = false
    this.idle = 0
    this.backoff.reset()
    this.store.patch({ status: 'live', error: null })
    this.outlets.live(room, isBack)
  }
}

const ofWhoAsks = new Set<string>(['user_locked', 'tenant_suspended', 'aborted'])

/** Of the room, and not of who asks or of the moment: it is not tried again. */
const isFinal = ({ retryable, status, code }: ParleyError): boolean =>
  !retryable && status !== 401 && !ofWhoAsks.has(code)
