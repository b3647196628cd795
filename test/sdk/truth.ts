import fc from 'fast-check'
import type { TimelineEvent } from '../../sdk/client/src/timeline.js'
import type { Message, MessagePage } from '../../sdk/client/src/types.js'

export const me = 'me'
const emoji = ['👍', '🎉']

interface Reaction {
  does: 'add' | 'remove'
  which: number
  by: string
  what: string
}

/** `which` counts from the newest. */
export type Deed = { does: 'send' | 'edit' | 'delete'; which: number } | Reaction

const which = fc.nat(30)
export const deeds: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ does: fc.constant('send' as const), which }) },
  fc.record({ does: fc.constantFrom('edit' as const, 'delete' as const), which }),
  fc.record({
    does: fc.constantFrom('add' as const, 'remove' as const),
    which,
    by: fc.constantFrom(me, 'other'),
    what: fc.constantFrom(...emoji),
  }),
)

/** A room as the service keeps it: what is read of it, and what is told of each change. */
export class Truth {
  private readonly messages: Message[] = []
  private readonly reactors = new Map<string, Set<string>>()
  private lastRev = 0

  get head() {
    return { last_seq: this.messages.length, last_rev: this.lastRev }
  }

  /** As it is now, to who uses the client. */
  page(before = Infinity, limit = 50): MessagePage {
    const all = this.messages.filter(({ seq }) => seq < before)
    const items = all.slice(-limit).map((one) => ({
      ...one,
      reactions: one.reactions.map((reaction) => ({ ...reaction, mine: this.by(one, reaction.emoji).has(me) })),
    }))
    return { items, first_seq: null, last_seq: null, has_more: all.length > items.length }
  }

  /** null where nothing changes. */
  do(deed: Deed): TimelineEvent | null {
    if (deed.does === 'send') return this.send()
    const message = this.messages[this.messages.length - 1 - deed.which]
    if (!message || message.deleted_at) return null
    if (deed.does === 'edit') return this.edit(message)
    if (deed.does === 'delete') return this.delete(message)
    return 'by' in deed ? this.react(message, deed) : null
  }

  private send(): TimelineEvent {
    const seq = this.messages.length + 1
    const message = { message_id: `${seq}`, room_id: 'room', seq, rev: 0, text_message: `${seq}`, reactions: [] }
    this.messages.push({ ...message, deleted_at: null } as unknown as Message)
    return { name: 'new_message', data: this.messages.at(-1)! }
  }

  private edit(message: Message): TimelineEvent {
    const edited = this.put({ ...message, text_message: `edit ${this.lastRev}` })
    return { name: 'message_updated', data: { message: edited } }
  }

  private delete(message: Message): TimelineEvent {
    const deleted_at = 'now'
    const { room_id, message_id, seq, rev } = this.put({ ...message, text_message: null, reactions: [], deleted_at })
    return { name: 'message_deleted', data: { room_id, message_id, seq, rev, deleted_at } }
  }

  private react(message: Message, { does, by, what }: Reaction): TimelineEvent | null {
    const reactors = this.by(message, what)
    const isNew = does === 'add' ? !reactors.has(by) && reactors.add(by) : reactors.delete(by)
    if (!isNew) return null
    const count = reactors.size
    const others = message.reactions.filter(({ emoji }) => emoji !== what)
    const reactions = count ? [...others, { emoji: what, count }] : others
    const { room_id, message_id, seq, rev } = this.put({ ...message, reactions })
    const data = { room_id, message_id, seq, user_id: by, emoji: what, count, rev }
    return { name: does === 'add' ? 'reaction_added' : 'reaction_removed', data }
  }

  private put(message: Message): Message {
    const now = { ...message, rev: ++this.lastRev }
    this.messages[message.seq - 1] = now
    return now
  }

  private by({ message_id }: Message, what: string): Set<string> {
    const key = `${message_id} ${what}`
    const all = this.reactors.get(key) ?? new Set<string>()
    this.reactors.set(key, all)
    return all
  }
}
