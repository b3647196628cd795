import { ParleyError } from './errors.js'
import { RoomLog } from './log.js'
import { Members } from './members.js'
import { Outbox, type Draft } from './outbox.js'
import { patiently } from './patiently.js'
import { ReadMark } from './read-mark.js'
import type { RoomAccess } from './room-access.js'
import type { RoomSnapshot } from './room-snapshot.js'
import { Store } from './store.js'
import { isOfTimeline } from './timeline.js'
import type { MyRoom, RoomEvent } from './types.js'
import { TypingSignal, Typists } from './typing.js'

/** A room that is listened to. It heals itself: whatever is missed is asked for. */
export class Room {
  readonly store: Store<RoomSnapshot>
  private readonly outbox: Outbox
  private readonly log: RoomLog
  private readonly members: Members
  private readonly reading: ReadMark
  private readonly typists = new Typists()
  private readonly signal: TypingSignal
  /** Was it told to be otherwise while it was opened? What was read then is from before that. */
  private isChanged = false

  constructor(
    readonly roomId: string,
    private readonly access: RoomAccess,
  ) {
    this.log = new RoomLog(roomId, access, {
      live: (room, isBack) => this.settled(room, isBack),
      together: (change) => this.store.together(change),
    })
    this.outbox = new Outbox({
      send: (draft) => access.send(roomId, draft),
      sent: (data) => this.hear({ name: 'new_message', data }),
    })
    this.members = new Members(roomId, access)
    this.reading = new ReadMark((seq) => access.read(roomId, seq))
    this.signal = new TypingSignal((is) => access.say('typing', { room_id: roomId, is_typing: is }))
    this.store = new Store<RoomSnapshot>({ room: null, viewers: null, ...this.parts })
    const { window } = this.log
    window.store.subscribe(() => this.outbox.settle(window.store.get().messages, window.lastSeq))
    for (const { store } of [this.log, window, this.outbox, this.members, this.typists]) {
      store.subscribe(() => this.store.patch(this.parts))
    }
  }

  /** The id under which it is sent. It is among `outgoing` at once. */
  send = (draft: Draft | string): string => {
    this.signal.stop()
    return this.outbox.add(typeof draft === 'string' ? { text_message: draft } : draft)
  }

  retry = (clientMessageId: string): void => this.outbox.retry(clientMessageId)
  discard = (clientMessageId: string): void => this.outbox.discard(clientMessageId)
  /** At every key that is pressed; it ends by itself. */
  typing = (): void => this.signal.key()
  /** Up to there, or all that is here: told to the service until it knows. */
  markRead = (seq = this.log.window.lastSeq): void => this.reading.move(seq)
  /** One page more at the top. Throws `ParleyError`. */
  loadOlder = (): Promise<void> => this.log.window.loadOlder()

  /** Each throws `ParleyError`; what changed is in the snapshot as everybody is told it. */
  edit = (messageId: string, fields: Partial<Draft>): Promise<unknown> =>
    this.access.edit(this.roomId, messageId, fields)
  delete = (messageId: string): Promise<unknown> => this.access.remove(this.roomId, messageId)
  pin = (messageId: string, isPinned = true): Promise<unknown> => this.access.pin(this.roomId, messageId, isPinned)
  react = (messageId: string, emoji: string, isMine = true): Promise<unknown> =>
    this.access.react(this.roomId, messageId, emoji, isMine)

  /** Is there anything that is not on disk: on its way, or refused and not given up? */
  get isUnsent(): boolean {
    return this.outbox.messages.some(({ status }) => status !== 'sent')
  }

  /** Asks for what was missed, as the room does by itself when something is. */
  catchUp(): void {
    this.log.catchUp()
  }

  /** @internal Somebody listens from now on. Whoever was here a moment ago may have missed nothing. */
  enter(): void {
    if (this.store.get().status !== 'live') this.catchUp()
  }

  /** @internal The connection is lost. */
  cut(): void {
    this.typists.clear()
    this.log.cut()
  }

  /** @internal */
  close(): void {
    this.signal.stop()
    this.outbox.close()
    this.typists.clear()
    this.members.close()
    this.reading.close()
    this.log.close()
  }

  /** @internal */
  hear(event: RoomEvent): void {
    if (event.name === 'new_message' && event.data.sender) this.typists.said(event.data.sender.user_id)
    if (isOfTimeline(event)) return this.log.hear(event)
    switch (event.name) {
      case 'heads':
        return this.log.hearHead(event.data)
      case 'messages_skipped':
        return this.log.miss()
      case 'typing':
        return this.typists.hear(event.data)
      case 'viewer_count':
        return this.store.patch({ viewers: event.data.count })
      case 'room_updated':
        return this.change(event.data.room)
      case 'stream_ended':
        return this.change({ archived: true })
      case 'room_deleted':
      case 'room_removed':
        return this.log.end(new ParleyError('room_not_found', 'The room is no more, or not yours.'))
      default:
        return this.hearMember(event)
    }
  }

  /** @internal One is a member again. */
  revive(): void {
    this.log.revive()
  }

  private get parts(): Omit<RoomSnapshot, 'room' | 'viewers'> {
    return {
      ...this.log.store.get(),
      ...this.log.window.store.get(),
      outgoing: this.outbox.messages,
      members: this.members.store.get(),
      typists: this.typists.store.get(),
    }
  }

  private hearMember(event: Parameters<Members['hear']>[0]): void {
    this.members.hear(event)
    // Another role may do other things.
    if (event.name === 'member_updated' && event.data.user_id === this.access.userId) void this.lookAgain()
  }

  /** What is told of nobody who was away is read anew. */
  private settled(room: MyRoom | null, isBack: boolean): void {
    if (room) this.store.patch({ room })
    if (this.isChanged || (isBack && !room)) void this.lookAgain()
    this.isChanged = false
    if (room || isBack) this.members.load()
    this.reading.flush()
    this.outbox.flush()
  }

  private async lookAgain(): Promise<void> {
    const room = await patiently(() => this.access.view(this.roomId)).catch(() => null)
    if (room) this.store.patch({ room })
  }

  private change(fields: Partial<MyRoom>): void {
    const { room } = this.store.get()
    this.isChanged ||= this.log.isOpening
    if (room) this.store.patch({ room: { ...room, ...fields } })
  }
}
