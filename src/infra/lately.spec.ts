import { Lately } from './lately.js'

it('knows a key as long as it lasts, which begins anew when it is seen again', () => {
  const lately = new Lately(100, 10)
  lately.see('a', 0)
  expect([lately.has('a', 99), lately.has('a', 100), lately.has('b', 0)]).toEqual([true, false, false])
  lately.see('a', 50)
  expect([lately.has('a', 149), lately.has('a', 150)]).toEqual([true, false])
})

it('forgets what is over, and of too many what was not seen for longest', () => {
  const lately = new Lately(100, 2)
  for (const [at, key] of ['a', 'b', 'a', 'c'].entries()) lately.see(key, at)
  expect(['a', 'b', 'c'].map((key) => lately.has(key, 4))).toEqual([true, false, true])
  lately.see('d', 150)
  expect(lately.size).toBe(1)
})
