import { MostRecent } from './most-recent.js'

it('keeps what was set last, and forgets of more than so many what was set longest ago', () => {
  const recent = new MostRecent<number>(2)
  recent.set('a', 1)
  recent.set('b', 2)
  recent.set('a', 3)
  expect(recent.oldest).toEqual(['b', 2])
  recent.set('c', 4)
  expect([recent.get('a'), recent.get('b'), recent.get('c'), recent.size]).toEqual([3, undefined, 4, 2])
  recent.delete('a')
  recent.set('d', 5)
  expect([recent.get('a'), recent.get('c'), recent.get('d')]).toEqual([undefined, 4, 5])
})
