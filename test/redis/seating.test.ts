/** Seats that are taken on several nodes, whatever becomes of Redis or of one of them. */
import fc from 'fast-check'
import type { Seating } from '../../src/contract/ports.js'
import { loadConfig } from '../../src/infra/config.js'
import { RedisSeating } from '../../src/infra/redis/seating.redis.js'
import { MemorySeating } from '../../src/infra/seating.memory.js'
import { Member, shortLease } from '../support/redis-nodes.js'
import { RedisServer, whereRedisIs } from '../support/redis.js'
import { until } from '../support/until.js'

let server: RedisServer
const members: Member[] = []

/** A node's. */
async function joined(): Promise<{ member: Member; seating: RedisSeating }> {
  const member = await Member.start(server)
  members.push(member)
  const config = loadConfig({ REDIS_URL: server.url, DATABASE_URL: 'postgres://nowhere/none', ...shortLease }, false)
  const seating = new RedisSeating(member.redis, member.nodes, config)
  seating.onModuleInit()
  return { member, seating }
}

const seat = (key: string, most: number) => ({ key, most })
const take = async (seating: Seating, ...seats: ReturnType<typeof seat>[]): Promise<string> =>
  (await seating.take('shard', seats))?.key ?? 'taken'
const takenOf = async (count: number, by: Seating[], ...seats: ReturnType<typeof seat>[]): Promise<number> => {
  const answers = Array.from({ length: count }, (_, n) => take(by[n % by.length]!, ...seats))
  return (await Promise.all(answers)).filter((answer) => answer === 'taken').length
}

function itSeats(open: () => Promise<Seating[]>): void {
  let all: Seating[]
  beforeAll(async () => void (all = await open()))

  it('takes one of each, or none and says of which there is none', async () => {
    const [wide, narrow] = [seat(`wide ${all.length}`, 3), seat(`narrow ${all.length}`, 1)]
    expect(await take(all[0]!, narrow, wide)).toBe('taken')
    expect(await take(all.at(-1)!, narrow, wide)).toBe(narrow.key)
    expect(await takenOf(9, all, wide)).toBe(2)
    expect(await take(all[0]!, seat(`other ${all.length}`, 1), wide)).toBe(wide.key)
    expect(await take(all.at(-1)!, seat(`other ${all.length}`, 1))).toBe('taken')
    all[0]!.leave('shard', [narrow, wide])
    await until(async () => (await take(all.at(-1)!, narrow, wide)) === 'taken', 'the seat that was given back')
    expect(await take(all[0]!, wide)).toBe(wide.key)
  })

  it('counts what there is, whatever comes and goes', async () => {
    let rounds = 0
    const step = fc.record({ who: fc.nat(2), node: fc.nat(all.length - 1), comes: fc.boolean() })
    const property = fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const round = `round ${rounds++} of ${all.length}`
      const seatsOf = (who: number) => [seat(`${round} ${who}`, 3), seat(round, 6)]
      const there: { who: number; node: number }[] = []
      const leave = async (index: number) => {
        const [{ who, node }] = there.splice(index, 1) as [{ who: number; node: number }]
        all[node]!.leave('shard', seatsOf(who))
        // What was given back is told before what is asked after it.
        await take(all[node]!, seat('anything', 1_000_000))
      }
      for (const { who, node, comes } of steps) {
        const index = there.findIndex((one) => one.who === who && one.node === node)
        if (!comes && index >= 0) await leave(index)
        if (!comes) continue
        const full = there.filter((one) => one.who === who).length === 3 ? `${round} ${who}` : round
        const fits = full === round && there.length < 6
        expect(await take(all[node]!, ...seatsOf(who))).toBe(fits ? 'taken' : full)
        if (fits) there.push({ who, node })
      }
      while (there.length > 0) await leave(0)
    })
    await fc.assert(property, { numRuns: 50 })
  })
}

describe('seats in memory', () => {
  itSeats(async () => [new MemorySeating()])
})

whereRedisIs('seats in Redis', () => {
  beforeAll(async () => void (server = await RedisServer.start()))
  afterAll(async () => {
    for (const { redis } of members) redis.destroy()
    await server.kill()
  })

  describe('on one node', () => {
    itSeats(async () => [(await joined()).seating])
  })
  describe('on two nodes', () => {
    itSeats(async () => [(await joined()).seating, (await joined()).seating])
  })

  describe('of several nodes', () => {
    let nodes: { member: Member; seating: RedisSeating }[]
    let all: RedisSeating[]
    beforeEach(async () => {
      nodes = [await joined(), await joined()]
      all = nodes.map(({ seating }) => seating)
    })

    const counts = (key: string): number[] => {
      const words = server.command('HVALS', `parley:{shard}:seats:${key}`).split('\n')
      return words
        .filter(Boolean)
        .map(Number)
        .toSorted((a, b) => a - b)
    }
    const areUp = () => Promise.all(nodes.map(({ member }) => member.up()))

    it('are as many as there are, of whatever is asked at once', async () => {
      expect(await takenOf(200, all, seat('at once', 50))).toBe(50)
      expect(counts('at once').reduce((sum, count) => sum + count)).toBe(50)
    })

    it('are free again when the node that holds them dies, and only then', async () => {
      const some = seat('of the dead', 5)
      expect(await takenOf(3, [all[0]!], some)).toBe(3)
      expect(await takenOf(5, [all[1]!], some)).toBe(2)
      nodes[0]!.member.die()
      await until(() => nodes[1]!.member.gone.length > 0, 'the death')
      expect(await takenOf(5, [all[1]!], some)).toBe(3)
      expect(counts('of the dead')).toEqual([5])
    })

    it('are free again when the node ends', async () => {
      const some = seat('of who ended', 1)
      expect(await take(all[0]!, some)).toBe('taken')
      all[0]!.leave('shard', [some])
      await nodes[0]!.member.end()
      expect(await take(all[1]!, some)).toBe('taken')
    })

    it.each<[string, () => Promise<void>]>([
      ['is empty', async () => void server.command('FLUSHALL')],
      ['was killed', () => server.kill().then(() => server.start())],
    ])('are counted again when Redis %s', async (what, happens) => {
      const some = seat(what.replaceAll(' ', '-'), 4)
      expect(await takenOf(3, all, some)).toBe(3)
      await happens()
      await until(() => counts(some.key).join() === '1,2', 'the seats to be told')
      await areUp()
      expect(await takenOf(3, all, some)).toBe(1)
    })

    it('are counted by each node while Redis is hung, and together again after', async () => {
      const some = seat('hung', 4)
      expect(await takenOf(4, all, some)).toBe(4)
      server.hang()
      expect(await takenOf(8, all, some)).toBe(4)
      all[0]!.leave('shard', [some])
      server.goOn()
      await until(() => counts('hung').join() === '3,4', 'the seats to be told')
      expect(await takenOf(2, all, some)).toBe(0)
      for (let n = 0; n < 4; n++) all[1]!.leave('shard', [some])
      await until(() => counts('hung').join() === '3', 'the seats to be given back')
      expect(await takenOf(8, all, some)).toBe(1)
    })
  })
})
