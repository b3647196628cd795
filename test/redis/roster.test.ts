/** Who is in what, at whatever node: the same over memory and over Redis, and right again whatever dies. */
import type { GroupKey, GroupKind, Roster } from '../../src/contract/ports.js'
import { MemoryRoster } from '../../src/infra/roster.memory.js'
import { RedisServer, whereRedisIs } from '../support/redis.js'
import { Member } from '../support/redis-nodes.js'
import { until } from '../support/until.js'

const group = (kind: GroupKind, name = 'a', tenantId = 'tenant'): GroupKey => ({ tenantId, kind, name })
const room = group('listeners')
const stream = group('viewers')

/** What is so of one node is so of it among others, too. */
function isRoster(make: () => Promise<{ roster: Roster; passages: string[] }>): void {
  it('tells who comes and who goes once, however often it is said', async () => {
    const { roster, passages } = await make()
    roster.enter(room, 'ann')
    await until(() => passages.length === 1, 'ann to come')
    for (let n = 0; n < 3; n++) roster.enter(room, 'ann')
    roster.enter(room, 'bob')
    await until(() => passages.length === 2, 'bob to come')
    roster.leave(room, 'ann')
    await until(() => passages.length === 3, 'ann to go')
    roster.leave(room, 'ann')
    roster.leave(group('listeners', 'elsewhere'), 'bob')
    roster.leave(room, 'bob')
    await until(() => passages.length === 4, 'bob to go')
    expect(passages).toEqual(['+ann', '+bob', '-ann', '-bob'])
  })

  it('counts people, and does not mix tenants, kinds and names', async () => {
    const { roster, passages } = await make()
    const others = [group('viewers', 'a:b'), group('viewers', 'a', 'other'), group('ephemeral', '}a{')]
    for (const key of [stream, ...others]) roster.enter(key, 'ann')
    for (const userId of ['ann', 'bob', 'bob']) roster.enter(stream, userId)
    expect(await roster.counts([stream, ...others, group('viewers', 'empty')])).toEqual([2, 1, 1, 1, 0])
    roster.leave(stream, 'ann')
    expect(await roster.counts([...others, stream])).toEqual([1, 1, 1, 1])
    expect(passages).toEqual([])
  })
}

describe('memory', () => {
  isRoster(async () => {
    const roster = new MemoryRoster()
    const passages: string[] = []
    roster.onPassage('listeners', ({ isIn, userId }) => passages.push(`${isIn ? '+' : '-'}${userId}`))
    return { roster, passages }
  })
})

whereRedisIs('Redis', () => {
  let server: RedisServer
  let members: Member[]
  let one: Member
  let two: Member

  beforeEach(async () => {
    server = await RedisServer.start()
    members = [await Member.start(server), await Member.start(server)]
    ;[one, two] = members as [Member, Member]
    await until(() => one.nodes.isCertain, 'the first lease')
  })

  afterEach(async () => {
    for (const member of members) member.die()
    await server.kill()
  })

  isRoster(async () => one)

  const told = (): string[] => members.flatMap(({ passages }) => passages)
  const timesOf = (passage: string): number => told().filter((each) => each === passage).length
  const flushed = async (): Promise<unknown> => Promise.all(members.map(({ roster }) => roster.flush()))
  const counted = (count: number) =>
    until(async () => (await two.roster.counts([stream]))[0] === count, `${count} to be counted`)

  it('somebody at two nodes comes once and goes once', async () => {
    one.roster.enter(room, 'ann')
    await flushed()
    two.roster.enter(room, 'ann')
    await flushed()
    one.roster.leave(room, 'ann')
    await flushed()
    expect(told()).toEqual(['+ann'])
    two.roster.leave(room, 'ann')
    await flushed()
    expect([one.passages, two.passages]).toEqual([['+ann'], ['-ann']])
  })

  it.each<[string, (member: Member) => unknown]>([
    ['dies without a word', (member) => member.die()],
    ['ends', (member) => member.end()],
  ])('who was only at a node that %s goes once, and who was elsewhere too does not', async (_, end) => {
    const third = await Member.start(server)
    members.push(third)
    for (const userId of ['ann', 'bob']) third.roster.enter(room, userId)
    for (let n = 0; n < 1500; n++) third.roster.enter(stream, `user ${n}`)
    two.roster.enter(room, 'bob')
    await flushed()
    await counted(1500)
    await end(third)
    await until(() => told().includes('-ann'), 'ann to go')
    await counted(0)
    expect(told().sort()).toEqual(['+ann', '+bob', '-ann'])
    const left = () =>
      server
        .command('KEYS', '*')
        .split('\n')
        .filter((key) => /places|groups/.test(key))
    await until(() => left().length === 2, 'only what the living say to be left')
  })

  it('of nodes that have all died, the next one clears up', async () => {
    one.roster.enter(stream, 'ann')
    await counted(1)
    for (const member of members) member.die()
    const next = await Member.start(server)
    members = [next]
    await until(async () => (await next.roster.counts([stream]))[0] === 0, 'nobody to be left')
  })

  it.each<[string, () => Promise<void>]>([
    ['flushed', async () => void server.command('FLUSHALL')],
    [
      'killed, and back empty',
      async () => {
        await server.kill()
        await server.start()
      },
    ],
  ])('%s: each says its own again, and nobody is told who did not come or go', async (_, lose) => {
    for (const userId of ['ann', 'bob']) one.roster.enter(room, userId)
    for (const userId of ['bob', 'carl', 'dora']) two.roster.enter(room, userId)
    for (let n = 0; n < 1000; n++) (n % 2 ? one : two).roster.enter(stream, `user ${n}`)
    await flushed()
    await counted(1000)
    const before = told()
    await lose()
    one.roster.leave(room, 'ann')
    one.roster.leave(room, 'bob')
    two.roster.leave(room, 'dora')
    one.roster.enter(room, 'carl')
    one.roster.enter(room, 'emil')
    await until(() => told().length >= before.length + 3, 'what happened meanwhile to be told', 20_000)
    await counted(1000)
    await flushed()
    expect(
      told()
        .filter((passage) => !before.includes(passage))
        .sort(),
    ).toEqual(['+emil', '-ann', '-dora'])
    expect(told()).toHaveLength(before.length + 3)
    expect(await one.roster.counts([room])).toEqual([3])
  })

  it('hung: each counts its own, and afterwards all is right, and told once', async () => {
    one.roster.enter(room, 'ann')
    for (const userId of ['ann', 'bob']) one.roster.enter(stream, userId)
    two.roster.enter(stream, 'carl')
    await flushed()
    await counted(3)
    server.hang()
    await until(() => members.every(({ redis }) => !redis.isUp), 'Redis to be missed')
    one.roster.leave(room, 'ann')
    two.roster.enter(room, 'ann')
    for (let n = 0; n < 100; n++) {
      one.roster.enter(group('listeners', `brief ${n}`), 'ann')
      one.roster.leave(group('listeners', `brief ${n}`), 'ann')
    }
    two.roster.enter(stream, 'dora')
    expect(await one.roster.counts([stream])).toEqual([2])
    expect(await two.roster.counts([stream])).toEqual([2])
    expect(told()).toEqual(['+ann'])
    server.goOn()
    for (const { redis } of members) await until(() => redis.isUp, 'Redis to be found')
    await counted(4)
    await flushed()
    expect(await one.roster.counts([room, stream])).toEqual([1, 4])
    expect(timesOf('+ann') - timesOf('-ann')).toBe(1)
  })

  it('one that was taken for dead says its own again, which tells who came back', async () => {
    one.roster.enter(room, 'ann')
    two.roster.enter(room, 'bob')
    await flushed()
    server.command('ZREM', one.redis.key('nodes', 'leases'), one.nodes.id)
    await until(() => one.forgotten.length, 'it to hear of it')
    await until(() => server.command('SCARD', one.redis.key('nodes', 'names')) === '2', 'its former name to be gone')
    await flushed()
    expect(await two.roster.counts([room])).toEqual([2])
    expect(told().filter((passage) => passage.endsWith('bob'))).toEqual(['+bob'])
    expect(timesOf('+ann') - timesOf('-ann')).toBe(1)
  })

  it('all that is kept ends by itself, if nobody says it again', async () => {
    one.roster.enter(room, 'ann')
    await flushed()
    const keys = server.command('KEYS', '*').split('\n')
    expect(keys.length).toBeGreaterThan(3)
    for (const key of keys) expect([key, Number(server.command('PTTL', key)) > 0]).toEqual([key, true])
  })
})
