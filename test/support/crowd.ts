/** Everything of the service that locks rows, done again and again by few people in few rooms of one tenant. */
import { v7 as uuid } from 'uuid'
import { AccountsRepository } from '../../src/auth/accounts.repository.js'
import type { Actor, Backend, Person } from '../../src/contract/actor.js'
import { FriendsService } from '../../src/friends/friends.service.js'
import { EventBus } from '../../src/contract/ports.js'
import { LivestreamsService } from '../../src/livestreams/livestreams.service.js'
import { Retention } from '../../src/messages/retention.js'
import { ChangesService } from '../../src/messages/changes.service.js'
import { MessagesService } from '../../src/messages/messages.service.js'
import { Attendance } from '../../src/presence/attendance.js'
import { PresenceService } from '../../src/presence/presence.service.js'
import { ReactionsService } from '../../src/messages/reactions.service.js'
import { MembersService } from '../../src/rooms/members.service.js'
import { RoomsService } from '../../src/rooms/rooms.service.js'
import { SigningKeysService } from '../../src/tenants/signing-keys.service.js'
import { UsersService } from '../../src/users/users.service.js'
import type { Service } from './service.js'

export interface Crowd {
  backend: Backend
  people: string[]
  /** There are always as many: where one is deleted, there is another. */
  rooms: string[]
}

const pick = <T>(of: readonly T[]): T => of[Math.floor(Math.random() * of.length)]!
const some = <T>(of: readonly T[]): T[] => of.toSorted(() => Math.random() - 0.5).slice(0, 1 + Math.random() * 3)

export async function makeCrowd(service: Service, people: number, rooms: number): Promise<Crowd> {
  const { tenantId } = await service.tenant({ retention_days: 1 })
  const backend: Backend = { kind: 'backend', tenantId }
  const users = service.app.get(UsersService)
  const made = await Promise.all(Array.from({ length: people }, () => users.upsert(backend, {})))
  const crowd: Crowd = { backend, people: made.map(({ user }) => user.user_id), rooms: [] }
  crowd.rooms = await Promise.all(Array.from({ length: rooms }, () => newRoom(service, crowd)))
  return crowd
}

async function newRoom({ app }: Service, { backend, people }: Crowd): Promise<string> {
  const [created_by, ...member_ids] = people
  return (await app.get(RoomsService).create(backend, { created_by: created_by!, member_ids })).room.room_id
}

async function deleteRoom(node: Service, of: Crowd): Promise<void> {
  const place = Math.floor(Math.random() * of.rooms.length)
  const room = of.rooms[place]!
  of.rooms[place] = await newRoom(node, of)
  await node.app.get(RoomsService).delete(of.backend, room)
}

export const send = ({ app }: Service, actor: Actor, roomId: string): Promise<unknown> =>
  app.get(MessagesService).send(actor, roomId, { text_message: 'Hi' })

export const add = ({ app }: Service, { backend }: Crowd, roomId: string, userIds: string[]): Promise<unknown> =>
  app.get(MembersService).add(backend, roomId, { user_ids: userIds })

export const personOf = ({ backend }: Crowd, userId: string): Person => ({
  kind: 'user',
  tenantId: backend.tenantId,
  userId,
  role: 'admin',
})

type Deed = (node: Service, of: Crowd, room: string, user: string) => Promise<unknown>

const update = ({ app }: Service, { backend }: Crowd, user: string, input: object): Promise<unknown> =>
  app.get(UsersService).update(backend, user, input)

const change = ({ app }: Service, { backend }: Crowd, room: string, input: object): Promise<unknown> =>
  app.get(RoomsService).update(backend, room, input)

async function privateRoom({ app }: Service, of: Crowd, user: string): Promise<string> {
  const input = { type: 'private' as const, created_by: user, member_ids: [pick(of.people)] }
  return (await app.get(RoomsService).create(of.backend, input)).room.room_id
}

function comeOrGo({ app }: Service, { backend }: Crowd, _: string, userId: string): Promise<void> {
  const person = { tenantId: backend.tenantId, userId }
  const attendance = app.get(Attendance)
  if (Math.random() < 0.5) attendance.arrive(person)
  else attendance.leave(person)
  // At once: whoever has a socket stays.
  app.get(EventBus).publish(person, { type: 'user.logged_out' })
  return attendance.settle()
}

const hideOrShow = ({ app }: Service, of: Crowd, user: string): Promise<unknown> =>
  app.get(PresenceService).update(personOf(of, user), { invisible: Math.random() < 0.5 })

/** One of the newest messages of the room, if there is any yet. */
async function someMessage({ app }: Service, { backend }: Crowd, room: string): Promise<string> {
  const { items } = await app.get(MessagesService).history(backend, room, { limit: 5 })
  return items.length ? pick(items).message_id : room
}

const aStream = (): string => pick(['first', 'second', 'third'])

/** The room of a stream, of whoever was the first to open it. */
async function streamRoom({ app }: Service, of: Crowd, user: string): Promise<string> {
  const streams = app.get(LivestreamsService)
  const stream = aStream()
  const found = await streams.find(of.backend.tenantId, stream)
  return (found ?? (await streams.open(personOf(of, user), stream)).stream).room_id
}

const react: Deed = async (node, of, room, user) => {
  const reactions = node.app.get(ReactionsService)
  const on = [personOf(of, user), room, await someMessage(node, of, room), pick(['👍', '🎉'])] as const
  return Math.random() < 0.7 ? reactions.add(...on) : reactions.remove(...on)
}

const ofMessage =
  (change: (changes: ChangesService, actor: Actor, room: string, message: string) => Promise<unknown>): Deed =>
  async (node, of, room) =>
    change(node.app.get(ChangesService), of.backend, room, await someMessage(node, of, room))

const logOut: Deed = ({ app }, { backend: { tenantId } }, _, userId) =>
  app.get(AccountsRepository).revoke({ tenantId, userId, tokenId: uuid(), expiresAtMs: 0 })

/** Few names, so that several want the same. */
const aName = (): object => ({ username: pick(['a', 'b', 'c']), external_id: pick(['x', 'y', 'z']) })

/** What is done, with how often. */
const deeds: Record<string, [number, Deed]> = {
  send: [30, (node, of, room, user) => send(node, personOf(of, user), room)],
  'send as the backend': [5, (node, of, room) => send(node, of.backend, room)],
  react: [20, react],
  edit: [
    5,
    ofMessage((changes, actor, room, message) =>
      changes.edit(actor, room, message, { text_message: `${Math.random()}` }),
    ),
  ],
  pin: [3, ofMessage((changes, actor, room, message) => changes.pin(actor, room, message, Math.random() < 0.5))],
  'delete a message': [3, ofMessage((changes, actor, room, message) => changes.delete(actor, room, message))],
  add: [5, (node, of, room) => add(node, of, room, some(of.people))],
  remove: [3, ({ app }, of, room, user) => app.get(MembersService).remove(of.backend, room, user)],
  leave: [2, ({ app }, of, room, user) => app.get(MembersService).leave(personOf(of, user), room)],
  join: [4, ({ app }, of, room, user) => app.get(MembersService).join(personOf(of, user), room)],
  promote: [
    3,
    ({ app }, of, room) =>
      app
        .get(MembersService)
        .add(of.backend, room, { user_ids: some(of.people), room_role: pick(['moderator', 'member']) }),
  ],
  'ask for a private room': [3, (node, of, _, user) => privateRoom(node, of, user)],
  'send in private': [
    3,
    async (node, of, _, user) => send(node, personOf(of, user), await privateRoom(node, of, user)),
  ],
  'open a stream': [3, ({ app }, of, _, user) => app.get(LivestreamsService).open(personOf(of, user), aStream())],
  'close a stream': [2, ({ app }, of) => app.get(LivestreamsService).close(of.backend, aStream())],
  'delete a stream': [
    1,
    async (node, of, _, user) => node.app.get(RoomsService).delete(of.backend, await streamRoom(node, of, user)),
  ],
  'send to a stream': [
    10,
    async (node, of, _, user) => send(node, personOf(of, user), await streamRoom(node, of, user)),
  ],
  'send to a stream as the backend': [
    2,
    async (node, of, _, user) => send(node, of.backend, await streamRoom(node, of, user)),
  ],
  'react in a stream': [5, async (node, of, _, user) => react(node, of, await streamRoom(node, of, user), user)],
  'make a room slow': [1, (node, of, room) => change(node, of, room, { slow_mode_s: pick([0, 0, 1]) })],
  befriend: [
    3,
    ({ app }, of, _, user) => app.get(FriendsService).ask(personOf(of, user), { friend_id: pick(of.people) }),
  ],
  block: [3, ({ app }, of, _, user) => app.get(FriendsService).block(personOf(of, user), pick(of.people))],
  unblock: [4, ({ app }, of, _, user) => app.get(FriendsService).unblock(personOf(of, user), pick(of.people))],
  'hand over': [4, (node, of, room, user) => change(node, of, room, { owner_id: user })],
  'rename a room': [2, (node, of, room) => change(node, of, room, { name: 'Another' })],
  'delete a room': [1, deleteRoom],
  lock: [2, (node, of, _, user) => update(node, of, user, { status: 'not_active' })],
  unlock: [3, (node, of, _, user) => update(node, of, user, { status: 'active' })],
  'come or go': [4, comeOrGo],
  'be invisible': [3, (node, of, _, user) => hideOrShow(node, of, user)],

  'change a password': [
    2,
    ({ app }, { backend }, _, user) => app.get(AccountsRepository).changePassword(backend.tenantId, user, 'a hash'),
  ],
  'log out': [2, logOut],
  'forget who logged out': [1, ({ app }) => app.get(AccountsRepository).forgetRevoked()],
  'take a name': [3, (node, of, _, user) => update(node, of, user, aName())],
  'rotate keys': [
    1,
    ({ app }, of) => app.get(SigningKeysService).rotate({ kind: 'operator' }, of.backend.tenantId, {}),
  ],
  'delete what is old': [2, ({ app }) => app.get(Retention).pass()],
}

const hat = Object.entries(deeds).flatMap(([name, [often]]) => Array<string>(often).fill(name))

export const deedNames = Object.keys(deeds)

/** Does something, anything, at any of the nodes, and says what. */
export function doSomething(nodes: Service[], of: Crowd): { name: string; done: Promise<unknown> } {
  const name = pick(hat)
  return { name, done: deeds[name]![1](pick(nodes), of, pick(of.rooms), pick(of.people)) }
}
