/** Turns and lanes keep their order, however long each piece of work takes: fast-check decides what ends when. */
import fc from 'fast-check'
import { Turns } from '../../src/gateway/turns.js'
import { CommitLane } from '../../src/messages/commit-lane.js'
import type { MessageView } from '../../src/contract/views.js'
import type { NewMessage } from '../../src/messages/entries.js'
import { RoomTurns } from '../../src/infra/room-turns.js'

interface Work {
  room: string
  fails: boolean
}

const inRoom = fc.constantFrom('a', 'b', 'c')
const work = fc.array(fc.record({ room: inRoom, fails: fc.boolean() }), { minLength: 1, maxLength: 15 })

describe('turns within rooms', () => {
  it('come one after another in the order in which they came, and each is answered', async () => {
    const property = fc.asyncProperty(fc.scheduler(), work, async (scheduler, all) => {
      const turns = new RoomTurns()
      const running = new Set<string>()
      const begun: Record<string, number[]> = { a: [], b: [], c: [] }
      const doing = async (place: number, { room, fails }: Work): Promise<number> => {
        expect(running.has(room)).toBe(false)
        running.add(room)
        begun[room]!.push(place)
        await scheduler.schedule(Promise.resolve(), `work ${place} of ${room}`)
        running.delete(room)
        if (fails) throw new Error(`failed ${place}`)
        return place
      }
      const done = Promise.allSettled(all.map((one, place) => turns.take(one.room, () => doing(place, one))))
      const answers = await scheduler.waitFor(done)
      for (const room of ['a', 'b', 'c']) expect(begun[room]).toEqual(begun[room]!.toSorted((x, y) => x - y))
      const expected = all.map(({ fails }, place) => (fails ? new Error(`failed ${place}`) : place))
      expect(answers.map((answer) => (answer.status === 'fulfilled' ? answer.value : answer.reason))).toEqual(expected)
    })
    await fc.assert(property, { numRuns: 200 })
  })

  it('do not wait for other rooms, and are forgotten', async () => {
    const turns = new RoomTurns()
    const never = turns.take('a', () => new Promise(() => undefined))
    expect(await Promise.race([never, turns.take('b', async () => 'done')])).toBe('done')
    await Promise.resolve()
    expect([...(turns as unknown as { rooms: Map<string, unknown> }).rooms.keys()]).toEqual(['a'])
  })
})

const rowOf = (room_id: string, message_id: string, seq: number) => ({ room_id, message_id, seq }) as MessageView

type Sent = Pick<NewMessage, 'roomId' | 'clientMessageId'> & { fate: 'stored' | 'refused' | 'bad' }

/** What may be answered: null for what was refused, and for a repeat of what is in the same batch. */
function possible({ fate, clientMessageId }: Sent, stored: MessageView | null): unknown[] {
  const answered = { status: 'fulfilled', value: stored }
  const failed = { status: 'rejected', reason: new Error('bad') }
  if (stored || fate !== 'bad') return [answered]
  return clientMessageId === null ? [failed] : [failed, answered]
}

/** The way to the log, on a log that is an array a room; `bad` messages fail the whole batch that they are in. */
describe('the commit lane', () => {
  const sends: fc.Arbitrary<Sent[]> = fc.array(
    fc.record({
      roomId: inRoom,
      clientMessageId: fc.option(fc.constantFrom('1', '2', '3')),
      fate: fc.constantFrom('stored', 'stored', 'stored', 'refused', 'bad'),
    }),
    { minLength: 1, maxLength: 30 },
  )

  const messageOf = ({ roomId, clientMessageId }: Sent, place: number): NewMessage => ({
    kind: 'message',
    tenantId: 't',
    roomId,
    senderId: 'u',
    messageId: String(place),
    text: 'text',
    fileUrl: null,
    clientMessageId,
    replyTo: null,
    mentions: [],
    metadata: null,
    crowd: false,
    paceS: 0,
  })

  it('stores one batch at a time, tells in the order of seq, and answers each with its own row', async () => {
    const property = fc.asyncProperty(fc.scheduler(), sends, async (scheduler, all) => {
      const log: Record<string, string[]> = { a: [], b: [], c: [] }
      const told: Record<string, number[]> = { a: [], b: [], c: [] }
      let appending = 0
      const lane = new CommitLane({
        append: async (entries) => {
          const messages = entries as NewMessage[]
          expect(appending++).toBe(0)
          const ids = messages.flatMap((m) => (m.clientMessageId ? [`${m.roomId} ${m.clientMessageId}`] : []))
          expect(new Set(ids).size).toBe(ids.length)
          await scheduler.schedule(Promise.resolve(), 'commit')
          appending--
          const fates = messages.map(({ messageId }) => all[Number(messageId)]!.fate)
          if (fates.includes('bad')) throw new Error('bad')
          return messages.map(({ roomId, messageId }, index) =>
            fates[index] === 'refused' ? null : rowOf(roomId, messageId, log[roomId]!.push(messageId)),
          )
        },
        committed: ({ roomId, messageId }, { seq, message_id }) => {
          expect(message_id).toBe(messageId)
          told[roomId]!.push(seq)
        },
      })
      const stores = all.map((sent, place) =>
        scheduler.schedule(Promise.resolve(), `send ${place}`).then(() => lane.store(messageOf(sent, place))),
      )
      const answers = await scheduler.waitFor(Promise.allSettled(stores))
      for (const room of ['a', 'b', 'c']) expect(told[room]).toEqual(log[room]!.map((_, index) => index + 1))
      for (const [place, answer] of answers.entries()) {
        const { roomId } = all[place]!
        const seq = log[roomId]!.indexOf(String(place)) + 1
        const stored = seq > 0 ? rowOf(roomId, String(place), seq) : null
        expect(possible(all[place]!, stored)).toContainEqual(answer)
      }
    })
    await fc.assert(property, { numRuns: 300 })
  })
})

describe('turns', () => {
  it('come one after another in their order, are counted, and are done when the last is', async () => {
    const property = fc.asyncProperty(fc.scheduler(), fc.integer({ min: 1, max: 20 }), async (scheduler, count) => {
      const turns = new Turns()
      const ended: number[] = []
      let running = 0
      for (let place = 0; place < count; place++) {
        turns.take(async () => {
          expect(running++).toBe(0)
          await scheduler.schedule(Promise.resolve(), `turn ${place}`)
          running--
          ended.push(place)
        })
      }
      expect(turns.waiting).toBe(count)
      await scheduler.waitFor(turns.done())
      expect(ended).toEqual(Array.from({ length: count }, (_, place) => place))
      expect(turns.waiting).toBe(0)
    })
    await fc.assert(property, { numRuns: 100 })
  })
})
