// npm run bench:pages: what somebody waits for the first sight of a page, on a phone with a slow line, as Lighthouse has it.
import { readArguments } from './arguments.mjs'
import { onPostgres } from './machine/lifetime.mjs'
import { onDatabase } from './measure.mjs'
import { openPhone, visit } from './pages/phone.mjs'
import { parley } from './peers/parley.mjs'
import { conditions } from './report/conditions.mjs'
import { pagesMarkdown } from './report/pages.mjs'
import { pairedRatio, spread } from './report/statistics.mjs'
import { writeResults } from './report/write.mjs'

const usage = `node bench/pages.mjs [options]
  --rounds 5            each page so often, with an empty cache
  --no-write            print the result only, write no files to bench/results`

const told = readArguments(process.argv.slice(2), usage, { rounds: '5' })
const rounds = told.positive('rounds')

/** Swagger's page is what the others are compared with: it comes from the same service, by the same line. */
const PEER = '/docs'
const pages = ['/demo', '/console', PEER]

await onPostgres(async (postgres) => {
  const about = conditions(postgres, `${rounds} rounds; 4 times slower CPU, 1.6 Mbit/s, 150 ms there and back`)
  const result = await onDatabase(postgres, parley, { name: 'pages' }, async (start) => {
    const { port } = await start()
    return visitAll(`http://127.0.0.1:${port}`)
  })
  const report = pagesMarkdown(about, result)
  console.log(report)
  if (told.write) console.error(`Written to ${writeResults(about, { pages: result }, report, '-pages')}`)
})

async function visitAll(url) {
  const visits = new Map(pages.map((page) => [page, []]))
  const phone = await openPhone()
  try {
    for (let round = 0; round < rounds; round++) {
      for (const page of pages) visits.get(page).push(await visit(phone, url + page))
    }
  } finally {
    await phone.close()
  }
  const paints = (page) => visits.get(page).map(({ firstPaint }) => firstPaint)
  return pages.map((page) => ({
    page,
    firstPaint: spread(paints(page)),
    ratio: pairedRatio(paints(page), paints(PEER)),
    settled: spread(visits.get(page).map(({ largestPaint }) => largestPaint)),
    ...visits.get(page).at(-1).bytes,
  }))
}
