/** How much comes over the line before a page can be used, compressed as it is sent. */
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

const built = 'dist/web'
const kilobytes = (path: string): number => statSync(join(built, `${path}.gz`)).size / 1000

/** What the page asks for by itself: its scripts, those that these need at once, and its styles. */
function asked(page: string, kind: 'js' | 'css'): number {
  const html = readFileSync(join(built, page, 'index.html'), 'utf8')
  const files = [...html.matchAll(/(?:src|href)="\/web\/([^"]+)"/g)].map(([, path]) => path!)
  const ofKind = files.filter((path) => path.endsWith(`.${kind}`))
  expect(ofKind.length).toBeGreaterThan(0)
  return ofKind.map(kilobytes).reduce((sum, one) => sum + one, 0)
}

describe('what people wait for', () => {
  it.each(['demo', 'console'])('/%s: scripts up to 200 kB, styles up to 40 kB', (page) => {
    expect(asked(page, 'js')).toBeLessThan(200)
    expect(asked(page, 'css')).toBeLessThan(40)
  })

  it('the widget: all of it up to 45 kB', () => {
    expect(kilobytes('widget.js')).toBeLessThan(45)
  })
})
