import { FairLine } from './fair-line.js'

const lineOf = (owners: string): FairLine<string> => {
  const line = new FairLine<string>()
  for (const [place, owner] of [...owners].entries()) line.push(owner, `${owner}${place}`)
  return line
}

const all = (line: FairLine<string>, may?: (owner: string) => boolean): string[] => {
  const taken: string[] = []
  for (let item; (item = line.shift(may)) !== undefined;) taken.push(item)
  return taken
}

it('owners take turns, and of each the first comes first', () => {
  expect(all(lineOf('aaaabcb'))).toEqual(['a0', 'b4', 'c5', 'a1', 'b6', 'a2', 'a3'])
})

it('who comes again stands behind those who wait', () => {
  const line = lineOf('ab')
  expect(line.shift()).toBe('a0')
  line.push('a', 'again')
  expect(all(line)).toEqual(['b1', 'again'])
})

it('who may not go keeps their turn', () => {
  const line = lineOf('aabb')
  expect(all(line, (owner) => owner !== 'a')).toEqual(['b2', 'b3'])
  expect([line.size, line.sizeOf('a'), line.sizeOf('b')]).toEqual([2, 2, 0])
  expect(all(line)).toEqual(['a0', 'a1'])
})

it('lets go of what is first, and of nobody else’s', () => {
  const line = lineOf('aaab')
  line.drop('a', (item) => item !== 'a2')
  line.drop('c', () => true)
  expect(line.size).toBe(2)
  line.drop('a', () => true)
  expect(all(line)).toEqual(['b3'])
})
