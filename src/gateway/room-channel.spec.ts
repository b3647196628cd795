import { Logger } from '@nestjs/common'
import type { ChatEvent, Position } from '../contract/events.js'
import type { MessageView } from '../contract/views.js'
import type { Connection } from './connection.js'
import { RoomChannel } from './room-channel.js'

const created = (seq: number): ChatEvent => ({ type: 'message.created', message: { seq } as MessageView })
const updated = (rev: number, seq = 1): ChatEvent => ({ type: 'message.updated', message: { rev, seq } as MessageView })
const joined: ChatEvent = { type: 'member.joined', room_id: 'r', user_id: 'u', display_name: null }
const deleted: ChatEvent = { type: 'room.deleted', room_id: 'r' }

/** A message by its seq, a change by its rev with an r, anything else by its type. */
function nameOf(event: ChatEvent): number | string {
  if (event.type === 'message.created') return event.message.seq
  return event.type === 'message.updated' ? `r${event.message.rev}` : event.type
}

type Named = Connection & { name: string }

/** A room whose log has what is up to `stored` (of the changes those that are `kept`), and what each was told. */
function makeRoom(stored: Position = { seq: 20, rev: 0 }, kept: number[] = []) {
  const told = new Map<string, (number | string)[]>([
    ['a', []],
    ['b', []],
  ])
  const room = { stored, fails: false, reads: 0, healed: 0 }
  const channel = new RoomChannel({
    write(listeners, event) {
      for (const [connection] of listeners) told.get((connection as Named).name)!.push(nameOf(event))
    },
    healed: (count) => (room.healed += count),
    async readAfter({ seq, rev }) {
      room.reads++
      if (room.fails) throw new Error('the log is away')
      const last = Math.min(seq + 2, room.stored.seq)
      const messages = Array.from({ length: Math.max(0, last - seq) }, (_, n) => created(seq + n + 1))
      const changes = kept.filter((one) => one > rev && one <= room.stored.rev).map((one) => updated(one))
      const position = { seq: Math.max(seq, last), rev: Math.max(rev, room.stored.rev) }
      return { events: [...messages, ...changes], position, complete: last === room.stored.seq }
    },
  })
  const people = new Map(['a', 'b'].map((name) => [name, { name, drained: () => undefined } as Named]))
  const join = (name: string) => channel.subscribe(people.get(name)!)
  return { channel, room, join, a: () => told.get('a')!, b: () => told.get('b')! }
}

const at = (seq: number, rev = 0): Position => ({ seq, rev })

beforeAll(() => Logger.overrideLogger(false))

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('a room’s channel', () => {
  it('tells what comes in order at once, without asking the log', async () => {
    const { channel, join, a, room } = makeRoom()
    await channel.release(join('a'), at(5))
    for (const event of [created(6), updated(1), created(7), updated(2)]) channel.accept(event)
    expect(a()).toEqual([6, 'r1', 7, 'r2'])
    expect(room.reads).toBe(0)
  })

  it('holds back what comes while somebody reads, and tells it after what they have', async () => {
    const { channel, join, a, room } = makeRoom()
    const subscription = join('a')
    for (const event of [created(5), joined, created(6), updated(1), created(7)]) channel.accept(event)
    await channel.release(subscription, at(6))
    expect(a()).toEqual(['member.joined', 'r1', 7])
    expect([channel.position, room.reads]).toEqual([at(7, 1), 0])
  })

  it('tells nothing twice', async () => {
    const { channel, join, a } = makeRoom()
    await channel.release(join('a'), at(5, 2))
    for (const event of [6, 6, 5, 7, 6].map(created)) channel.accept(event)
    for (const event of [3, 2, 3, 4].map((rev) => updated(rev))) channel.accept(event)
    expect(a()).toEqual([6, 7, 'r3', 'r4'])
  })

  it('reads from the log what did not come, for all', async () => {
    const { channel, join, a, b } = makeRoom(at(9))
    await channel.release(join('a'), at(5))
    await channel.release(join('b'), at(5))
    for (const seq of [6, 9]) channel.accept(created(seq))
    await settled()
    channel.accept(created(10))
    expect([a(), b()]).toEqual([
      [6, 7, 8, 9, 10],
      [6, 7, 8, 9, 10],
    ])
  })

  it('tells of changes that did not come how each message is now, and goes on by rev', async () => {
    const { channel, join, a, room } = makeRoom(at(5, 4), [2, 4])
    await channel.release(join('a'), at(5))
    channel.accept(updated(3))
    await settled()
    room.stored = at(5, 5)
    channel.accept(updated(4))
    channel.accept(updated(5))
    expect(a()).toEqual(['r2', 'r4', 'r5'])
  })

  it('tells of a message before it tells of its change, whichever event came first', async () => {
    const { channel, join, a, b } = makeRoom(at(6, 1))
    const [older, newer] = [join('a'), join('b')]
    await channel.release(newer, at(5))
    channel.accept(updated(1, 6))
    await settled()
    expect(b()).toEqual([6])
    for (const event of [updated(1, 6), created(6)]) channel.accept(event)
    await channel.release(older, at(5))
    expect(a()).toEqual([6, 'r1'])
  })

  it('passes on what carries no number while it reads', async () => {
    const { channel, join, a } = makeRoom(at(7))
    await channel.release(join('a'), at(5))
    channel.accept(created(7))
    channel.accept(joined)
    await settled()
    expect(a()).toEqual(['member.joined', 6, 7])
  })

  it('loses nothing to who joins while events come out of their order', async () => {
    const { channel, join, a } = makeRoom(at(7))
    const subscription = join('a')
    for (const seq of [7, 6]) channel.accept(created(seq))
    await channel.release(subscription, at(5))
    await settled()
    channel.accept(created(8))
    expect(a()).toEqual([6, 7, 8])
  })

  it('loses nothing to who joins with an older view of the room than another', async () => {
    const { channel, join, a, b } = makeRoom(at(7))
    const [older, newer] = [join('a'), join('b')]
    await channel.release(newer, at(7))
    for (const seq of [6, 7]) channel.accept(created(seq))
    await channel.release(older, at(5))
    expect([a(), b()]).toEqual([[6, 7], []])
    channel.accept(created(8))
    expect([a(), b()]).toEqual([[6, 7, 8], [8]])
  })

  it('brings all up to what somebody has read before its event came', async () => {
    const { channel, join, a, b } = makeRoom(at(7))
    await channel.release(join('a'), at(5))
    await channel.release(join('b'), at(7))
    for (const seq of [6, 7, 8]) channel.accept(created(seq))
    expect([a(), b()]).toEqual([[6, 7, 8], [8]])
  })

  it('reads once more for who reads so long that more happens than is kept for them', async () => {
    const { channel, join, a, room } = makeRoom()
    await channel.release(join('b'), at(5))
    const subscription = join('a')
    for (let seq = 6; seq <= 1200; seq++) channel.accept(created(seq))
    expect(subscription.held).toBeNull()
    room.stored = at(1200)
    await channel.release(subscription, at(1195))
    channel.accept(created(1201))
    expect(a()).toEqual([1196, 1197, 1198, 1199, 1200, 1201])
  })

  it('waits for the log when it cannot be read, and leaves nothing out', async () => {
    const { channel, join, a, room } = makeRoom(at(9))
    await channel.release(join('a'), at(5))
    room.fails = true
    for (const seq of [8, 9]) channel.accept(created(seq))
    await settled()
    expect(a()).toEqual([])
    room.fails = false
    await channel.catchUp('glance')
    channel.accept(created(10))
    expect(a()).toEqual([6, 7, 8, 9, 10])
  })

  it('tells nothing more to who left while it was read', async () => {
    const { channel, join, a } = makeRoom()
    const subscription = join('a')
    await channel.release(subscription, at(5))
    channel.accept(created(9))
    channel.unsubscribe(subscription.connection)
    await settled()
    expect(a()).toEqual([])
  })

  it('tells at once that the room is deleted, whatever is being read', async () => {
    const { channel, join, a } = makeRoom()
    await channel.release(join('a'), at(5))
    channel.accept(created(9))
    channel.accept(deleted)
    expect(a()).toEqual(['room.deleted'])
  })
})
