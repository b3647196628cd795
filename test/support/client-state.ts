/** A room as a client shows it: what it fetched once, and what it was told since, put together as the contract says. */
import { isDeepStrictEqual } from 'node:util'
import type { TestUser } from './service.js'
import type { Heard, TestSocket } from './sockets.js'
import { until } from './until.js'

export interface ClientState {
  room: any
  /** By `seq`. */
  messages: Map<number, any>
  /** By user id. */
  members: Map<string, { display_name: string | null; last_read_seq: number }>
}

type Change = (state: ClientState, payload: any) => ClientState | null

const changed = (state: ClientState, seq: number, rev: number, change: (message: any) => object): ClientState => {
  const message = state.messages.get(seq)
  const room = { ...state.room, last_rev: Math.max(state.room.last_rev, rev) }
  if (!message || message.rev >= rev) return { ...state, room }
  return { ...state, room, messages: new Map(state.messages).set(seq, { ...message, rev, ...change(message) }) }
}

const emptied = { text_message: null, file_url: null, mentions: [], metadata: null, reactions: [], pinned: false }

const counted: Change = (state, { seq, rev, emoji, count }) =>
  changed(state, seq, rev, ({ reactions }) => {
    const isThere = reactions.some((one: any) => one.emoji === emoji)
    const all = isThere ? reactions : [...reactions, { emoji }]
    const now = all.map((one: any) => (one.emoji === emoji ? { emoji, count } : one))
    return { reactions: now.filter((one: any) => one.count > 0) }
  })

/** What each event does to it; of an event that is not here a client need not know. */
const changes: ReadonlyMap<string, Change> = new Map<string, Change>([
  [
    'new_message',
    (state, message) => {
      const room = { ...state.room, last_seq: Math.max(state.room.last_seq, message.seq) }
      return { ...state, room, messages: new Map(state.messages).set(message.seq, message) }
    },
  ],
  ['message_updated', (state, { message }) => changed(state, message.seq, message.rev, () => message)],
  [
    'message_deleted',
    (state, { seq, rev, deleted_at }) => changed(state, seq, rev, () => ({ ...emptied, deleted_at })),
  ],
  ['reaction_added', counted],
  ['reaction_removed', counted],
  [
    'read',
    (state, { user_id, seq }) => {
      const member = state.members.get(user_id)!
      return { ...state, members: new Map(state.members).set(user_id, { ...member, last_read_seq: seq }) }
    },
  ],
  ['member_joined', (state, payload) => withMember(state, payload)],
  ['member_left', (state, { user_id }) => withoutMember(state, user_id)],
  ['room_updated', (state, { room }) => ({ ...state, room })],
  ['room_deleted', () => null],
  ['room_removed', () => null],
])

/** Who comes has nothing to read yet. */
function withMember(state: ClientState, { user_id, display_name }: any): ClientState {
  const members = new Map(state.members).set(user_id, { display_name, last_read_seq: state.room.last_seq })
  return { ...state, members, room: { ...state.room, member_count: members.size } }
}

function withoutMember(state: ClientState, userId: string): ClientState {
  const members = new Map(state.members)
  members.delete(userId)
  return { ...state, members, room: { ...state.room, member_count: members.size } }
}

const isAbout = (roomId: string, payload: any): boolean =>
  (payload.room_id ?? payload.room?.room_id ?? payload.message?.room_id) === roomId

/** The state after an event; null where the room is no more, or not theirs. */
export function applied(state: ClientState | null, roomId: string, [event, payload]: Heard): ClientState | null {
  const change = changes.get(event)
  return state && change && isAbout(roomId, payload) ? change(state, payload) : state
}

/** What only the caller is shown is told by no event. */
const forAll = ({ last_message: _, unread: __, can: ___, ...room }: any): any => room
const withoutMine = (message: any): any => ({
  ...message,
  reactions: message.reactions.map(({ emoji, count }: any) => ({ emoji, count })),
})

/** As the room is now, for who may see it. */
export async function fetched({ rest }: TestUser, roomId: string): Promise<ClientState | null> {
  const { status, body: room } = await rest.get(`/room/${roomId}`)
  if (status !== 200) return null
  const messages = new Map<number, any>()
  for (let more = true; more;) {
    const { body } = await rest.get(`/room/${roomId}/message?limit=100&after_seq=${messages.size}`)
    for (const message of body.items) messages.set(message.seq, withoutMine(message))
    more = body.has_more
  }
  const { body: page } = await rest.get(`/room/${roomId}/member?limit=100`)
  const members = page.items.map(({ user_id, display_name, last_read_seq }: any) => [
    user_id,
    { display_name, last_read_seq },
  ])
  return { room: forAll(room), messages, members: new Map(members) }
}

/** Somebody who fetched a room once, and listens to it since. */
export class Watcher {
  private applied = 0

  private constructor(
    private readonly user: TestUser,
    private readonly roomId: string,
    private readonly socket: TestSocket,
    private state: ClientState | null,
  ) {}

  static async of(user: TestUser, roomId: string): Promise<Watcher> {
    const state = await fetched(user, roomId)
    const socket = await user.socket()
    const { last_seq, last_rev } = state!.room
    await socket.ask('join_room', { room_id: roomId, after_seq: last_seq, after_rev: last_rev })
    return new Watcher(user, roomId, socket, state)
  }

  /** All that it was told. */
  get heard(): Heard[] {
    return this.socket.heard
  }

  /** The room as this client shows it now. */
  get shown(): ClientState | null {
    const { heard } = this.socket
    for (; this.applied < heard.length; this.applied++) {
      this.state = applied(this.state, this.roomId, heard[this.applied]!)
    }
    return this.state
  }

  /** When what it was told has come, it shows what a fresh fetch shows. */
  async converges(): Promise<void> {
    const now = await fetched(this.user, this.roomId)
    await until(() => isDeepStrictEqual(this.shown, now), 'what was told').catch(() => undefined)
    expect(this.shown).toEqual(now)
  }

  close(): void {
    this.socket.close()
  }
}
