/** People with the client library, as an integrator installs it, against the real service. */
import { ParleyClient, type ClientSettings, type Room, type RoomSnapshot } from '@parley/client'
import type { TestUser } from '../support/service.js'
import { until } from '../support/until.js'

const open: ParleyClient[] = []

/** Connected. */
export async function clientOf(user: TestUser, settings: Partial<ClientSettings> = {}): Promise<ParleyClient> {
  const client = connecting(user, settings)
  await until(() => client.connection.get().status === 'online', 'the client to be online')
  return client
}

/** It has only begun. */
export function connecting(user: TestUser, settings: Partial<ClientSettings> = {}): ParleyClient {
  const client = new ParleyClient({ url: user.tenant.service.url, token: () => user.token, ...settings })
  open.push(client)
  client.connect()
  return client
}

/** For `afterEach`. */
export function closeAll(): void {
  for (const client of open.splice(0)) client.close()
}

/** When it is like that, its snapshot. */
export async function shows(
  room: Room,
  what: (snapshot: RoomSnapshot) => boolean,
  timeoutMs?: number,
): Promise<RoomSnapshot> {
  try {
    return await until(() => (what(room.store.get()) ? room.store.get() : null), String(what), timeoutMs)
  } catch (error) {
    const { members: _, ...snapshot } = room.store.get()
    throw new Error(`${String(error)}; it shows ${JSON.stringify(snapshot).slice(0, 3000)}`, { cause: error })
  }
}

export const live = (room: Room): Promise<RoomSnapshot> => shows(room, ({ status }) => status === 'live')

/** A room of theirs, live. */
export async function inRoom(user: TestUser, roomId: string, settings?: Partial<ClientSettings>): Promise<Room> {
  const room = (await clientOf(user, settings)).room(roomId)
  await live(room)
  return room
}

export const texts = ({ messages }: RoomSnapshot): (string | null)[] => messages.map((one) => one.text_message)

/** What is wrong with any snapshot that was ever shown: a gap, or a message that stands there and is on its way, too. */
export function watched(room: Room): string[] {
  const wrong: string[] = []
  room.store.subscribe(() => {
    const { messages, outgoing } = room.store.get()
    messages.forEach(({ seq }, at) => {
      if (at && seq !== messages[at - 1]!.seq + 1) wrong.push(`${seq} after ${messages[at - 1]!.seq}`)
    })
    const ids = new Set(messages.map((one) => one.client_message_id))
    for (const { client_message_id: id } of outgoing) if (ids.has(id)) wrong.push(`${id} is there twice`)
  })
  return wrong
}
