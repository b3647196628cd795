import { Logger } from '@nestjs/common'
import type { Missed } from '../contract/ports.js'
import { hands, Reading, type Why } from './reading.js'

const at = { seq: 0, rev: 0 }
const nothing: Missed = { events: [], position: at, complete: true }

let begun: string[]
let ends: Map<string, (error?: Error) => void>
let reading: Reading

beforeEach(() => {
  begun = []
  ends = new Map()
  reading = new Reading(({ roomId }) => {
    begun.push(roomId)
    return new Promise((resolve, reject) => {
      ends.set(roomId, (error) => (error ? reject(error) : resolve(nothing)))
    })
  })
})
afterEach(() => jest.restoreAllMocks())

const read = (tenantId: string, name: string, why: Why = 'gap'): Promise<unknown> =>
  reading.after({ tenantId, roomId: name }, at, why).catch((error: Error) => error.message)

/** So many of a tenant's, named by numbers. */
const many = (tenantId: string, count: number): Promise<unknown>[] =>
  Array.from({ length: count }, (_, n) => read(tenantId, `${tenantId}${n}`))

const settled = (): Promise<unknown> => new Promise((resolve) => setImmediate(resolve))

const end = async (name: string, error?: Error): Promise<void> => {
  ends.get(name)!(error)
  await settled()
}

it('however many rooms are behind, few are read at a time, and all in the end', async () => {
  const all = many('a', 100)
  for (let n = 0; n < 100; n++) {
    expect(begun).toHaveLength(Math.min(hands + n, 100))
    await end(`a${n}`)
  }
  expect(await Promise.all(all)).toEqual(Array.from({ length: 100 }, () => nothing))
})

it('who joins reads before all that are behind, and of those tenants take turns', async () => {
  void many('a', hands + 2)
  void many('b', 1)
  void read('a', 'joined', 'join')
  for (let n = 0; n < 4; n++) await end(`a${n}`)
  expect(begun.slice(hands)).toEqual(['joined', 'a4', 'b0', 'a5'])
})

it('a log that is away is said once, however many fail, and again when it was back', async () => {
  const said = jest.spyOn(Logger.prototype, 'error').mockReturnValue()
  const failed = many('a', 10)
  for (let n = 0; n < 10; n++) await end(`a${n}`, new Error(`away ${n}`))
  expect(await Promise.all(failed)).toContain('away 9')
  expect(said).toHaveBeenCalledTimes(1)
  void read('a', 'well')
  await end('well')
  void read('a', 'again')
  await end('again', new Error('away again'))
  expect(said).toHaveBeenCalledTimes(2)
})
