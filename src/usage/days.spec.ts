import { v7 as uuid } from 'uuid'
import { daysBetween, daysSet, dayOf, idBefore, monthOf } from './days.js'

it('days are those of UTC', () => {
  expect(dayOf(Date.parse('2026-11-21T23:59:59.999Z'))).toBe('2026-11-21')
  expect(dayOf(Date.parse('2026-11-22T00:30:00+02:00'))).toBe('2026-11-21')
  expect(monthOf('2028-02-29')).toBe('2028-02-01')
})

it('lists days over the ends of months and leap years, both ends included', () => {
  expect(daysBetween('2028-02-28', '2028-03-01')).toEqual(['2028-02-28', '2028-02-29', '2028-03-01'])
  expect(daysBetween('2026-11-21', '2026-11-21')).toEqual(['2026-11-21'])
  expect(daysBetween('2026-11-22', '2026-11-21')).toEqual([])
})

it('reads the days of a month from its bits', () => {
  expect(daysSet('2026-01-01', (1 << 0) | (1 << 20) | (1 << 30))).toEqual(['2026-01-01', '2026-01-21', '2026-01-31'])
})

it('finds ids of messages by their time', () => {
  const [before, at, after] = [1_763_769_599_999, 1_763_769_600_000, 1_763_769_600_001].map((msecs) => uuid({ msecs }))
  const bound = idBefore(1_763_769_600_000)
  expect([before! < bound, at! > bound, after! > bound]).toEqual([true, true, true])
})
