import { FairQueue } from './fair-queue.js'

const overloaded = expect.objectContaining({ code: 'overloaded', details: { retryAfterMs: 1000 } })
let queue: FairQueue
let served: string[]

beforeEach(() => {
  queue = new FairQueue()
  served = []
})

const wait = (tenantId: string, address: string | null = null): Promise<unknown> =>
  queue.wait({ tenantId, address }).then(() => served.push(tenantId))

const many = (count: number, address: (n: number) => string | null = () => null): Promise<unknown>[] =>
  Array.from({ length: count }, (_, n) => wait('a', address(n)))

/** All that can be, one after another. */
async function serveAll(): Promise<string> {
  while (queue.next()) await Promise.resolve()
  return served.join('')
}

it('serves tenants in turn, and who came first of each', async () => {
  for (const tenant of ['a', 'a', 'a', 'b', 'c', 'b']) void wait(tenant)
  expect(await serveAll()).toBe('abcaba')
  expect(queue.next()).toBe(false)
})

it('refuses the 51st of a tenant, and nobody of another', async () => {
  const waiting = many(50)
  expect(() => queue.wait({ tenantId: 'a', address: null })).toThrow(overloaded)
  void wait('b')
  expect(await serveAll()).toBe(`ab${'a'.repeat(49)}`)
  await Promise.all(waiting)
  void wait('a')
})

it('refuses the eleventh of an address, whatever the tenant, until one of them had a turn', async () => {
  const waiting = many(10, (n) => `2001:db8:0:1::${n}`)
  const eleventh = { tenantId: 'b', address: '2001:db8:0:1::99' }
  expect(() => queue.wait(eleventh)).toThrow(overloaded)
  void wait('b', '2001:db8:0:2::1')
  queue.next()
  void queue.wait(eleventh)
  await serveAll()
  await Promise.all(waiting)
})

it('refuses the 1001st of all', () => {
  for (let n = 0; n < 1000; n++) void wait(`tenant ${n}`)
  expect(() => queue.wait({ tenantId: 'b', address: null })).toThrow(overloaded)
})
