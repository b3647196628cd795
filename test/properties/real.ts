/** The same on the running service, by REST and by sockets. */
import type { Answer, Rest } from '../support/rest.js'
import type { TestTenant, TestUser } from '../support/service.js'
import type { Heard, TestSocket } from '../support/sockets.js'
import type { Outcome, RoomState, Told, Who } from './model.js'

export interface Result {
  outcome: Outcome
  /** What was made or found, as the service shows it. */
  shown: any
}

const ofRest = ({ status, body }: Answer): Result => {
  if (status >= 300) return { outcome: body.code, shown: body }
  return { outcome: status === 200 ? 'repeated' : 'done', shown: body }
}

/** Calls for which 200 is not a repeat. */
const done = (answer: Answer): Result => {
  const result = ofRest(answer)
  return result.outcome === 'repeated' ? { ...result, outcome: 'done' } : result
}

const ofAck = (reply: any): Result => {
  if (!reply.ok) return { outcome: reply.error.code, shown: reply.error }
  return { outcome: reply.duplicate ? 'repeated' : 'done', shown: reply.message ?? reply.room }
}

const toldBy = ([event, payload]: Heard): { room_id: string; told: Told }[] => {
  if (event === 'new_message') return [{ room_id: payload.room_id, told: payload.seq }]
  if (event === 'message_updated') return [{ room_id: payload.message.room_id, told: `r${payload.message.rev}` }]
  if (event === 'reaction_added' || event === 'reaction_removed') {
    return [{ room_id: payload.room_id, told: `r${payload.rev}` }]
  }
  return event === 'message_deleted' ? [{ room_id: payload.room_id, told: `r${payload.rev}` }] : []
}

export class Real {
  rooms: string[] = []
  private sockets: TestSocket[] = []
  /** All that the sockets of a user heard, those that ended too. */
  private heard: TestSocket[][] = []

  constructor(
    readonly tenant: TestTenant,
    readonly users: TestUser[],
  ) {}

  /** Fresh rooms and sockets, and nobody locked. */
  async reset(rooms: { open: boolean; members: number[] }[]): Promise<void> {
    for (const socket of this.sockets) socket.close()
    await Promise.all(this.users.map((_, user) => this.patchStatus(user, 'active')))
    this.rooms = await Promise.all(
      rooms.map(({ open, members }) =>
        this.tenant.room(
          members.map((user) => this.users[user]!),
          { access: open ? 'open' : 'invite' },
        ),
      ),
    )
    this.sockets = await Promise.all(this.users.map((_, user) => this.connect(user)))
    this.heard = this.sockets.map((socket) => [socket])
  }

  as(who: Who): Rest {
    return who === null ? this.tenant.backend : this.tenant.backend.as({ clientKey: this.users[who]!.clientKey })
  }

  async send(by: Who, room: number, text: string, clientId: string | null, bySocket: boolean): Promise<Result> {
    const payload = { text_message: text, ...(clientId && { client_message_id: clientId }) }
    if (by === null || !bySocket) return ofRest(await this.as(by).post(`${this.path(room)}/message/send`, payload))
    return ofAck(await this.sockets[by]!.ask('send_message', { room_id: this.rooms[room], ...payload }))
  }

  /** Of the message in this place of the room. */
  async edit(by: Who, room: number, place: number, text_message: string, bySocket: boolean): Promise<Result> {
    const message_id = await this.idOf(room, place)
    if (by === null || !bySocket) {
      return done(await this.as(by).patch(`${this.path(room)}/message/${message_id}`, { text_message }))
    }
    return ofAck(await this.sockets[by]!.ask('edit_message', { room_id: this.rooms[room], message_id, text_message }))
  }

  async delete(by: Who, room: number, place: number, bySocket: boolean): Promise<Result> {
    const message_id = await this.idOf(room, place)
    if (by === null || !bySocket) return done(await this.as(by).delete(`${this.path(room)}/message/${message_id}`))
    return ofAck(await this.sockets[by]!.ask('delete_message', { room_id: this.rooms[room], message_id }))
  }

  async react(by: number, room: number, place: number, emoji: string, adds: boolean, bySocket: boolean) {
    const message_id = await this.idOf(room, place)
    if (!bySocket) {
      const path = `${this.path(room)}/message/${message_id}/reaction/${encodeURIComponent(emoji)}`
      return done(await this.as(by)[adds ? 'put' : 'delete'](path))
    }
    const event = adds ? 'add_reaction' : 'remove_reaction'
    return ofAck(await this.sockets[by]!.ask(event, { room_id: this.rooms[room], message_id, emoji }))
  }

  async pin(by: Who, room: number, place: number, pinned: boolean): Promise<Result> {
    const path = `${this.path(room)}/message/${await this.idOf(room, place)}/pin`
    return done(await this.as(by)[pinned ? 'put' : 'delete'](path))
  }

  async read(by: number, room: number, seq: number, bySocket: boolean): Promise<Result> {
    if (!bySocket) return done(await this.as(by).post(`${this.path(room)}/read`, { seq }))
    return ofAck(await this.sockets[by]!.ask('mark_read', { room_id: this.rooms[room], seq }))
  }

  join = async (by: number, room: number): Promise<Result> => ofRest(await this.as(by).post(`${this.path(room)}/join`))

  listen = async (by: number, room: number): Promise<Result> =>
    ofAck(await this.sockets[by]!.ask('join_room', { room_id: this.rooms[room] }))

  leave = async (by: number, room: number): Promise<Result> => done(await this.as(by).post(`${this.path(room)}/leave`))

  add = async (by: Who, room: number, users: number[], room_role: string): Promise<Result> => {
    const user_ids = users.map((user) => this.users[user]!.userId)
    return done(await this.as(by).post(`${this.path(room)}/member`, { user_ids, room_role }))
  }

  remove = async (by: Who, room: number, user: number): Promise<Result> =>
    done(await this.as(by).delete(`${this.path(room)}/member/${this.users[user]!.userId}`))

  archive = async (by: Who, room: number, archived: boolean): Promise<Result> =>
    done(await this.as(by).patch(this.path(room), { archived }))

  async lock(user: number): Promise<void> {
    await this.patchStatus(user, 'not_active')
    await this.sockets[user]!.disconnected()
  }

  async unlock(user: number): Promise<void> {
    await this.patchStatus(user, 'active')
    this.heard[user]!.push((this.sockets[user] = await this.connect(user)))
  }

  /** All that can be seen of a room, asked when nothing is under way any more. */
  async state(room: number): Promise<RoomState> {
    const everyone = [...this.users.keys()]
    const { body: shown } = await this.as(null).get(this.path(room))
    const { body: page } = await this.as(null).get(`${this.path(room)}/member`)
    const members = page.items.map((member: any) => [this.numberOf(member.user_id), member.room_role])
    const messages = (await this.history(room)).map(
      ({ sender, text_message, client_message_id, reactions, ...rest }) => ({
        seq: rest.seq,
        by: this.numberOf(sender?.user_id),
        text: text_message,
        clientId: client_message_id,
        rev: rest.rev,
        pinned: rest.pinned,
        reactions: reactions.map(({ emoji, count }: any) => ({ emoji, count })),
      }),
    )
    return {
      messages,
      lastSeq: shown.last_seq,
      lastRev: shown.last_rev,
      archived: shown.archived,
      memberCount: shown.member_count,
      members: new Map(members),
      told: await Promise.all(everyone.map((user) => this.told(user, room))),
      unread: await Promise.all(everyone.map((user) => this.unread(user, room))),
    }
  }

  /** What a user's sockets were told of a room. */
  private async told(user: number, room: number): Promise<Told[]> {
    const socket = this.sockets[user]!
    // What was told before comes before this answer.
    if (socket.socket.connected) await socket.ask('nothing_of_the_kind')
    const told = this.heard[user]!.flatMap(({ heard }) => heard.flatMap(toldBy))
    return told.filter(({ room_id }) => room_id === this.rooms[room]).map((one) => one.told)
  }

  /** In the room and in the list of rooms alike; null for who may not see it. */
  private async unread(user: number, room: number): Promise<number | null> {
    const { status, body } = await this.as(user).get(this.path(room))
    if (status !== 200) return null
    const { body: list } = await this.as(user).get('/room')
    const listed = list.items.find((item: any) => item.room_id === body.room_id)
    if (listed.unread !== body.unread)
      throw new Error(`${listed.unread} are unread in the list, ${body.unread} in the room`)
    return body.unread
  }

  async history(room: number, afterSeq = 0): Promise<any[]> {
    const { body } = await this.tenant.backend.get(`${this.path(room)}/message?limit=100&after_seq=${afterSeq}`)
    return body.has_more ? [...body.items, ...(await this.history(room, body.last_seq))] : body.items
  }

  private async idOf(room: number, place: number): Promise<string> {
    const { body } = await this.tenant.backend.get(`${this.path(room)}/message?limit=1&after_seq=${place}`)
    return body.items[0].message_id
  }

  path(room: number): string {
    return `/room/${this.rooms[room]}`
  }

  numberOf(userId: string | undefined): Who {
    return userId === undefined ? null : this.users.findIndex((user) => user.userId === userId)
  }

  private connect(user: number): Promise<TestSocket> {
    return this.tenant.service.socket({ extraHeaders: { clientKey: this.users[user]!.clientKey } })
  }

  private patchStatus(user: number, status: string): Promise<Answer> {
    return this.tenant.backend.patch(`/user/${this.users[user]!.userId}`, { status })
  }
}
