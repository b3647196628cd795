/** What a room’s window shows of a history of random events, whenever its pages were read and whatever came twice. */
import fc from 'fast-check'
import type { TimelineEvent } from '../../sdk/client/src/timeline.js'
import type { Message } from '../../sdk/client/src/types.js'
import { MessageWindow } from '../../sdk/client/src/window.js'
import { deeds, me, Truth, type Deed } from './truth.js'

const comparable = (messages: readonly Message[]) =>
  messages.map(({ seq, rev, text_message, deleted_at, reactions }) => ({
    seq,
    rev,
    text_message,
    deleted_at,
    reactions: reactions.map(({ emoji, count, mine }) => `${emoji} ${count} ${mine ?? false}`).sort(),
  }))

const joined = (head: object) => head as Parameters<MessageWindow['begin']>[0]

it('is the history, with the page read at any moment after joining, and events that come twice', () => {
  fc.assert(
    fc.property(
      fc.array(deeds, { minLength: 20, maxLength: 120 }),
      fc.nat(20),
      fc.nat(20),
      fc.array(fc.nat(), { maxLength: 20 }),
      (all, from, late, again) => {
        const truth = new Truth()
        const window = new MessageWindow({ page: () => Promise.reject(new Error('not asked')), myId: () => me })
        const tell = (event: TimelineEvent): void => expect(window.take(event, false)).toBe(true)
        const told: TimelineEvent[] = []
        for (const deed of all.slice(0, from)) truth.do(deed)
        const { head } = truth
        const held = all.slice(from, from + late).flatMap((deed) => truth.do(deed) ?? [])
        window.begin(joined(head), truth.page(Infinity, 500))
        for (const event of held) tell(event)
        told.push(...held)
        for (const deed of all.slice(from + late)) {
          const event = truth.do(deed)
          if (!event) continue
          tell(event)
          told.push(event)
        }
        for (const back of again) if (told.length) tell(told[back % told.length]!)
        expect(comparable(window.store.get().messages)).toEqual(comparable(truth.page(Infinity, 500).items))
        expect([window.lastSeq, window.lastRev]).toEqual([truth.head.last_seq, truth.head.last_rev])
      },
    ),
    { numRuns: 300 },
  )
})

it('is the history, with what happens while older pages are read', async () => {
  const asked = fc.array(
    fc.record({ while: fc.array(deeds, { maxLength: 8 }), after: fc.array(deeds, { maxLength: 8 }) }),
    {
      maxLength: 8,
    },
  )
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 200 }), asked, async (count, rounds) => {
      const truth = new Truth()
      for (let n = 0; n < count; n++) truth.do({ does: 'send', which: 0 })
      let answer: () => void = () => undefined
      const window = new MessageWindow({
        // As it is when it is asked: the answer comes later.
        page: ({ before_seq }) => {
          const page = truth.page(before_seq)
          return new Promise((resolve) => (answer = () => resolve(page)))
        },
        myId: () => me,
      })
      window.begin(joined(truth.head), truth.page())
      const happen = (some: Deed[]): void => {
        for (const event of some.flatMap((deed) => truth.do({ ...deed, which: deed.which * 7 }) ?? []))
          window.take(event, false)
      }
      for (const round of rounds) {
        const reading = window.loadOlder()
        happen(round.while)
        answer()
        await reading
        happen(round.after)
      }
      const { messages, hasOlder } = window.store.get()
      const whole = comparable(truth.page(Infinity, 1000).items)
      expect(comparable(messages)).toEqual(whole.slice(-messages.length))
      expect(hasOlder).toBe(messages.length < whole.length)
    }),
    { numRuns: 200 },
  )
})

it('takes nothing after a gap, and says so', () => {
  const window = new MessageWindow({ page: () => Promise.reject(new Error('not asked')), myId: () => me })
  const truth = new Truth()
  const events = Array.from({ length: 5 }, () => truth.do({ does: 'send', which: 0 })!)
  expect(events.map((event) => window.take(event, false))).toEqual([true, true, true, true, true])
  truth.do({ does: 'send', which: 0 })
  const seventh = truth.do({ does: 'send', which: 0 })!
  expect(window.take(seventh, false)).toBe(false)
  expect(window.store.get().messages).toHaveLength(5)
  truth.do({ does: 'edit', which: 3 })
  const second = truth.do({ does: 'edit', which: 4 })!
  expect(window.take(second, false)).toBe(false)
  expect(window.lastRev).toBe(0)
})

it('reads upwards where very many are kept, whatever is said meanwhile', async () => {
  const truth = new Truth()
  let answer: () => void = () => undefined
  const window = new MessageWindow({
    page: ({ before_seq }) => new Promise((resolve) => (answer = () => resolve(truth.page(before_seq)))),
    myId: () => me,
  })
  const say = (): unknown => window.take(truth.do({ does: 'send', which: 0 })!, false)
  for (let n = 0; n < 2500; n++) say()
  const reading = window.loadOlder()
  for (let n = 0; n < 3; n++) say()
  answer()
  await reading
  const { messages } = window.store.get()
  expect([messages[0]!.seq, messages.at(-1)!.seq]).toEqual([451, 2503])
})

it('keeps the newest of very many, and knows that there are older ones', () => {
  const window = new MessageWindow({ page: () => Promise.reject(new Error('not asked')), myId: () => me })
  const truth = new Truth()
  for (let n = 0; n < 2500; n++) window.take(truth.do({ does: 'send', which: 0 })!, false)
  const { messages, hasOlder } = window.store.get()
  expect([messages.length, messages[0]!.seq, messages.at(-1)!.seq, hasOlder]).toEqual([2000, 501, 2500, true])
})
