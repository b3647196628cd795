/** For a backend: it holds the tenant's API token, which never leaves it. */
import { Rest, type Query } from './rest.js'
import type { Member, Message, MyRoom, NewRoom, NewUser, RoomChange, SentMessage, User, UserChange } from './types.js'

export { ParleyError } from './errors.js'
export type {
  ErrorCode,
  Member,
  Message,
  MyRoom,
  NewRoom,
  NewUser,
  Problem,
  Room,
  RoomChange,
  SentMessage,
  User,
  UserChange,
} from './types.js'

export interface ServerSettings {
  url: string
  /** The tenant's API token (`clientKey`). */
  apiToken: string
  fetch?: typeof fetch
}

export interface Page<T> {
  items: T[]
  next_cursor: string | null
}

/** What a backend does for its users. Every method throws `ParleyError`. */
export class ParleyServer {
  readonly rest: Rest

  constructor(private readonly settings: ServerSettings) {
    this.rest = this.restAs()
  }

  readonly users = {
    /** Made, or changed if there is one with this `external_id`: as often as you like. */
    upsert: (user: NewUser & { external_id: string }): Promise<User> => this.rest.post('/user', user),
    get: (userId: string): Promise<User> => this.rest.get(path`/user/${userId}`),
    list: (query: Query = {}): Promise<Page<User>> => this.rest.get('/user', query),
    update: (userId: string, fields: UserChange): Promise<User> => this.rest.patch(path`/user/${userId}`, fields),
    delete: (userId: string): Promise<void> => this.rest.delete(path`/user/${userId}`),
  }

  readonly tokens = {
    /** A JWT for the page that this user has open: what the client's token provider asks your backend for. */
    mint: async (userId: string): Promise<string> =>
      (await this.rest.post<{ token: string }>(path`/auth/${userId}`)).token,
  }

  readonly rooms = {
    create: (room: NewRoom & { created_by: string }): Promise<MyRoom> => this.rest.post('/room', room),
    list: (query: Query = {}): Promise<Page<MyRoom>> => this.rest.get('/room', query),
    get: (roomId: string): Promise<MyRoom> => this.rest.get(path`/room/${roomId}`),
    update: (roomId: string, fields: RoomChange): Promise<MyRoom> => this.rest.patch(path`/room/${roomId}`, fields),
    delete: (roomId: string): Promise<void> => this.rest.delete(path`/room/${roomId}`),
    members: (roomId: string, query: Query = {}): Promise<Page<Member>> =>
      this.rest.get(path`/room/${roomId}/member`, query),
    addMembers: (roomId: string, userIds: string[]): Promise<unknown> =>
      this.rest.post(path`/room/${roomId}/member`, { user_ids: userIds }),
    removeMember: (roomId: string, userId: string): Promise<unknown> =>
      this.rest.delete(path`/room/${roomId}/member/${userId}`),
  }

  readonly messages = {
    /** As the system, or with `as` in the name of a user. Sent again under its `client_message_id` it is the same message. */
    send: (roomId: string, message: SentMessage, as?: string): Promise<Message> =>
      this.restAs(as).post(path`/room/${roomId}/message/send`, message),
    list: (roomId: string, query: Query = {}): Promise<{ items: Message[]; has_more: boolean }> =>
      this.rest.get(path`/room/${roomId}/message`, query),
  }

  private restAs(userId?: string): Rest {
    const { url, apiToken, fetch } = this.settings
    const clientKey = userId === undefined ? apiToken : `${apiToken}.${userId}`
    return new Rest({ url, credentials: () => ({ clientKey }), ...(fetch && { fetch }) })
  }
}

/** Each id is one part of it, whatever a page told the backend: dots alone would be a step up. */
const path = (parts: TemplateStringsArray, ...ids: string[]): string =>
  String.raw({ raw: parts }, ...ids.map((id) => (/^\.+$/.test(id) ? '-' : encodeURIComponent(id))))
