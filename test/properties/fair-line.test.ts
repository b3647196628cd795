/** Turns of many owners: whatever comes in whatever order. */
import fc from 'fast-check'
import { FairLine } from '../../src/infra/fair-line.js'

const lineOf = (owners: string): FairLine<string> => {
  const line = new FairLine<string>()
  for (const [place, owner] of [...owners].entries()) line.push(owner, `${owner}${place}`)
  return line
}

const all = (line: FairLine<string>): string[] => {
  const taken: string[] = []
  for (let item; (item = line.shift()) !== undefined;) taken.push(item)
  return taken
}

it('gives back all that was put in, each owner’s in order, and nobody waits for two of another', () => {
  const owners = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 2000 })
  fc.assert(
    fc.property(owners, (text) => {
      const line = lineOf(text)
      const taken = all(line)
      expect(taken.toSorted()).toEqual([...text].map((owner, place) => `${owner}${place}`).toSorted())
      for (const owner of 'abc') {
        const places = taken.flatMap((item, turn) => (item[0] === owner ? [turn] : []))
        expect(places.every((turn, n) => n === 0 || turn - places[n - 1]! <= 3)).toBe(true)
        const ofOwner = taken.filter((item) => item[0] === owner).map((item) => Number(item.slice(1)))
        expect(ofOwner).toEqual(ofOwner.toSorted((one, other) => one - other))
      }
      expect(line.size).toBe(0)
    }),
    { numRuns: 50 },
  )
})
