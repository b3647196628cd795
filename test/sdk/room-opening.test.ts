/** A room as it is opened, shared by those who use one client, and left. */
import { setTimeout } from 'node:timers/promises'
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'
import { until } from '../support/until.js'
import { clientOf, closeAll, inRoom, live, shows } from './people.js'
import { SlowAnswers } from './slow-answers.js'

let service: Service
let tenant: TestTenant
let ann: TestUser
let bob: TestUser
let roomId: string

beforeAll(async () => {
  service = await startService()
  tenant = await service.tenant()
  ann = await tenant.user({ display_name: 'Ann' })
  bob = await tenant.user({ display_name: 'Bob' })
})

beforeEach(async () => {
  roomId = await tenant.room([ann, bob])
})

afterEach(closeAll)
afterAll(() => service.stop())

const oneTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n + 1)

describe('a room', () => {
  it('is there at once: its name, its messages and its state', async () => {
    await ann.send(roomId, 'Hello')
    const room = (await clientOf(bob)).room(roomId)
    const seen = new Set<string>()
    room.store.subscribe(() => {
      const { status, room: about, messages } = room.store.get()
      seen.add(`${status}: ${about?.name}, ${messages.length} message`)
    })
    await shows(room, ({ members }) => members.size === 2)
    expect([...seen]).toEqual(['live: A room, 1 message'])
  })
})

it('a room is called what it was called last, while it was opened, too', async () => {
  const client = await clientOf(bob)
  const slow = new SlowAnswers(`/room/${roomId}/message?`)
  const room = client.room(roomId)
  await until(() => slow.count === 1, 'its messages to be read')
  let isTold = false
  client.on('room_updated', () => (isTold = true))
  await ann.rest.patch(`/room/${roomId}`, { name: 'Another name' })
  await until(() => isTold, 'it to be told')
  slow.letGo()
  await shows(room, (now) => now.room?.name === 'Another name')
})

describe('several who use one client', () => {
  it('share the room until the last has left, and whoever is back at once finds it as it was', async () => {
    const client = await clientOf(bob)
    const [one, two] = [client.room(roomId), client.room(roomId)]
    expect(one).toBe(two)
    await live(one)
    client.leaveRoom(roomId)
    await ann.send(roomId, 'one')
    await shows(one, (now) => now.messages.length === 1)
    client.leaveRoom(roomId)
    expect(client.room(roomId)).toBe(one)
    await ann.send(roomId, 'two')
    await shows(one, (now) => now.messages.length === 2)
    client.leaveRoom(roomId)
    // It is told otherwise of what happens where it does not listen.
    let isLeft = false
    client.on('room_activity', () => (isLeft = true))
    await until(async () => (await ann.send(roomId, 'three'), isLeft), 'the room to be left')
    expect(client.peek(roomId)).not.toBe(one)
  })

  it('do not make it ask for what it has', async () => {
    const client = await clientOf(bob)
    const room = client.room(roomId)
    await live(room)
    const seen = new Set<string>()
    room.store.subscribe(() => seen.add(room.store.get().status))
    client.room(roomId)
    for (const _ of oneTo(2)) client.leaveRoom(roomId)
    client.room(roomId)
    room.send('Hello')
    await shows(room, ({ messages, outgoing }) => messages.length === 1 && !outgoing.length)
    expect([...seen]).toEqual(['live'])
  })

  it('leave nothing unsent behind', async () => {
    const client = await clientOf(bob)
    const room = client.room(roomId)
    await live(room)
    client.leaveRoom(roomId)
    for (const n of oneTo(20)) room.send(`message ${n}`)
    const other = await inRoom(ann, roomId)
    await shows(other, ({ messages }) => messages.length === 20)
  })

  it('keep what was refused for whoever comes back', async () => {
    const client = await clientOf(bob)
    const room = client.room(roomId)
    await live(room)
    const id = room.send('x'.repeat(10_001))
    await shows(room, ({ outgoing }) => outgoing[0]?.status === 'failed')
    client.leaveRoom(roomId)
    // Longer than a room lingers.
    await setTimeout(1500)
    const again = client.room(roomId)
    expect((await live(again)).outgoing).toMatchObject([{ client_message_id: id, status: 'failed' }])
    again.discard(id)
    client.leaveRoom(roomId)
    await setTimeout(1500)
    expect(client.peek(roomId)).not.toBe(again)
  })
})
