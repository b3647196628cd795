/** Rooms as the contract tells them, in memory: what is answered, what is stored, who has read what. */
import type { ErrorCode } from '../../src/contract/errors.js'
import type { RoomRole } from '../../src/contract/views.js'

/** A user by number; null is the backend. */
export type Who = number | null

export interface ModelMessage {
  by: Who
  /** null when it was deleted. */
  text: string | null
  clientId: string | null
  rev: number
  pinned: boolean
  /** Who reacted so, by emoji, in the order of each one's first use. */
  reactions: Map<string, Set<number>>
}

export interface ShownMessage extends Omit<ModelMessage, 'reactions'> {
  seq: number
  reactions: { emoji: string; count: number }[]
}

/** A message by its `seq`, a change by its `rev` with an r. */
export type Told = number | string

interface Member {
  role: RoomRole
  readSeq: number
}

export interface ModelRoom {
  open: boolean
  archived: boolean
  /** In the order in which they came. */
  members: Map<number, Member>
  removed: Set<number>
  messages: ModelMessage[]
  lastRev: number
}

export interface RoomState {
  messages: ShownMessage[]
  lastSeq: number
  lastRev: number
  archived: boolean
  memberCount: number
  members: Map<Who, RoomRole>
  /** By user. */
  told: Told[][]
  unread: (number | null)[]
}

/** What is answered: done, found to be done already, or the code of the refusal. */
export type Outcome = 'done' | 'repeated' | ErrorCode

export class Model {
  readonly rooms: ModelRoom[]
  readonly locked = new Set<number>()
  /** What the socket of each user was told of each room; a room that it does not listen to is not in here. */
  readonly listening: Map<number, Told[]>[]
  /** The same of rooms that it listened to before. */
  readonly heard: Told[][][]

  constructor(users: number, members: { open: boolean; members: number[] }[]) {
    this.rooms = members.map((room) => ({
      open: room.open,
      archived: false,
      members: new Map(room.members.map((user, place) => [user, { role: place ? 'member' : 'owner', readSeq: 0 }])),
      removed: new Set(),
      messages: [],
      lastRev: 0,
    }))
    this.listening = Array.from({ length: users }, () => new Map())
    this.heard = Array.from({ length: users }, () => members.map(() => []))
  }

  copy(): Model {
    return Object.assign(new Model(0, []), structuredClone({ ...this }))
  }

  send(by: Who, room: number, text: string, clientId: string | null): Outcome {
    const { archived, messages } = this.rooms[room]!
    const refusal = this.refusal(by, room)
    if (refusal) return refusal
    if (this.sent(by, room, clientId)) return 'repeated'
    if (archived) return 'room_archived'
    this.tell(room, messages.push({ by, text, clientId, rev: 0, pinned: false, reactions: new Map() }))
    return 'done'
  }

  edit(by: Who, room: number, place: number, text: string): Outcome {
    const { archived, messages } = this.rooms[room]!
    const message = messages[place]!
    const refusal = this.refusal(by, room)
    if (refusal) return refusal
    if (message.by !== by) return 'forbidden'
    if (message.text === null) return 'message_deleted'
    if (archived) return 'room_archived'
    if (message.text !== text) this.change(room, message, text)
    return 'done'
  }

  delete(by: Who, room: number, place: number): Outcome {
    const message = this.rooms[room]!.messages[place]!
    const refusal = this.refusal(by, room)
    if (refusal) return refusal
    if (message.by !== by && !this.leads(by, room)) return 'forbidden'
    if (message.text === null) return 'done'
    message.pinned = false
    message.reactions.clear()
    this.change(room, message, null)
    return 'done'
  }

  react(by: number, room: number, place: number, emoji: string, adds: boolean): Outcome {
    const { archived, messages } = this.rooms[room]!
    const message = messages[place]!
    const refusal = this.refusal(by, room)
    if (refusal) return refusal
    if (message.text === null) return adds ? 'message_deleted' : 'done'
    if (adds && archived) return 'room_archived'
    const people = message.reactions.get(emoji) ?? new Set()
    if (people.has(by) === adds) return 'done'
    if (adds) message.reactions.set(emoji, people.add(by))
    else if (people.delete(by) && !people.size) message.reactions.delete(emoji)
    this.change(room, message)
    return 'done'
  }

  pin(by: Who, room: number, place: number, pinned: boolean): Outcome {
    const { archived, messages } = this.rooms[room]!
    const message = messages[place]!
    const refusal = this.refusal(by, room)
    if (refusal) return refusal
    if (!this.leads(by, room)) return 'forbidden'
    if (message.pinned === pinned) return 'done'
    if (message.text === null) return 'message_deleted'
    if (archived) return 'room_archived'
    message.pinned = pinned
    this.change(room, message)
    return 'done'
  }

  /** Never back, and not beyond what there is. */
  read(by: number, room: number, seq: number): Outcome {
    const { members, messages } = this.rooms[room]!
    const refusal = this.refusal(by, room)
    if (refusal) return refusal
    const member = members.get(by)!
    member.readSeq = Math.max(member.readSeq, Math.min(seq, messages.length))
    return 'done'
  }

  sent(by: Who, room: number, clientId: string | null): ModelMessage | undefined {
    return this.rooms[room]!.messages.find((message) => clientId && message.by === by && message.clientId === clientId)
  }

  join(by: number, room: number): Outcome {
    const { open, members, removed, messages } = this.rooms[room]!
    if (this.locked.has(by)) return 'user_locked'
    if (members.has(by)) return 'repeated'
    if (!open) return 'room_not_found'
    if (removed.has(by)) return 'removed'
    members.set(by, { role: 'member', readSeq: messages.length })
    return 'done'
  }

  leave(by: number, room: number): Outcome {
    const refusal = this.refusal(by, room)
    if (refusal) return refusal
    this.drop(by, room)
    return 'done'
  }

  add(by: Who, room: number, users: number[], role: 'member' | 'moderator'): Outcome {
    const { members, removed, messages } = this.rooms[room]!
    const refusal = this.refusal(by, room)
    if (refusal) return refusal
    const others = users.flatMap((user) => members.get(user) ?? []).filter((member) => member.role !== role)
    if (others.length && by !== null && members.get(by)!.role !== 'owner') return 'forbidden'
    if (role === 'moderator' && !this.leads(by, room)) return 'forbidden'
    if (others.some((member) => member.role === 'owner')) return 'forbidden'
    for (const member of others) member.role = role
    for (const user of users) {
      removed.delete(user)
      members.set(user, { role, readSeq: members.get(user)?.readSeq ?? messages.length })
    }
    return 'done'
  }

  remove(by: Who, room: number, user: number): Outcome {
    const refusal = this.refusal(by, room)
    if (refusal) return refusal
    if (!this.leads(by, room)) return 'forbidden'
    const member = this.rooms[room]!.members.get(user)
    if (!member) return 'member_not_found'
    if (by !== null && member.role === 'owner') return 'forbidden'
    this.drop(user, room)
    this.rooms[room]!.removed.add(user)
    return 'done'
  }

  archive(by: Who, room: number, archived: boolean): Outcome {
    const refusal = this.refusal(by, room)
    if (refusal) return refusal
    if (!this.leads(by, room)) return 'forbidden'
    this.rooms[room]!.archived = archived
    return 'done'
  }

  /** Locking ends the socket. */
  lock(user: number): void {
    this.locked.add(user)
    for (const room of [...this.listening[user]!.keys()]) this.stopListening(user, room)
  }

  unlock(user: number): void {
    this.locked.delete(user)
  }

  listen(user: number, room: number): void {
    if (!this.listening[user]!.has(room)) this.listening[user]!.set(room, [])
  }

  /** All that can be seen of a room. */
  state(room: number): RoomState {
    const { messages, members, archived, lastRev } = this.rooms[room]!
    return {
      messages: messages.map((message, index) => ({
        ...message,
        seq: index + 1,
        reactions: [...message.reactions].map(([emoji, { size }]) => ({ emoji, count: size })),
      })),
      lastSeq: messages.length,
      lastRev,
      archived,
      memberCount: members.size,
      members: new Map([...members].map(([user, { role }]) => [user, role])),
      told: this.heard.map((rooms, user) => [...rooms[room]!, ...(this.listening[user]!.get(room) ?? [])]),
      unread: this.heard.map((_, user) => this.unread(user, room)),
    }
  }

  /** null for who cannot ask. */
  unread(user: number, room: number): number | null {
    const { members, messages } = this.rooms[room]!
    const member = this.locked.has(user) ? undefined : members.get(user)
    return member ? messages.slice(member.readSeq).filter(({ by, text }) => by !== user && text !== null).length : null
  }

  /** Why the user may not even read there; null for the backend and for members. */
  private refusal(by: Who, room: number): ErrorCode | null {
    const { open, members, removed } = this.rooms[room]!
    if (by === null) return null
    if (this.locked.has(by)) return 'user_locked'
    if (members.has(by)) return null
    if (!open) return 'room_not_found'
    return removed.has(by) ? 'removed' : 'not_a_member'
  }

  private leads(by: Who, room: number): boolean {
    return by === null || this.rooms[room]!.members.get(by)!.role !== 'member'
  }

  /** An owner hands over to the eldest moderator, else to the eldest member. */
  private drop(user: number, room: number): void {
    const { members } = this.rooms[room]!
    const wasOwner = members.get(user)!.role === 'owner'
    members.delete(user)
    this.stopListening(user, room)
    const left = [...members.values()]
    const heir = left.find(({ role }) => role === 'moderator') ?? left[0]
    if (wasOwner && heir) heir.role = 'owner'
  }

  private change(room: number, message: ModelMessage, text = message.text): void {
    message.text = text
    message.rev = ++this.rooms[room]!.lastRev
    this.tell(room, `r${message.rev}`)
  }

  private tell(room: number, told: Told): void {
    for (const rooms of this.listening) rooms.get(room)?.push(told)
  }

  private stopListening(user: number, room: number): void {
    this.heard[user]![room]!.push(...(this.listening[user]!.get(room) ?? []))
    this.listening[user]!.delete(room)
  }
}
