import { PoolTurns } from './pool-turns.js'

let began: string[]
let ends: Map<string, () => void>
let turns: PoolTurns

/** Who waits at the end of a test gives up in no other. */
beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['setImmediate'] })
  began = []
  ends = new Map()
  turns = new PoolTurns(10)
})
afterEach(() => void jest.useRealTimers())

/** Work that goes on until its end is called. */
const begin = (owner: string, name: string): Promise<void> =>
  turns.take(owner, () => {
    began.push(name)
    return new Promise((resolve) => ends.set(name, resolve))
  })

const many = (owner: string, count: number): Promise<void>[] =>
  Array.from({ length: count }, (_, n) => begin(owner, `${owner}${n}`))

const settled = (): Promise<unknown> => new Promise((resolve) => setImmediate(resolve))

const end = async (name: string): Promise<void> => {
  ends.get(name)!()
  await settled()
}

it('one tenant has a share of the connections, and the rest are there for others at once', async () => {
  void many('a', 100)
  expect(began).toHaveLength(7)
  void many('b', 3)
  expect(began.slice(7)).toEqual(['b0', 'b1'])
})

it('says how many wait, of all tenants', async () => {
  void many('a', 9)
  void many('b', 5)
  expect(turns.waiting).toBe(2 + 3)
  await end('b0')
  expect(turns.waiting).toBe(2 + 2)
})

it('when all are taken the tenants that wait take turns', async () => {
  void many('a', 20)
  for (const owner of ['b', 'c', 'd']) void many(owner, 2)
  await end('b0')
  await end('c0')
  await end('c1')
  expect(began.slice(10)).toEqual(['c1', 'd0', 'd1'])
})

it('what asks for no one tenant is no other', () => {
  void many('*', 1)
  void many('a', 9)
  void many('*', 1)
  expect(began).toHaveLength(9)
  expect(turns.waiting).toBe(0 + 2)
})

it('who is done makes place for the next, whatever became of it', async () => {
  const failing = turns.take('a', () => Promise.reject(new Error('no')))
  await expect(failing).rejects.toThrow('no')
  const works = many('a', 9)
  for (let n = 0; n < 9; n++) await end(`a${n}`)
  await Promise.all(works)
  expect(began).toEqual(Array.from({ length: 9 }, (_, n) => `a${n}`))
})

it('refuses at once what is more than may wait of a tenant, and nobody else’s', () => {
  void many('a', 2007)
  const refused = turns.take('a', () => Promise.resolve())
  void begin('b', 'b0')
  expect(began.at(-1)).toBe('b0')
  return expect(refused).rejects.toMatchObject({ code: 'overloaded' })
})

describe('when none is free for long', () => {
  it('one that is not alone has fewer for what is quick, and what is slow keeps no other of its own waiting', async () => {
    void begin('b', 'b0')
    void many('a', 20)
    expect(began).toEqual(['b0', 'a0', 'a1'])
    jest.advanceTimersByTime(100)
    await settled()
    expect(began.slice(3)).toEqual(['a2', 'a3'])
    await end('a0')
    await end('a2')
    expect(began.slice(5)).toEqual(['a4'])
    for (let n = 0; n < 3; n++) {
      jest.advanceTimersByTime(100)
      await settled()
    }
    expect(began).toHaveLength(1 + 2 + 7)
  })

  it('and is alone again when no other has asked for a while', () => {
    void begin('b', 'b0')
    void begin('a', 'a0')
    jest.advanceTimersByTime(5001)
    void many('a', 6)
    expect(began).toHaveLength(2 + 6)
  })

  it('who waits fails as the pool itself does, and is not let in later', async () => {
    const works = many('a', 8)
    const failed = works[7]!.catch((error: Error) => error.message)
    jest.advanceTimersByTime(4000)
    expect(await failed).toBe('timeout exceeded when trying to connect')
    void begin('a', 'late')
    await end('a0')
    expect(began.slice(7)).toEqual(['late'])
  })
})
