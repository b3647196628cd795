/** One's rooms, what is unread in them, and who is there. */
import { setTimeout } from 'node:timers/promises'
import type { ParleyClient, RoomListSnapshot } from '@parley/client'
import { hasty } from '../support/presence.js'
import { TcpProxy } from '../support/proxy.js'
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'
import { until } from '../support/until.js'
import { clientOf, closeAll, connecting, live, shows } from './people.js'
import { SlowAnswers } from './slow-answers.js'

let service: Service
let tenant: TestTenant
let ann: TestUser
let bob: TestUser

beforeAll(async () => {
  service = await startService(hasty)
})

beforeEach(async () => {
  tenant = await service.tenant()
  ann = await tenant.user({ display_name: 'Ann' })
  bob = await tenant.user({ display_name: 'Bob' })
})

afterEach(closeAll)
afterAll(() => service.stop())

const lists = (client: ParleyClient, what: (list: RoomListSnapshot) => boolean): Promise<RoomListSnapshot> =>
  until(() => (what(client.rooms.store.get()) ? client.rooms.store.get() : null), String(what))

const names = ({ rooms }: RoomListSnapshot): (string | null)[] => rooms.map(({ name }) => name)

describe('one’s rooms', () => {
  it('are read, those first in which something was said last, and follow what happens', async () => {
    const [first, second] = [await tenant.room([ann, bob], { name: 'one' }), await tenant.room([bob], { name: 'two' })]
    await ann.send(first, 'Hello')
    const client = await clientOf(bob)
    expect(client.rooms.store.get()).toMatchObject({ isLoaded: false, rooms: [] })
    client.rooms.follow()
    expect(names(await lists(client, ({ isLoaded }) => isLoaded))).toEqual(['one', 'two'])
    await bob.send(second, 'mine')
    expect(names(await lists(client, ({ rooms }) => rooms[0]!.last_seq === 1 && rooms[1]!.last_seq === 1))).toEqual([
      'two',
      'one',
    ])
    const third = await tenant.room([ann, bob], { name: 'three' })
    await lists(client, (list) => names(list).includes('three'))
    await ann.rest.patch(`/room/${third}`, { name: 'renamed' })
    await ann.rest.delete(`/room/${first}/member/${bob.userId}`)
    await lists(client, (list) => !names(list).includes('one'))
    await ann.rest.delete(`/room/${third}`)
    expect(names(await lists(client, ({ rooms }) => rooms.length === 1))).toEqual(['two'])
  })

  it('are read further, and stay as they are when the first ones change', async () => {
    for (let n = 0; n < 60; n++) await tenant.room([bob], { name: `room ${n}` })
    const client = await clientOf(bob)
    await client.rooms.load()
    expect(client.rooms.store.get()).toMatchObject({ hasMore: true, isLoaded: true })
    expect(client.rooms.store.get().rooms).toHaveLength(50)
    await client.rooms.loadMore()
    expect(new Set(names(client.rooms.store.get())).size).toBe(60)
    const last = client.rooms.store.get().rooms.at(-1)!
    await bob.send(last.room_id, 'Hello')
    const { rooms, hasMore } = await lists(client, (list) => list.rooms[0]!.room_id === last.room_id)
    expect([rooms.length, hasMore]).toEqual([60, false])
  })

  it('are gone when they ended while nobody was told, however many there are', async () => {
    for (let n = 0; n < 120; n++) await tenant.room([ann, bob], { name: `room ${n}` })
    const proxy = await TcpProxy.start({ host: '127.0.0.1', port: Number(new URL(service.url).port) })
    const client = await clientOf(bob, { url: `http://127.0.0.1:${proxy.port}` })
    await client.rooms.load()
    await client.rooms.loadMore()
    const { rooms } = client.rooms.store.get()
    const [first, last] = [rooms[0]!.name, rooms.at(-1)!.name]
    proxy.goAway()
    await until(() => client.connection.get().status === 'offline', 'it to be offline')
    for (const { room_id } of [rooms[0]!, rooms.at(-1)!]) await ann.rest.delete(`/room/${room_id}/member/${bob.userId}`)
    proxy.comeBack()
    const now = await lists(client, (list) => !names(list).includes(first) && !names(list).includes(last))
    expect([new Set(names(now)).size, now.hasMore]).toEqual([118, false])
    client.close()
    await proxy.stop()
  })

  it('are as the room is, when that is opened', async () => {
    const roomId = await tenant.room([ann, bob], { name: 'before' })
    const message = await ann.send(roomId, 'Hello')
    const client = await clientOf(bob)
    await client.rooms.load()
    await ann.rest.patch(`/room/${roomId}`, { name: 'after' })
    await ann.rest.delete(`/room/${roomId}/message/${message.message_id}`)
    expect(client.rooms.store.get().rooms).toMatchObject([{ name: 'before', last_message: { text_message: 'Hello' } }])
    await live(client.room(roomId))
    expect(client.rooms.store.get().rooms).toMatchObject([{ name: 'after', last_message: { text_message: null } }])
  })

  it('are read again if something happens while they are', async () => {
    const [first, second] = [await tenant.room([ann, bob]), await tenant.room([ann, bob])]
    const client = await clientOf(bob)
    const slow = new SlowAnswers('/room/unread')
    client.rooms.follow()
    await until(() => slow.count === 1, 'them to be read')
    let isTold = false
    client.on('room_activity', () => (isTold = true))
    await ann.send(first, 'Hello')
    await until(() => isTold, 'it to be told')
    // By now they would have been read again.
    await setTimeout(2500)
    slow.letGo()
    const { rooms } = await lists(client, ({ totalUnread }) => totalUnread === 1)
    expect(rooms.map(({ room_id }) => room_id)).toEqual([first, second])
  })

  it('do not come back with an answer that is older than their end', async () => {
    const [first, second] = [await tenant.room([ann, bob]), await tenant.room([ann, bob])]
    const client = await clientOf(bob)
    const slow = new SlowAnswers('/room?')
    client.rooms.follow()
    await until(() => slow.count === 1, 'them to be read')
    let isTold = false
    client.on('room_removed', () => (isTold = true))
    await ann.rest.delete(`/room/${first}/member/${bob.userId}`)
    await until(() => isTold, 'it to be told')
    slow.letGo()
    const { rooms } = await lists(client, ({ rooms }) => rooms.length === 1)
    expect(rooms[0]!.room_id).toBe(second)
  })

  it('are read when the service is there, if it was not', async () => {
    await tenant.room([bob], { name: 'one' })
    let isThere = false
    const token = (): string => {
      if (!isThere) throw new Error('not yet')
      return bob.token
    }
    const client = connecting(bob, { token })
    client.rooms.follow()
    await lists(client, ({ error }) => error !== null)
    isThere = true
    expect(names(await lists(client, ({ isLoaded }) => isLoaded))).toEqual(['one'])
    expect(client.rooms.store.get().error).toBeNull()
  })
})

describe('what is unread', () => {
  it('is counted in rooms that are open and in those that are not, until it is read', async () => {
    const [here, there] = [await tenant.room([ann, bob]), await tenant.room([ann, bob])]
    const client = await clientOf(bob)
    client.rooms.follow()
    const room = client.room(here)
    await live(room)
    for (const text of ['one', 'two']) await ann.send(here, text)
    await ann.send(there, 'three')
    const { unread } = await lists(client, ({ totalUnread }) => totalUnread === 3)
    expect([unread.get(here), unread.get(there)]).toEqual([2, 1])
    await shows(room, ({ messages }) => messages.length === 2)
    room.markRead(1)
    await lists(client, (list) => list.unread.get(here) === 1 && list.totalUnread === 2)
    room.markRead()
    await lists(client, (list) => !list.unread.has(here) && list.totalUnread === 1)
  })

  it('is read on another device, too', async () => {
    const roomId = await tenant.room([ann, bob])
    const [one, two] = [await clientOf(bob), await clientOf(bob)]
    two.rooms.follow()
    await live(two.room(roomId))
    const room = one.room(roomId)
    await live(room)
    await ann.send(roomId, 'Hello')
    await lists(two, ({ totalUnread }) => totalUnread === 1)
    await shows(room, ({ messages }) => messages.length === 1)
    room.markRead()
    await lists(two, ({ totalUnread }) => totalUnread === 0)
  })
})

describe('presence', () => {
  it('is asked once, then told', async () => {
    await tenant.room([ann, bob])
    const client = await clientOf(bob)
    const store = client.presence.of(ann.userId)
    expect(store).toBe(client.presence.of(ann.userId))
    expect(store.get()).toBeNull()
    await until(() => store.get()?.is_online === false, 'Ann to be away')
    const hers = await clientOf(ann)
    await until(() => store.get()?.is_online, 'Ann to be there')
    hers.close()
    await until(() => store.get()?.is_online === false && store.get()?.last_seen, 'Ann to be gone')
  })

  it('is what was told last, when an older answer comes late', async () => {
    await tenant.room([ann, bob])
    const client = await clientOf(bob)
    const slow = new SlowAnswers(`/user/${ann.userId}/status`)
    const store = client.presence.of(ann.userId)
    await until(() => slow.count === 1, 'it to be asked')
    await clientOf(ann)
    await until(() => store.get()?.is_online, 'Ann to be there')
    slow.letGo()
    await client.rest.get('/user/me')
    expect(store.get()).toMatchObject({ is_online: true })
  })

  it('of nobody stays unknown', async () => {
    const client = await clientOf(bob)
    const nobody = client.presence.of(bob.userId.replace(/^..../, '0000'))
    const known = client.presence.of(bob.userId)
    await until(() => known.get(), 'Bob to be known')
    expect(nobody.get()).toBeNull()
  })
})
