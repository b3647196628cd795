/** Days of usage: those of UTC, as `2026-11-21`. */

export const dayMs = 86_400_000

export const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10)

/** The first day of its month. */
export const monthOf = (day: string): string => `${day.slice(0, 7)}-01`

/** All days from one to another, both included. */
export function daysBetween(from: string, to: string): string[] {
  const count = Math.max(0, (Date.parse(to) - Date.parse(from)) / dayMs + 1)
  return Array.from({ length: count }, (_, n) => dayOf(Date.parse(from) + n * dayMs))
}

/** The days of a month that are set in `days`, whose first bit is the first day. */
export const daysSet = (month: string, days: number): string[] =>
  Array.from({ length: 31 }, (_, n) => n)
    .filter((n) => days & (1 << n))
    .map((n) => dayOf(Date.parse(month) + n * dayMs))

/** Before all ids of messages (UUID v7) of that time, and after all earlier ones. */
export function idBefore(ms: number): string {
  const hex = ms.toString(16).padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`
}
