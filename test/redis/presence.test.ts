/** The store of presence: the same over memory and over Redis, and what nodes and Redis do to it. */
import type { PresenceStore, Sighting, Turn } from '../../src/contract/ports.js'
import { MemoryPresence } from '../../src/infra/presence.memory.js'
import { RedisServer, whereRedisIs } from '../support/redis.js'
import { Member, shortLease } from '../support/redis-nodes.js'
import { until } from '../support/until.js'

const tenantId = 'tenant'
const ann = { tenantId, userId: 'ann' }
const brief = 100
const long = 3_600_000

const seen = (userId: string, connected: boolean | null, lastsMs = 0): Sighting => {
  const atMs = Date.now()
  return { tenantId, userId, connected, atMs, untilMs: atMs + lastsMs }
}

/** What is written by the turns, as `tb_user_status` keeps it: who is online, and how often that changed. */
class Written {
  readonly online = new Set<string>()
  changes = 0

  constructor(private readonly store: PresenceStore) {}

  async settle(...sightings: Sighting[]): Promise<void> {
    this.write(await this.store.settle(sightings, Date.now()))
  }

  private write(turns: Turn[]): void {
    for (const { userId, isOnline } of turns) {
      if (this.online.has(userId) !== isOnline) this.changes++
      if (isOnline) this.online.add(userId)
      else this.online.delete(userId)
    }
  }

  async confirm(): Promise<void> {
    this.write(await this.store.confirm([{ ...ann, isOnline: false, atMs: null }]))
  }
}

function isStore(make: () => Promise<PresenceStore>): void {
  let store: PresenceStore
  let written: Written
  beforeEach(async () => {
    store = await make()
    written = new Written(store)
  })

  const expectThere = async (is: boolean): Promise<void> => {
    expect(written.online.has('ann')).toBe(is)
    if (store.isCertain) expect(await store.there([{ tenantId, userId: 'nobody' }, ann])).toEqual([false, is])
  }

  const gone = () =>
    until(async () => {
      await written.settle()
      return !written.online.has('ann')
    }, 'ann to be gone')

  it('who has a socket is there until some time after the last one', async () => {
    await written.settle(seen('ann', true))
    await expectThere(true)
    expect(await store.count(tenantId)).toBe(1)
    await written.settle(seen('ann', false, brief))
    expect(await store.count(tenantId)).toBe(0)
    await gone()
    await written.confirm()
    await expectThere(false)
    expect(written.changes).toBe(2)
  })

  it('who comes back within the grace was there all the time', async () => {
    await written.settle(seen('ann', true))
    await written.settle(seen('ann', false, long))
    await expectThere(true)
    await written.settle(seen('ann', true))
    await written.settle()
    await expectThere(true)
    expect(written.changes).toBe(1)
  })

  it('a log-in counts for who has no socket, and a log-out ends it at once', async () => {
    await written.settle(seen('ann', null, long))
    await expectThere(true)
    await written.settle(seen('ann', null))
    await gone()
    await written.confirm()
    await written.settle(seen('ann', true), seen('ann', null))
    await expectThere(true)
    await written.settle(seen('ann', false, long), seen('ann', null))
    await gone()
  })

  it('whose time was up before they were there does not come by it; who came and went in one tick does', async () => {
    await written.settle(seen('ann', null), seen('ann', false))
    expect(written.changes).toBe(0)
    await written.settle(seen('ann', false, long))
    await expectThere(true)
  })
}

describe('memory', () => {
  isStore(async () => new MemoryPresence())
})

whereRedisIs('Redis', () => {
  let server: RedisServer
  let members: Member[]
  let one: Member
  let two: Member

  beforeEach(async () => {
    server = await RedisServer.start()
    const settings = { ...shortLease, PRESENCE_GRACE_MS: '100' }
    members = [await Member.start(server, settings), await Member.start(server, settings)]
    ;[one, two] = members as [Member, Member]
    await until(() => members.every(({ nodes, roster }) => nodes.isCertain && roster.mayEnd), 'the first lease')
  })

  afterEach(async () => {
    for (const member of members) member.die()
    await server.kill()
  })

  isStore(async () => one.presence)

  const settle = ({ presence }: Member, ...sightings: Sighting[]) => presence.settle(sightings)
  const turn = (isOnline: boolean) => ({ ...ann, isOnline, atMs: expect.any(Number) })

  /** What either of them is told, until it is so much. */
  const turns = (count: number, of = members): Promise<Turn[]> => {
    const all: Turn[] = []
    return until(async () => {
      for (const member of of) all.push(...(await settle(member)))
      return all.length >= count ? all : null
    }, 'turns')
  }

  it('somebody at two nodes goes with the last socket, at one node only', async () => {
    expect(await settle(one, seen('ann', true))).toEqual([turn(true)])
    expect(await settle(two, seen('ann', true))).toEqual([])
    expect(await two.presence.count(tenantId)).toBe(1)
    await settle(one, seen('ann', false, brief))
    expect(await one.presence.there([ann])).toEqual([true])
    await settle(two, seen('ann', false, brief))
    expect(await turns(1)).toEqual([turn(false)])
    for (const member of members) expect(await settle(member)).toEqual([])
  })

  it('a node dies: its people go, once, and who was elsewhere stays', async () => {
    await settle(one, seen('ann', true), seen('bob', true))
    await settle(two, seen('bob', true))
    one.die()
    expect(await turns(1, [two])).toEqual([turn(false)])
    expect(await two.presence.confirm([turn(false)])).toEqual([])
    expect(await two.presence.there([ann, { tenantId, userId: 'bob' }])).toEqual([false, true])
  })

  it('a clock that is wrong by minutes changes nothing', async () => {
    const atMs = Date.now() - 600_000
    await settle(one, { ...seen('ann', true), atMs, untilMs: atMs })
    const now = Date.now.bind(Date)
    const clock = jest.spyOn(Date, 'now').mockImplementation(() => now() + 600_000)
    await settle(one, seen('ann', false, long))
    clock.mockRestore()
    expect(await settle(two)).toEqual([])
    expect(await two.presence.there([ann])).toEqual([true])
  })

  it('who comes back while it is written that they are gone is written anew by who wrote it', async () => {
    await settle(one, seen('ann', true), seen('bob', true))
    await settle(one, seen('ann', false, brief))
    const gone = await turns(1)
    expect(await settle(two, seen('ann', true))).toEqual([turn(true)])
    expect(await one.presence.confirm(gone)).toEqual([turn(true)])
    expect(await one.presence.there([ann])).toEqual([true])
  })

  it('Redis is away: who comes is told at once, nobody goes, and all that was seen is settled afterwards', async () => {
    await settle(one, seen('bob', true), seen('carl', true))
    await server.kill()
    await until(() => members.every(({ redis }) => !redis.isUp), 'Redis to be missed')
    expect(await settle(one, seen('ann', true))).toEqual([turn(true)])
    expect(await settle(one, seen('carl', false, brief))).toEqual([])
    expect(await one.presence.count(tenantId)).toBe(2)
    await expect(one.presence.there([ann])).rejects.toThrow()
    let lost = 0
    one.presence.onLost(() => lost++)
    await server.start()
    const told = await turns(2)
    expect(told).toContainEqual({ ...turn(false), userId: 'carl' })
    expect(told.filter(({ userId }) => userId === 'bob')).toEqual([])
    expect(lost).toBe(1)
    await until(() => two.presence.isCertain, 'all to be known')
    const people = ['ann', 'bob', 'dora'].map((userId) => ({ tenantId, userId }))
    expect(await two.presence.there(people)).toEqual([true, true, false])
  })
})
