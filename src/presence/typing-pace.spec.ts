import { TypingPace, type Telling } from './typing-pace.js'

const ann = { tenantId: 't', roomId: 'r', userId: 'ann', displayName: 'Ann', name: 'Ann', except: new Set(['bob']) }
const [begun, ended] = [true, false].map((isTyping): Telling => ({ ...ann, isTyping })) as [Telling, Telling]

let pace: TypingPace
beforeEach(() => (pace = new TypingPace()))

/** A state every 10 ms, and a look every 250, as it is told until `untilMs`: when, and what. */
function toggled(lastMs: number, untilMs: number): [atMs: number, isTyping: boolean][] {
  const told: [number, boolean][] = []
  for (let nowMs = 0; nowMs <= untilMs; nowMs += 10) {
    const now = nowMs <= lastMs ? pace.take(nowMs % 20 ? ended : begun, nowMs) : null
    const all = [...(now ? [now] : []), ...(nowMs % 250 ? [] : pace.due(nowMs))]
    told.push(...all.map(({ isTyping }): [number, boolean] => [nowMs, isTyping]))
  }
  return told
}

describe('the pace of typing', () => {
  it('tells what comes after a second at once', () => {
    expect(pace.take(begun, 0)).toEqual(begun)
    expect(pace.take(ended, 1000)).toEqual(ended)
    expect(pace.take(begun, 2000)).toEqual(begun)
  })

  it.each([
    [4980, true],
    [4990, false],
  ])('tells who turns a hundred times a second once a second, and as they are at %i ms: %p', (lastMs, isTyping) => {
    const told = toggled(lastMs, 10_000)
    expect(told.length).toBeLessThanOrEqual(7)
    for (const [place, [atMs, is]] of told.slice(1).entries()) {
      expect(atMs - told[place]![0]).toBeGreaterThanOrEqual(1000)
      expect(is).not.toBe(told[place]![1])
    }
    expect(told.at(-1)![1]).toBe(isTyping)
  })

  it('tells nothing of who was away for a moment, and then their end to all who heard of the beginning', () => {
    pace.take(begun, 0)
    expect(pace.take(ended, 100)).toBeNull()
    expect(pace.take({ ...begun, except: new Set(['bob', 'carl']) }, 200)).toBeNull()
    expect(pace.due(5000)).toEqual([])
    expect(pace.take({ ...ended, except: new Set(['bob', 'carl']) }, 5100)).toEqual(ended)
  })

  it('does not mix rooms, and forgets who is told to be typing no more', () => {
    pace.take(begun, 0)
    const elsewhere = { ...ended, roomId: 'other' }
    expect(pace.take(elsewhere, 10)).toEqual(elsewhere)
    pace.take(ended, 20)
    expect(pace.due(1100)).toEqual([ended])
    expect(pace.due(2100)).toEqual([])
    expect(pace).toEqual(new TypingPace())
  })
})
