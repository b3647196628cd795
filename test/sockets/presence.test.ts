/** Who is there: from the first socket to some time after the last one, told to whom it concerns and to nobody else. */
import { Client } from 'pg'
import { Hub } from '../../src/gateway/hub.js'
import { EventBus, PresenceStore } from '../../src/contract/ports.js'
import { Attendance } from '../../src/presence/attendance.js'
import { rowsOf } from '../support/database.js'
import { befriend, block, hasty, heard, patient, settle, statusRows } from '../support/presence.js'
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'
import { until } from '../support/until.js'
import { time } from './golden.js'

let service: Service
let tenant: TestTenant
let ann: TestUser
let bob: TestUser

const people = async (): Promise<void> => {
  tenant = await service.tenant()
  ann = await tenant.user({ display_name: 'Ann' })
  bob = await tenant.user({ display_name: 'Bob' })
}

const statusOf = async (user: TestUser, viewer = tenant.backend) =>
  (await viewer.get(`/user/${user.userId}/status`)).body

describe('while nobody goes', () => {
  beforeAll(async () => {
    service = await startService(patient)
  })
  beforeEach(people)
  afterAll(() => service.stop())

  it('a friend is told who comes, and that is written first', async () => {
    await befriend(ann, bob)
    const socket = await bob.socket()
    await ann.socket()
    await settle(service)
    expect(await heard(socket, 'presence')).toEqual([{ user_id: ann.userId, is_online: true, last_seen: time }])
    expect(await statusOf(ann)).toEqual(socket.payloads('presence')[0])
  })

  it('whoever asked to be a friend, or was, is not told', async () => {
    await befriend(ann, bob)
    await rowsOf(service.databaseUrl, "UPDATE tb_friendships SET status = 'pending'")
    const socket = await bob.socket()
    await ann.socket()
    await settle(service)
    expect(await heard(socket, 'presence')).toEqual([])
  })

  it('who shares a small room is told once, however many rooms they share, on all of their sockets', async () => {
    await befriend(bob, ann)
    for (let n = 0; n < 3; n++) await tenant.room([ann, bob])
    const sockets = [await bob.socket(), await bob.socket()]
    await ann.socket()
    await settle(service)
    for (const socket of sockets) expect(await heard(socket, 'presence')).toMatchObject([{ user_id: ann.userId }])
  })

  it('who shares only a large room is not told, and the room is not asked for', async () => {
    const small = await startService({ ...patient, PRESENCE_ROOM_MAX: '2' })
    const inSmall = await small.tenant()
    const [one, two, three] = [await inSmall.user(), await inSmall.user(), await inSmall.user()]
    await inSmall.room([one, two, three])
    await inSmall.room([one, two])
    const [twos, threes] = [await two.socket(), await three.socket()]
    await settle(small)
    await one.socket()
    await settle(small)
    expect(await heard(twos, 'presence')).toMatchObject([{ user_id: one.userId, is_online: true }])
    expect(await heard(threes, 'presence')).toEqual([])
    await small.stop()
  })

  it('two who come in the same moment hear of each other, and nobody of themselves', async () => {
    await befriend(ann, bob)
    const [anns, bobs] = [await ann.socket(), await bob.socket()]
    await settle(service)
    expect(await heard(anns, 'presence')).toMatchObject([{ user_id: bob.userId, is_online: true }])
    expect(await heard(bobs, 'presence')).toMatchObject([{ user_id: ann.userId, is_online: true }])
  })

  it('a second socket, or a reload within the grace, tells and writes nothing', async () => {
    await befriend(ann, bob)
    const socket = await bob.socket()
    const first = await ann.socket()
    await settle(service)
    const before = [await heard(socket, 'presence'), await statusRows(service)]
    const second = await ann.socket()
    for (const ended of [first, second]) ended.close()
    await until(() => socketsOf(ann) === 0, 'the sockets to end')
    await settle(service)
    expect(await statusOf(ann)).toMatchObject({ is_online: true })
    await ann.socket()
    await settle(service)
    expect([await heard(socket, 'presence'), await statusRows(service)]).toEqual(before)
  })

  it('whom somebody has blocked sees them never, by friendship, room or asking; they see who was blocked', async () => {
    await tenant.room([ann, bob])
    await block(ann, bob)
    const [anns, bobs] = [await ann.socket(), await bob.socket()]
    await settle(service)
    expect(await heard(bobs, 'presence')).toEqual([])
    expect(await heard(anns, 'presence')).toMatchObject([{ user_id: bob.userId }])
    expect(await statusOf(ann, bob.rest)).toEqual({ user_id: ann.userId, is_online: false, last_seen: null })
    expect(await statusOf(bob, ann.rest)).toMatchObject({ is_online: true, last_seen: time })
  })

  it('who becomes invisible goes for all others, last seen then, and comes back by themselves', async () => {
    await befriend(ann, bob)
    const [anns, bobs] = [await ann.socket(), await bob.socket()]
    await settle(service)
    const { body: own } = await ann.rest.patch('/user/me/status', { invisible: true })
    const hidden = (await heard(bobs, 'presence')).at(-1)
    expect(hidden).toEqual({ user_id: ann.userId, is_online: false, last_seen: own.last_seen })
    expect(await statusOf(ann, bob.rest)).toEqual(hidden)
    await (await bob.tenant.user()).socket()
    await settle(service)
    expect((await heard(anns, 'presence')).map(({ user_id }) => user_id)).toEqual([bob.userId])
    await ann.rest.patch('/user/me/status', { invisible: false })
    expect((await heard(bobs, 'presence')).at(-1)).toMatchObject({ user_id: ann.userId, is_online: true })
    await ann.rest.patch('/user/me/status', { invisible: false })
    expect(await heard(bobs, 'presence')).toHaveLength(3)
  })

  it('who comes as an invisible one is not told of', async () => {
    await befriend(ann, bob)
    const bobs = await bob.socket()
    await ann.rest.patch('/user/me/status', { invisible: true })
    await ann.socket()
    await settle(service)
    expect(await heard(bobs, 'presence')).toEqual([])
    expect(await statusOf(ann)).toEqual({ user_id: ann.userId, is_online: false, last_seen: null })
    expect(await statusOf(ann, ann.rest)).toMatchObject({ is_online: true, invisible: true })
  })

  it('nobody of another tenant is told', async () => {
    const foreigner = await (await (await service.tenant()).user()).socket()
    await ann.socket()
    await settle(service)
    expect(await heard(foreigner, 'presence')).toEqual([])
  })

  it('a log-in counts before there is a socket, and a log-out ends it at once, unless there is one', async () => {
    const bus = service.app.get(EventBus)
    const annKey = { tenantId: tenant.tenantId, userId: ann.userId }
    bus.publish(annKey, { type: 'user.logged_in' })
    expect(await statusOf(ann)).toMatchObject({ is_online: true, last_seen: time })
    bus.publish(annKey, { type: 'user.logged_out' })
    expect(await statusOf(ann)).toMatchObject({ is_online: false, last_seen: time })
    const socket = await ann.socket()
    bus.publish(annKey, { type: 'user.logged_out' })
    expect(await statusOf(ann)).toMatchObject({ is_online: true })
    socket.close()
    await until(() => socketsOf(ann) === 0, 'the socket to end')
    bus.publish(annKey, { type: 'user.logged_out' })
    expect(await statusOf(ann)).toMatchObject({ is_online: false })
  })

  it('who was just seen is written in one pass for all who ask meanwhile, beside that of a tick', async () => {
    const attendance = service.app.get(Attendance)
    const passes = jest.spyOn(service.app.get(PresenceStore), 'settle')
    const annKey = { tenantId: tenant.tenantId, userId: ann.userId }
    attendance.arrive(annKey)
    await Promise.all(Array.from({ length: 1000 }, () => attendance.know(annKey)))
    expect(passes.mock.calls.length).toBeLessThanOrEqual(2)
    passes.mockRestore()
    expect(await statusRows(service)).toContainEqual(expect.objectContaining({ user_id: ann.userId, is_online: true }))
  })

  it('who is locked is gone at once', async () => {
    const socket = await ann.socket()
    expect(await statusOf(ann)).toMatchObject({ is_online: true })
    await tenant.backend.delete(`/user/${ann.userId}`)
    await socket.disconnected()
    await until(async () => !(await statusOf(ann)).is_online, 'the locked user to be gone')
  })

  it('who is erased goes for all who saw them, and nobody is told when', async () => {
    await befriend(ann, bob)
    await tenant.room([ann, bob], { type: 'private' })
    const carl = await tenant.user()
    await tenant.room([ann, carl], { type: 'private' })
    const [bobs, carls] = [await bob.socket(), await carl.socket()]
    await ann.socket()
    await settle(service)
    await tenant.backend.post(`/user/${ann.userId}/erase`)
    const gone = { user_id: ann.userId, is_online: false, last_seen: null }
    for (const socket of [bobs, carls]) expect((await heard(socket, 'presence')).at(-1)).toEqual(gone)
    await settle(service)
    for (const user of [bob, carl]) expect(await statusOf(ann, user.rest)).toEqual(gone)
    expect((await statusRows(service)).map(({ user_id }) => user_id)).not.toContain(ann.userId)
    expect((await heard(bobs, 'presence')).filter(({ user_id }) => user_id === ann.userId)).toHaveLength(2)
  })

  it('who is erased while invisible is not told of', async () => {
    await befriend(ann, bob)
    await ann.rest.patch('/user/me/status', { invisible: true })
    const bobs = await bob.socket()
    await ann.socket()
    await settle(service)
    await tenant.backend.post(`/user/${ann.userId}/erase`)
    expect(await heard(bobs, 'presence')).toEqual([])
  })

  it('whom somebody is just changing is written and told of when that is done, and nobody waits for it', async () => {
    const carl = await tenant.user()
    for (const friend of [ann, carl]) await befriend(friend, bob)
    const bobs = await bob.socket()
    await settle(service)
    const busy = new Client(service.databaseUrl)
    await busy.connect()
    await busy.query('BEGIN')
    await busy.query('SELECT FROM tb_users WHERE user_id = $1 FOR UPDATE', [ann.userId])
    for (const user of [ann, carl]) {
      await service.socket({ extraHeaders: { clientKey: user.clientKey } })
    }
    await settle(service)
    expect(await heard(bobs, 'presence')).toMatchObject([{ user_id: carl.userId }])
    await busy.query('ROLLBACK')
    await busy.end()
    await settle(service)
    expect(await heard(bobs, 'presence')).toMatchObject([{ user_id: carl.userId }, { user_id: ann.userId }])
  })

  it('what could not be written is written by the next tick, and told then', async () => {
    await befriend(ann, bob)
    const bobs = await bob.socket()
    await settle(service)
    await rowsOf(service.databaseUrl, 'ALTER TABLE tb_user_status RENAME TO elsewhere')
    await ann.socket()
    await expect(settle(service)).rejects.toThrow()
    await rowsOf(service.databaseUrl, 'ALTER TABLE elsewhere RENAME TO tb_user_status')
    expect(await heard(bobs, 'presence')).toEqual([])
    await settle(service)
    expect(await heard(bobs, 'presence')).toMatchObject([{ user_id: ann.userId, is_online: true }])
  })
})

/** How many sockets of the user this service knows. */
const socketsOf = (user: TestUser): number =>
  [...service.app.get(Hub).connectionsOf(user.tenant.tenantId, user.userId)].length

describe('when the grace is over', () => {
  beforeAll(async () => {
    service = await startService(hasty)
  })
  beforeEach(people)
  afterAll(() => service.stop())

  it('who has no socket any more is gone, and was seen last when it ended', async () => {
    await befriend(ann, bob)
    const bobs = await bob.socket()
    const anns = await ann.socket()
    const [came] = await bobs.next('presence')
    anns.close()
    const [, went] = await bobs.next('presence', 2)
    expect(went).toEqual({ user_id: ann.userId, is_online: false, last_seen: time })
    expect(Date.parse(went.last_seen)).toBeGreaterThanOrEqual(Date.parse(came.last_seen))
    expect(await statusOf(ann)).toEqual(went)
  })

  it('an invisible one is still seen last when that began', async () => {
    const socket = await ann.socket()
    const { body } = await ann.rest.patch('/user/me/status', { invisible: true })
    expect(body).toMatchObject({ is_online: true, invisible: true })
    socket.close()
    const gone = await until(async () => {
      const status = await statusOf(ann, ann.rest)
      return status.is_online ? null : status
    }, 'them to be gone')
    expect(gone).toEqual({ ...body, is_online: false })
  })

  it('who is left as online by a process that died is put right, and told of; who came back is not', async () => {
    await befriend(ann, bob)
    const carl = await tenant.user()
    await befriend(carl, bob)
    for (const user of [ann, carl]) await user.socket()
    await settle(service)
    const before = await statusRows(service)
    const next = await service.another({ ...hasty, PRESENCE_GRACE_MS: '4000' })
    const bobs = await bob.at(next).socket()
    await carl.at(next).socket()
    const told = await bobs.next('presence', 1, 20_000)
    expect(told).toMatchObject([{ user_id: ann.userId, is_online: false }])
    const after = await statusRows(next)
    const of = (rows: typeof before, user: TestUser) => rows.find(({ user_id }) => user_id === user.userId)!
    expect(of(after, ann)).toMatchObject({ is_online: false, last_seen: of(before, ann).last_seen })
    expect(of(after, carl)).toEqual(of(before, carl))
    bobs.close()
    await next.stop()
  })
})
