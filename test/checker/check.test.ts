/** The checker itself: it finds nothing in a good run, and in a broken one what was broken, and nothing else. */
import fc from 'fast-check'
import { breaks, clients, isRev, told } from './breaks.js'
import { check } from './check.js'
import { play, steps, type Run } from './good-run.js'
import type { Kind } from './violation.js'

const kinds = ({ log, history }: Run): Kind[] => [...new Set(check(log, history).map(({ kind }) => kind))]

it('finds nothing wrong where nothing is', async () => {
  const property = fc.asyncProperty(steps, async (all) => expect(kinds(await play(all))).toEqual([]))
  await fc.assert(property, { numRuns: 300 })
})

it.each(breaks)('finds “%s”: %s', async (kind, _, damage) => {
  const property = fc.asyncProperty(steps, fc.nat({ max: 1 }), async (all, client) => {
    const run = structuredClone(await play(all))
    damage(run, client)
    expect(kinds(run)).toEqual([kind])
  })
  await fc.assert(property, { numRuns: 50 })
})

it('lets a change that is changed again go untold, where answers can be lost', async () => {
  const run = await play([])
  clients(run)[0]!.splice(told(run, 0, isRev(1)), 1)
  expect(check(run.log, run.history, { everyRevLive: false })).toEqual([])
})
