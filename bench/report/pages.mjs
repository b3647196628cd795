import { shown, tableOf } from './format.mjs'

const kilobytes = (bytes) => (bytes / 1000).toFixed(0)

export function pagesMarkdown(conditions, pages) {
  const about = Object.entries(conditions).map(([name, value]) => `- ${name}: ${value}`)
  const rows = pages.map(({ page, firstPaint, settled, ratio, script, style, all }) => [
    page,
    shown(firstPaint),
    shown(ratio),
    shown(settled),
    ...[script, style, all].map(kilobytes),
  ])
  const head = ['page', 'first paint, ms', 'to /docs', 'largest paint, ms', 'scripts, kB', 'styles, kB', 'all, kB']
  return `# Pages: how soon one sees something

${about.join('\n')}

An empty cache, headless Chromium. Median (min–max) of the rounds; bytes as they come over the line, compressed.

${tableOf([head, ...rows])}
`
}
