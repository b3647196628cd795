// What is asked: the statements of a message's way, by the repositories of the built service.
import { v7 as uuid } from 'uuid'
import { MessagesRepository } from '../../dist/messages/messages.repository.js'
import { MembersRepository } from '../../dist/rooms/members.repository.js'

const newest = Number.MAX_SAFE_INTEGER

const message = ({ tenantId, roomId, userIds }, n) => ({
  kind: 'message',
  tenantId,
  roomId,
  senderId: userIds[n % userIds.length],
  messageId: uuid(),
  text: `Message ${n} and so on`.padEnd(150, '.'),
  fileUrl: null,
  clientMessageId: uuid(),
  replyTo: null,
  mentions: [],
  metadata: null,
})

/** `count` messages, spread over rooms of so many tenants. */
const batch = (count, tenants) => ({
  title: `${count} sends at once, of ${tenants === 1 ? 'one tenant' : `${tenants} tenants`}`,
  ask: async ({ messages }, rooms, n) => {
    const those = rooms.filter(({ tenant }) => tenant < tenants)
    const stored = await messages.append(
      Array.from({ length: count }, (_, i) => message(those[(n + i) % those.length], n + i)),
    )
    return stored.every(Boolean)
  },
  share: count,
})

export const statements = [
  {
    title: 'a lone send',
    ask: async ({ messages }, rooms, n) =>
      (await messages.appendOne(message(rooms[n % rooms.length], n), 'now')) !== null,
  },
  batch(50, 1),
  batch(50, 10),
  batch(1000, 100),
  {
    title: 'who stands how to a room, before each send',
    ask: async ({ members }, rooms, n) => {
      const { tenantId, roomId, userIds } = rooms[n % rooms.length]
      return (await members.access(tenantId, roomId, userIds[0])).member !== null
    },
  },
  {
    title: 'a page of 20 of history',
    ask: async ({ messages }, rooms) =>
      (await messages.before(rooms[0].tenantId, rooms[0].roomId, newest, 20)).length === 20,
  },
]

export const repositoriesOf = (database) => ({
  messages: new MessagesRepository(database),
  members: new MembersRepository(database),
})
