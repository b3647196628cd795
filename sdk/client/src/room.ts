import { asParleyError, ParleyError } from './errors.js'
import { Members } from './members.js'
import { Outbox, type Draft, type OutgoingMessage } from './outbox.js'
import type { RoomAccess } from './room-access.js'
import { Store } from './store.js'
import * as timelines from './timeline.js'
import type { Member, Message, MyRoom, RoomEvent, SyncedRoom } from './types.js'
import { TypingSignal, Typists, type Typist } from './typing.js'

/** Messages that are read at a time. */
const pageSize = 50
/** Whoever missed more than this begins again with the newest page: what lies between is read upwards. */
const mostMissed = 1000

/** All that a page shows of a room. A new one at each change; nothing in it is changed in place. */
export interface RoomSnapshot {
  /** `opening`: for the first time. `live`: all that was said is here. `behind`: something may be missing. `gone`: `error` says why. */
  readonly status: 'opening' | 'live' | 'behind' | 'gone'
  readonly error: ParleyError | null
  readonly room: MyRoom | null
  /** By `seq`, without a gap, up to the newest. */
  readonly messages: readonly Message[]
  /** One's own that are not among them yet, in the order in which they were written. */
  readonly outgoing: readonly OutgoingMessage[]
  /** Is there anything before the first of `messages`? */
  readonly hasOlder: boolean
  readonly members: ReadonlyMap<string, Member>
  readonly typists: readonly Typist[]
  /** How many watch a livestream; null where nobody counts. */
  readonly viewers: number | null
}

const opening: RoomSnapshot = {
  status: 'opening',
  error: null,
  room: null,
  messages: [],
  outgoing: [],
  hasOlder: false,
  members: new Map(),
  typists: [],
  viewers: null,
}

/** A room that is listened to. It heals itself: whatever is missed is asked for. */
export class Room {
  readonly store = new Store<RoomSnapshot>(opening)
  private readonly outbox: Outbox
  private readonly members: Members
  private readonly typists = new Typists()
  private readonly signal: TypingSignal
  private timeline = timelines.emptyTimeline
  /** What is heard before the first page is there. */
  private held: RoomEvent[] | null = []
  private isCatchingUp = false
  /** What is told begins later than what is here ends: what was between is not kept any more. */
  private hasJumped = false
  private isClosed = false

  constructor(
    readonly roomId: string,
    private readonly access: RoomAccess,
  ) {
    this.outbox = new Outbox({ send: (draft) => access.send(roomId, draft), sent: (message) => this.take(message) })
    this.members = new Members(roomId, access)
    this.signal = new TypingSignal((is) => access.say('typing', { room_id: roomId, is_typing: is }))
    this.outbox.messages.subscribe(() => this.show({ outgoing: this.outbox.messages.get() }))
    this.members.store.subscribe(() => this.show({ members: this.members.store.get() }))
    this.typists.store.subscribe(() => this.show({ typists: this.typists.store.get() }))
  }

  /** What the service is to tell from: all before it is here. null: not open yet. */
  get position(): { room_id: string; after_seq: number; after_rev: number } | null {
    if (this.held) return null
    return { room_id: this.roomId, after_seq: this.timeline.lastSeq, after_rev: this.timeline.lastRev }
  }

  /** The id under which it is sent. It is among `outgoing` at once. */
  send(draft: Draft | string): string {
    this.signal.stop()
    return this.outbox.add(typeof draft === 'string' ? { text_message: draft } : draft)
  }

  retry = (clientMessageId: string): void => this.outbox.retry(clientMessageId)
  discard = (clientMessageId: string): void => this.outbox.discard(clientMessageId)
  /** At every key that is pressed; it ends by itself. */
  typing = (): void => this.signal.key()
  markRead = (seq = this.timeline.lastSeq): void => this.members.markRead(seq)

  /** Each throws `ParleyError`; what changed is in the snapshot as everybody is told it. */
  edit = (messageId: string, fields: Partial<Draft>): Promise<unknown> =>
    this.access.edit(this.roomId, messageId, fields)
  delete = (messageId: string): Promise<unknown> => this.access.remove(this.roomId, messageId)
  pin = (messageId: string, isPinned = true): Promise<unknown> => this.access.pin(this.roomId, messageId, isPinned)
  react = (messageId: string, emoji: string, isMine = true): Promise<unknown> =>
    this.access.react(this.roomId, messageId, emoji, isMine)

  /** One page more at the top. */
  async loadOlder(): Promise<void> {
    const before_seq = this.timeline.messages[0]?.seq ?? this.timeline.lastSeq + 1
    const page = await this.access.page(this.roomId, { before_seq, limit: pageSize })
    this.timeline = timelines.withOlder(this.timeline, page.items)
    this.show({ messages: this.timeline.messages, hasOlder: page.has_more })
  }

  /** Joins, and reads the newest page: what happens meanwhile is held until that is there. */
  async open(): Promise<void> {
    if (this.isCatchingUp || this.isClosed) return
    this.isCatchingUp = true
    this.held = []
    try {
      const joined = await this.access.join(this.roomId)
      const page = await this.access.page(this.roomId, { limit: pageSize })
      this.begin(joined.room, timelines.begun(page.items, joined), page.has_more)
    } catch (error) {
      this.isCatchingUp = false
      this.failed(asParleyError(error), () => this.open())
    }
  }

  /** All that was missed was told before this: up to there, unless it was too much at once. */
  caughtUp(answer: SyncedRoom): void {
    this.isCatchingUp = false
    if (answer.error) return this.failed(ParleyError.of(answer.error), () => this.catchUp())
    const { last_seq = 0, last_rev = 0 } = answer
    if (last_seq - this.timeline.lastSeq > mostMissed || this.hasJumped) return void this.open()
    if (answer.complete === false || last_seq > this.timeline.lastSeq) return this.catchUp()
    this.timeline = timelines.told(this.timeline, last_rev)
    this.show({ status: 'live', error: null })
    this.outbox.flush()
  }

  /** The connection is there again, or something is missing. */
  catchUp(): void {
    if (this.isCatchingUp || this.isClosed || this.store.get().status === 'gone') return
    if (this.held) return void this.open()
    this.isCatchingUp = true
    this.hasJumped = false
    this.show({ status: 'behind' })
    this.access.resume(this)
  }

  /** The connection is lost: what was asked is not answered. */
  cut(): void {
    this.isCatchingUp = false
    this.typists.clear()
    if (this.store.get().status === 'live') this.show({ status: 'behind' })
  }

  close(): void {
    this.isClosed = true
    this.signal.stop()
    this.outbox.close()
    this.typists.clear()
  }

  hear(event: RoomEvent): void {
    if (this.held && isOfTimeline(event)) return void this.held.push(event)
    switch (event.name) {
      case 'new_message':
        return this.take(event.data)
      case 'message_updated':
        return this.move(timelines.withUpdate(this.timeline, event.data.message))
      case 'message_deleted':
        return this.move(timelines.withDeletion(this.timeline, event.data))
      case 'reaction_added':
      case 'reaction_removed':
        return this.move(
          timelines.withReaction(this.timeline, event.data, event.name === 'reaction_added', this.access.userId),
        )
      case 'heads':
        if (event.data.last_seq > this.timeline.lastSeq || event.data.last_rev > this.timeline.lastRev) this.catchUp()
        return
      case 'typing':
        return this.typists.hear(event.data)
      case 'viewer_count':
        return this.show({ viewers: event.data.count })
      case 'messages_skipped':
        return this.catchUp()
      case 'room_updated':
        return this.show({ room: this.store.get().room && { ...this.store.get().room!, ...event.data.room } })
      case 'room_deleted':
      case 'room_removed':
        return this.end(new ParleyError('room_not_found', 'The room is no more, or not yours.'))
      default:
        return this.members.hear(event)
    }
  }
  private begin(room: MyRoom, timeline: timelines.Timeline, hasOlder: boolean): void {
    const held = this.held ?? []
    this.timeline = timeline
    this.held = null
    this.isCatchingUp = false
    this.hasJumped = false
    this.show({ status: 'live', error: null, room, messages: timeline.messages, hasOlder })
    for (const event of held) this.hear(event)
    for (const message of timeline.messages) this.settle(message)
    this.outbox.flush()
    void this.members.load()
  }

  private take(message: Message): void {
    if (this.held) return
    this.move(timelines.withMessage(this.timeline, message))
    if (message.seq <= this.timeline.lastSeq) this.settle(message)
    if (message.sender) this.typists.end(message.sender.user_id)
  }

  /** One's own stands in the timeline now. */
  private settle({ sender, client_message_id }: Message): void {
    if (client_message_id && sender?.user_id === this.access.userId) this.outbox.discard(client_message_id)
  }

  private move({ timeline, gap }: timelines.Taken): void {
    if (timeline !== this.timeline) {
      this.timeline = timeline
      this.show({ messages: timeline.messages })
    }
    if (!gap) return
    if (this.isCatchingUp) this.hasJumped = true
    else this.catchUp()
  }

  /** What is refused for good is the end of it; all else is tried again. */
  private failed(error: ParleyError, again: () => unknown): void {
    if (!error.retryable) return this.end(error)
    this.show({ error })
    if (error.code !== 'offline') this.access.later(() => void again(), error.retryAfterMs)
  }

  private end(error: ParleyError): void {
    this.close()
    this.show({ status: 'gone', error })
  }

  private show(fields: Partial<RoomSnapshot>): void {
    this.store.patch(fields)
  }
}

/** Its order matters: it waits until the first page is there. */
const isOfTimeline = ({ name }: RoomEvent): boolean =>
  name === 'new_message' || name === 'message_updated' || name === 'message_deleted' || name.startsWith('reaction_')
