/** Figures, times and names as people read them. */
import { visible } from '../../visible.js'

const counts = new Intl.NumberFormat('en')
const days = new Intl.DateTimeFormat('en', { dateStyle: 'medium' })
const times = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' })
const clock = new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
const shortDays = new Intl.DateTimeFormat('en', { month: 'short', day: 'numeric', timeZone: 'UTC' })

export const count = (number: number): string => counts.format(number)
export const day = (time: string): string => days.format(new Date(time))
export const dateTime = (time: string): string => times.format(new Date(time))
/** As short as may be: of today only the hour. */
export const moment = (time: string): string =>
  new Date(time).toDateString() === new Date().toDateString() ? clock.format(new Date(time)) : dateTime(time)
/** Of a day of UTC, as `Nov 21`. */
export const shortDay = (day: string): string => shortDays.format(new Date(`${day}T00:00:00Z`))

const units = ['B', 'kB', 'MB', 'GB', 'TB']

export function bytes(number: number): string {
  const power = Math.min(Math.floor(Math.log10(Math.max(number, 1)) / 3), units.length - 1)
  const value = number / 1000 ** power
  return `${value >= 10 || power === 0 ? Math.round(value) : value.toFixed(1)}\u00a0${units[power]}`
}

const spans: [number, string][] = [
  [86_400, 'd'],
  [3600, 'h'],
  [60, 'min'],
]

/** As `3 d 4 h`. */
export function duration(seconds: number): string {
  const at = spans.findIndex(([size]) => seconds >= size)
  if (at < 0) return `${Math.round(seconds)} s`
  const [size, unit] = spans[at]!
  const [smaller, smallerUnit] = spans[at + 1] ?? [1, 's']
  const rest = Math.floor((seconds % size) / smaller)
  return `${Math.floor(seconds / size)} ${unit}${rest ? ` ${rest} ${smallerUnit}` : ''}`
}

interface Named {
  user_id: string
  display_name: string | null
  username?: string | null
  external_id?: string | null
}

export const nameOf = (user: Named): string =>
  visible(user.display_name) ?? visible(user.username) ?? visible(user.external_id) ?? `${user.user_id.slice(0, 8)}…`

/** Of a tenant, in whose name perhaps nothing is seen. */
export const tenantName = ({ name, tenant_id }: { name: string; tenant_id: string }): string =>
  visible(name) ?? `Without a name …${tenant_id.slice(-8)}`

export const senderOf = ({ sender }: { sender: { name: string } | null }): string =>
  sender ? (visible(sender.name) ?? 'Somebody') : 'the system'
