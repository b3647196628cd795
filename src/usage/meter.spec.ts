import { Meter } from './meter.js'

const [monday, tuesday] = [Date.parse('2026-11-23T12:00:00Z'), Date.parse('2026-11-24T00:00:00Z')]
let meter: Meter

beforeEach(() => {
  meter = new Meter()
})

describe('the meter', () => {
  it('adds up what each tenant stored on each day, until it is taken', () => {
    meter.stored('a', 1, 100, monday)
    meter.stored('a', 1, 20, monday)
    meter.stored('b', 1, 5, monday)
    meter.stored('a', 0, 3, tuesday)
    expect(meter.bytesOf('a', monday)).toBe(120)
    expect(meter.takeUses()).toEqual([
      { tenantId: 'a', day: '2026-11-23', messages: 2, bytes: 120 },
      { tenantId: 'b', day: '2026-11-23', messages: 1, bytes: 5 },
      { tenantId: 'a', day: '2026-11-24', messages: 0, bytes: 3 },
    ])
    expect(meter.takeUses()).toEqual([])
  })

  it('loses nothing of what could not be written', () => {
    meter.stored('a', 1, 100, monday)
    const taken = meter.takeUses()
    meter.stored('a', 1, 1, monday)
    meter.giveBack(taken)
    expect(meter.takeUses()).toEqual([{ tenantId: 'a', day: '2026-11-23', messages: 2, bytes: 101 }])
  })

  it('tells of a person once a day', () => {
    const ann = { tenantId: 'a', userId: 'ann' }
    for (const ms of [monday, monday + 1, tuesday, tuesday + 1]) meter.active(ann, ms)
    meter.active({ ...ann, tenantId: 'b' }, tuesday)
    const days = meter.takeActive().map(({ tenantId, day }) => `${tenantId} ${day}`)
    expect(days).toEqual(['a 2026-11-23', 'a 2026-11-24', 'b 2026-11-24'])
    meter.active(ann, tuesday + 2)
    expect(meter.takeActive()).toEqual([])
  })

  it('tells again of a person of whom it could not be written', () => {
    meter.active({ tenantId: 'a', userId: 'ann' }, monday)
    const taken = meter.takeActive()
    meter.giveBackActive(taken)
    expect(meter.takeActive()).toEqual(taken)
  })

  it('holds a bounded number of people, and meets who was left out again', () => {
    for (let n = 0; n <= 200_000; n++) meter.active({ tenantId: 'a', userId: `${n}` }, monday)
    expect(meter.takeActive()).toHaveLength(200_000)
    meter.active({ tenantId: 'a', userId: '200000' }, monday)
    expect(meter.takeActive()).toHaveLength(1)
  })
})

describe('sockets', () => {
  const say = (ms: number) => {
    const all = meter.socketsToSay(ms)
    meter.said(all, ms)
    return all.map(({ now, peak }) => [now, peak])
  }

  it('are told with the most that there were, when that is news', () => {
    for (let n = 0; n < 3; n++) meter.opened('a')
    meter.closed('a')
    expect(say(monday)).toEqual([[2, 3]])
    expect(say(monday + 1)).toEqual([])
    meter.opened('a')
    meter.closed('a')
    expect(say(monday + 2)).toEqual([[2, 3]])
  })

  it('are told again after a while, as a sign of life, and to the last', () => {
    meter.opened('a')
    expect(say(monday)).toEqual([[1, 1]])
    expect(say(monday + 29_999)).toEqual([])
    expect(say(monday + 30_000)).toEqual([[1, 1]])
    meter.closed('a')
    expect(say(monday + 30_001)).toEqual([[0, 1]])
    expect(say(monday + 90_000)).toEqual([])
  })

  it('that came while it was written count for the next time', () => {
    meter.opened('a')
    const taken = meter.socketsToSay(monday)
    meter.opened('a')
    meter.closed('a')
    meter.said(taken, monday)
    expect(say(monday + 1)).toEqual([[1, 2]])
  })
})
