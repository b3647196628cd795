import { until } from './until.js'
import type { Heard, TestSocket } from './sockets.js'
import type { TestUser } from './service.js'

interface Answer {
  ok: boolean
  last_seq: number
  last_rev: number
  complete: boolean
}

/**
 * A client's copy of a room, made of nothing but what its sockets are told. It throws when a message comes twice or not
 * in its order, or a change of what it does not know or of what it has.
 */
export class Replica {
  /** By `seq`, from 1 on. */
  readonly messages: any[] = []
  private rev = 0
  private socket: TestSocket | null = null
  private applied = 0

  constructor(
    private readonly user: TestUser,
    private readonly roomId: string,
  ) {}

  get position(): { after_seq: number; after_rev: number } {
    return { after_seq: this.messages.length, after_rev: this.rev }
  }

  /** Listens from where it is, by `join_room` or by `sync_rooms`. */
  async resume(by: 'join_room' | 'sync_rooms' = 'join_room'): Promise<Answer> {
    const socket = (this.socket ??= await this.user.socket())
    const asked = { room_id: this.roomId, ...this.position }
    const reply = await socket.ask(by, by === 'join_room' ? asked : { rooms: [asked] })
    const answer: Answer = by === 'join_room' ? reply : { ...reply, ...reply.rooms[0] }
    this.apply()
    if (answer.complete) this.rev = Math.max(this.rev, answer.last_rev)
    return answer
  }

  /** What was on its way is not heard any more. */
  cut(): void {
    this.apply()
    this.socket?.close()
    this.socket = null
    this.applied = 0
  }

  /** When it has heard all up to there. */
  async reached(seq: number, rev: number): Promise<void> {
    await until(
      () => {
        this.apply()
        return this.messages.length >= seq && this.rev >= rev
      },
      `message ${seq} and change ${rev}, at ${JSON.stringify(this.position)}`,
    )
  }

  private apply(): void {
    const heard = this.socket?.heard ?? []
    for (; this.applied < heard.length; this.applied++) this.hear(heard[this.applied]!)
  }

  private hear([event, payload]: Heard): void {
    if (event === 'new_message') {
      if (payload.seq !== this.messages.length + 1) throw new Error(`${payload.seq} after ${this.messages.length}`)
      this.messages.push(payload)
    }
    if (event === 'heads') for (const head of payload.rooms) if (head.room_id === this.roomId) this.told(head)
    if (event === 'message_updated') this.change(payload.message, payload.message)
    if (event === 'message_deleted') this.change(payload, emptied)
    if (event === 'reaction_added' || event === 'reaction_removed') this.count(payload)
  }

  /** Where the room stands: by then all was told. A message that was missed brought its changes with it. */
  private told({ last_seq, last_rev }: any): void {
    if (last_seq > this.messages.length) throw new Error(`${this.messages.length} of ${last_seq} messages`)
    this.rev = Math.max(this.rev, last_rev)
  }

  private count({ seq, rev, emoji, count }: any): void {
    const { reactions, deleted_at } = this.messages[seq - 1] ?? { reactions: [] }
    const others = reactions.filter((one: any) => one.emoji !== emoji)
    const isThere = others.length < reactions.length
    const now = isThere
      ? reactions.map((one: any) => (one.emoji === emoji ? { emoji, count } : one))
      : [...others, { emoji, count }]
    this.change({ seq, rev, deleted_at }, { reactions: count > 0 ? now : others })
  }

  private change({ seq, rev, deleted_at }: any, fields: object): void {
    const known = this.messages[seq - 1]
    if (!known) throw new Error(`change ${rev} of message ${seq}, which is not known`)
    if (rev <= this.rev) throw new Error(`change ${rev} after ${this.rev}`)
    this.rev = rev
    this.messages[seq - 1] = { ...known, ...fields, rev, deleted_at }
  }
}

/** Messages as clients know them: of one that was deleted not when it was edited last, of reactions not whose they are. */
export const asKnown = (messages: any[]): any[] =>
  messages.map((message) => ({
    ...message,
    edited_at: message.deleted_at === null ? message.edited_at : null,
    reactions: message.reactions.map(({ emoji, count }: any) => ({ emoji, count })),
  }))

/** What a client leaves of a message that was deleted. */
const emptied = { text_message: null, file_url: null, mentions: [], metadata: null, reactions: [], pinned: false }
