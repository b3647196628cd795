import { shown, tableOf } from './format.mjs'

export function searchMarkdown(conditions, { messages, rooms, kinds }) {
  const about = Object.entries(conditions).map(([name, value]) => `- ${name}: ${value}`)
  const rows = kinds.map(({ title, found, p50, p99, peer, ratio }) => [
    title,
    String(found),
    shown(p50),
    shown(p99),
    peer.toFixed(1),
    ratio.toFixed(2),
  ])
  return `# Search: ${messages.toLocaleString('en')} messages in ${rooms} rooms of one tenant

${about.join('\n')}

What a client waits for a page of 20 by REST, in milliseconds: median (min–max) of the rounds. Beside it the same by
\`ILIKE\`, the newest first, in SQL alone: the fuller the answer, the sooner that is done, and the emptier the longer.

${tableOf([['', 'found', 'p50', 'p99', 'ILIKE', 'ratio'], ...rows])}
`
}
