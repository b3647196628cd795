import { RateLately } from './rate-lately.js'

it('is nothing before there are two samples, or when both are of one moment', () => {
  const rate = new RateLately(3)
  expect(rate.perSecond).toBe(0)
  rate.add(5, 1000)
  expect(rate.perSecond).toBe(0)
  rate.add(9, 1000)
  expect(rate.perSecond).toBe(0)
})

it('is how fast the count rose over the samples that are kept, and forgets those before', () => {
  const rate = new RateLately(3)
  for (const [count, atMs] of [
    [0, 0],
    [100, 1000],
    [110, 2000],
    [120, 3000],
  ] as const)
    rate.add(count, atMs)
  expect(rate.perSecond).toBe(10)
})
