/** Times as people say them, in the language of their browser. */
const time = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' })
const day = new Intl.DateTimeFormat('en', { weekday: 'long', day: 'numeric', month: 'long' })
const dayOfYear = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'long', year: 'numeric' })
const whole = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })

export const timeOf = (iso: string): string => time.format(new Date(iso))
export const wholeOf = (iso: string): string => whole.format(new Date(iso))

/** `Today`, `Yesterday`, or which day it was. */
export function dayOf(iso: string, now = new Date()): string {
  const then = new Date(iso)
  const yesterday = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1)
  if (then.toDateString() === now.toDateString()) return 'Today'
  if (then.toDateString() === yesterday.toDateString()) return 'Yesterday'
  return (then.getFullYear() === now.getFullYear() ? day : dayOfYear).format(then)
}
