/** A thousand people who come at once, and come back at once: what is told and written, to the last event. */
import { v7 as uuid } from 'uuid'
import { Hub } from '../../src/gateway/hub.js'
import { rowsOf } from '../support/database.js'
import { heard, patient, settle, statusRows } from '../support/presence.js'
import { startService, TestUser, type Service, type TestTenant } from '../support/service.js'
import type { TestSocket } from '../support/sockets.js'
import { until } from '../support/until.js'

const crowdSize = 1000
const watcherCount = 20
const smallRooms = 40
const inSmallRoom = 8

let service: Service
let tenant: TestTenant
let crowd: TestUser[]
let watchers: TestUser[]
/** By user id, who is to hear of them: friends and members of small rooms. */
const audience = new Map<string, Set<string>>()
const open = new Map<string, TestSocket>()

beforeAll(async () => {
  service = await startService(patient)
  tenant = await service.tenant()
  watchers = await makeUsers(watcherCount)
  crowd = await makeUsers(crowdSize)
  await makeFriends()
  await tenant.room([watchers[0]!, ...crowd], { name: 'All of them' })
  for (let n = 0; n < smallRooms; n++) await makeSmallRoom(n)
  await connectAll(watchers)
  await settle(service)
}, 60_000)

afterAll(() => service.stop())

/** In one statement: a thousand requests would take their time. They come by the backend's word. */
async function makeUsers(count: number): Promise<TestUser[]> {
  const users = Array.from({ length: count }, () => new TestUser(tenant, uuid(), ''))
  const sql = 'INSERT INTO tb_users (tenant_id, user_id, role_id) SELECT $1, unnest($2::uuid[]), 3'
  await rowsOf(service.databaseUrl, sql, [tenant.tenantId, users.map(({ userId }) => userId)])
  return users
}

function hears(listener: TestUser, of: TestUser): void {
  audience.set(of.userId, (audience.get(of.userId) ?? new Set()).add(listener.userId))
}

/** Everybody of the crowd with three of the watchers, whoever asked. */
async function makeFriends(): Promise<void> {
  const pairs: [string, string][] = []
  for (const [n, person] of crowd.entries()) {
    for (const watcher of [0, 7, 13].map((step) => watchers[(n + step) % watcherCount]!)) {
      pairs.push(n % 2 ? [person.userId, watcher.userId] : [watcher.userId, person.userId])
      hears(watcher, person)
    }
  }
  await rowsOf(
    service.databaseUrl,
    `INSERT INTO tb_friendships (tenant_id, user_id, friend_id, status)
     SELECT $1, one, other, 'accepted' FROM unnest($2::uuid[], $3::uuid[]) AS pair (one, other)`,
    [tenant.tenantId, pairs.map(([one]) => one), pairs.map(([, other]) => other)],
  )
}

/** Some of the crowd and a watcher, who may be a friend of theirs, too. */
async function makeSmallRoom(n: number): Promise<void> {
  const members = [...crowd.slice(n * inSmallRoom, (n + 1) * inSmallRoom), watchers[n % watcherCount]!]
  await tenant.room(members)
  for (const of of members) for (const listener of members) if (listener !== of) hears(listener, of)
}

async function connectAll(users: TestUser[]): Promise<void> {
  await Promise.all(
    users.map(async (user) => {
      open.set(user.userId, await service.socket({ extraHeaders: { clientKey: user.clientKey } }))
    }),
  )
}

/** By who heard it and of whom. */
async function told(event: (payload: any) => boolean = () => true): Promise<string[]> {
  const pairs: string[] = []
  for (const [userId, socket] of open) {
    for (const payload of await heard(socket, 'presence'))
      if (event(payload)) pairs.push(`${userId} of ${payload.user_id}`)
  }
  return pairs.sort()
}

const socketCount = (): number => [...service.app.get(Hub).connections()].length

const say = (text: string): boolean => process.stdout.write(`presence: ${text}\n`)

describe('a thousand people', () => {
  it('who come at once are told of as often as somebody is to hear it, and no more', async () => {
    await connectAll(crowd)
    await settle(service)
    const expected = crowd.flatMap(({ userId }) => [...audience.get(userId)!].map((to) => `${to} of ${userId}`))
    const events = await told()
    expect(events).toEqual(expected.sort())
    expect((await statusRows(service)).filter((row) => row.is_online)).toHaveLength(crowdSize + watcherCount)
    say(`${crowdSize} come at once, all in one room: ${events.length} events, ${crowdSize} rows`)
  }, 60_000)

  it('who all come back at once within the grace are neither told of nor written', async () => {
    const rows = await statusRows(service)
    const toWatchers = () => watchers.flatMap(({ userId }) => open.get(userId)!.payloads('presence'))
    const before = toWatchers().length
    for (const { userId } of crowd) open.get(userId)!.close()
    await until(() => socketCount() === watcherCount, 'all of them to be gone', 20_000)
    await settle(service)
    await connectAll(crowd)
    await settle(service)
    const events = (await told(), toWatchers().length - before)
    const back = crowd.flatMap(({ userId }) => open.get(userId)!.payloads('presence'))
    const written = (await statusRows(service)).filter(({ version }, index) => version !== rows[index]!.version)
    expect({ events: events + back.length, rows: written.length }).toEqual({ events: 0, rows: 0 })
    say(`${crowdSize} come back at once: ${events + back.length} events, ${written.length} rows`)
  }, 60_000)
})

describe('somebody who comes and goes a hundred times', () => {
  it('comes once and goes once', async () => {
    const hasty = await startService({ PRESENCE_GRACE_MS: '3000', PRESENCE_TICK_MS: '100' })
    const inHaste = await hasty.tenant()
    const [ann, bob] = [await inHaste.user(), await inHaste.user()]
    await inHaste.room([ann, bob])
    const bobs = await bob.socket()
    for (let n = 0; n < 100; n++) (await ann.socket()).close()
    const events = await bobs.next('presence', 2, 30_000)
    expect(events.map(({ is_online }) => is_online)).toEqual([true, false])
    await settle(hasty)
    expect(await heard(bobs, 'presence')).toHaveLength(2)
    say(`100 times to and fro: ${bobs.payloads('presence').length} events`)
    await hasty.stop()
  }, 60_000)
})
