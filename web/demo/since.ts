const minuteMs = 60_000
const time = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' })
const day = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'short' })

/** When it was, as short as possible. */
export function sinceOf(iso: string, now = new Date()): string {
  const then = new Date(iso)
  if (now.getTime() - then.getTime() < minuteMs) return 'now'
  return (then.toDateString() === now.toDateString() ? time : day).format(then)
}
