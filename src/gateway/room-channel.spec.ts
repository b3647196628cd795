import { Logger } from '@nestjs/common'
import type { ChatEvent } from '../contract/events.js'
import type { MessageView } from '../contract/views.js'
import type { Connection } from './connection.js'
import { RoomChannel } from './room-channel.js'

const created = (seq: number): ChatEvent => ({ type: 'message.created', message: { seq } as MessageView })
const deleted: ChatEvent = { type: 'room.deleted', room_id: 'r' }

/** A room whose log has the messages 1 to `stored`, and what each connection was told. */
function makeRoom(stored = 20) {
  const told = new Map<string, number[]>([
    ['a', []],
    ['b', []],
  ])
  const room = { stored, fails: false, reads: 0 }
  const channel = new RoomChannel({
    write(connections, event) {
      for (const connection of connections as unknown as string[]) {
        told.get(connection)!.push(event.type === 'message.created' ? event.message.seq : 0)
      }
    },
    async readAfter(seq) {
      room.reads++
      if (room.fails) throw new Error('the log is away')
      return Array.from({ length: Math.min(2, Math.max(0, room.stored - seq)) }, (_, n) => ({
        seq: seq + n + 1,
      })) as MessageView[]
    },
  })
  const join = (name: string) => channel.subscribe(name as unknown as Connection)
  return { channel, told, room, join, a: () => told.get('a')!, b: () => told.get('b')! }
}

beforeAll(() => Logger.overrideLogger(false))

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('a room’s channel', () => {
  it('tells what comes in order at once, without asking the log', () => {
    const { channel, join, a, room } = makeRoom()
    channel.release(join('a'), 5)
    for (const seq of [6, 7, 8]) channel.accept(created(seq))
    expect(a()).toEqual([6, 7, 8])
    expect(room.reads).toBe(0)
  })

  it('holds back what comes while somebody reads, and tells it after what they have', () => {
    const { channel, join, a } = makeRoom()
    const subscription = join('a')
    for (const seq of [5, 6, 7]) channel.accept(created(seq))
    expect(channel.release(subscription, 6)).toBe(7)
    expect(a()).toEqual([7])
  })

  it('tells nothing twice', () => {
    const { channel, join, a } = makeRoom()
    channel.release(join('a'), 5)
    for (const seq of [6, 6, 5, 7, 6]) channel.accept(created(seq))
    expect(a()).toEqual([6, 7])
  })

  it('reads from the log what did not come, for all', async () => {
    const { channel, join, a, b, room } = makeRoom(9)
    channel.release(join('a'), 5)
    channel.release(join('b'), 5)
    for (const seq of [6, 9]) channel.accept(created(seq))
    await settled()
    channel.accept(created(10))
    expect([a(), b()]).toEqual([
      [6, 7, 8, 9, 10],
      [6, 7, 8, 9, 10],
    ])
    expect(room.reads).toBe(3)
  })

  it('loses nothing to who joins while events come out of their order', async () => {
    const { channel, join, a } = makeRoom(7)
    const subscription = join('a')
    for (const seq of [7, 6]) channel.accept(created(seq))
    channel.release(subscription, 5)
    await settled()
    channel.accept(created(8))
    expect(a()).toEqual([6, 7, 8])
  })

  it('loses nothing to who joins with an older view of the room than another', async () => {
    const { channel, join, a, b } = makeRoom(7)
    const [older, newer] = [join('a'), join('b')]
    channel.release(newer, 7)
    for (const seq of [6, 7]) channel.accept(created(seq))
    channel.release(older, 5)
    await settled()
    expect([a(), b()]).toEqual([[6, 7], []])
    channel.accept(created(8))
    expect([a(), b()]).toEqual([[6, 7, 8], [8]])
  })

  it('goes on behind the gap when the log cannot be read', async () => {
    const { channel, join, a, room } = makeRoom()
    channel.release(join('a'), 5)
    room.fails = true
    for (const seq of [8, 9]) channel.accept(created(seq))
    await settled()
    channel.accept(created(10))
    expect(a()).toEqual([8, 9, 10])
  })

  it('tells nothing more to who left while it was read', async () => {
    const { channel, join, a } = makeRoom()
    const subscription = join('a')
    channel.release(subscription, 5)
    channel.accept(created(9))
    channel.subscriptions.delete(subscription.connection)
    await settled()
    expect(a()).toEqual([])
  })

  it('tells at once that the room is deleted, whatever is being read', () => {
    const { channel, join, a } = makeRoom()
    channel.release(join('a'), 5)
    channel.accept(created(9))
    channel.accept(deleted)
    expect(a()).toEqual([0])
  })
})
