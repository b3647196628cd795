/** A connection that breaks in whatever way: what was missed is there afterwards, and what was sent is there once. */
import { setTimeout } from 'node:timers/promises'
import type { ConnectionState, ParleyClient, Room } from '@parley/client'
import { Retention } from '../../src/messages/retention.js'
import { fill, numbers } from '../support/aging.js'
import { TcpProxy } from '../support/proxy.js'
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'
import { until } from '../support/until.js'
import { clientOf, closeAll, connecting, inRoom, live, shows, texts, watched } from './people.js'

let service: Service
let proxy: TcpProxy
let url: string
let tenant: TestTenant
let ann: TestUser
let bob: TestUser
let roomId: string

beforeAll(async () => {
  service = await startService()
  tenant = await service.tenant({ retention_days: 30 })
  ann = await tenant.user({ display_name: 'Ann' })
  bob = await tenant.user({ display_name: 'Bob' })
})

beforeEach(async () => {
  roomId = await tenant.room([ann, bob])
  proxy = await TcpProxy.start({ host: '127.0.0.1', port: Number(new URL(service.url).port) })
  url = `http://127.0.0.1:${proxy.port}`
})

afterEach(async () => {
  closeAll()
  await proxy.stop()
})
afterAll(() => service.stop())

const isStatus = (client: ParleyClient, status: ConnectionState['status'], timeoutMs?: number) =>
  until(() => client.connection.get().status === status, status, timeoutMs)

/** Bob, by way of the proxy, live in the room. */
async function bobByProxy(): Promise<{ client: ParleyClient; room: Room; wrong: string[] }> {
  const client = await clientOf(bob, { url })
  const room = client.room(roomId)
  await live(room)
  return { client, room, wrong: watched(room) }
}

const seqs = (room: Room): number[] => room.store.get().messages.map(({ seq }) => seq)

const expectAsStored = async (room: Room): Promise<void> => {
  const { body } = await bob.rest.get(`/room/${roomId}/message?limit=100`)
  const sorted = (items: any[]): any[] =>
    items.map((one) => ({ ...one, reactions: [...one.reactions].sort((a, b) => (a.emoji < b.emoji ? -1 : 1)) }))
  const isSame = (): boolean =>
    JSON.stringify(sorted(body.items)) === JSON.stringify(sorted([...room.store.get().messages]))
  await until(isSame, 'what is stored to be shown').catch(() => undefined)
  expect(sorted([...room.store.get().messages])).toEqual(sorted(body.items))
}

describe('after a cut', () => {
  it('comes back by itself, and shows all that was missed', async () => {
    const { client, room, wrong } = await bobByProxy()
    const hers = await inRoom(ann, roomId)
    for (const text of ['one', 'two', 'three']) hers.send(text)
    const { messages } = await shows(room, (now) => now.messages.length === 3)
    const ids = messages.map(({ message_id }) => message_id)
    await room.react(ids[0]!, '🎉')
    proxy.goAway()
    await isStatus(client, 'offline')
    expect(room.store.get()).toMatchObject({ status: 'behind', messages: [{}, {}, {}] })
    expect(client.connection.get().error).toMatchObject({ code: 'offline', retryable: true })
    await hers.edit(ids[0]!, { text_message: 'ONE' })
    await hers.delete(ids[1]!)
    await hers.react(ids[2]!, '👍')
    await hers.pin(ids[2]!)
    hers.send('four')
    hers.markRead(3)
    await ann.rest.patch(`/room/${roomId}`, { name: 'Another name' })
    await shows(hers, (now) => now.messages.length === 4 && now.members.get(ann.userId)?.last_read_seq === 3)
    proxy.comeBack()
    await shows(room, ({ status, messages }) => status === 'live' && messages.length === 4)
    await expectAsStored(room)
    await shows(room, ({ members }) => members.get(ann.userId)?.last_read_seq === 3)
    await shows(room, (now) => now.room!.name === 'Another name')
    expect(wrong).toEqual([])
  })

  it('one’s own reactions are one’s own, wherever they were made meanwhile', async () => {
    const { client, room } = await bobByProxy()
    const { message_id } = await ann.send(roomId, 'Hello')
    await shows(room, ({ messages }) => messages.length === 1)
    proxy.goAway()
    await isStatus(client, 'offline')
    await bob.rest.put(`/room/${roomId}/message/${message_id}/reaction/${encodeURIComponent('👍')}`)
    const later = await ann.send(roomId, 'later')
    await bob.rest.put(`/room/${roomId}/message/${later.message_id}/reaction/${encodeURIComponent('🎉')}`)
    proxy.comeBack()
    await shows(room, ({ messages }) => messages.length === 2 && messages.every((one) => one.reactions[0]?.mine))
    await expectAsStored(room)
  })

  it('what was written meanwhile is sent, in its order and once', async () => {
    const { client, room, wrong } = await bobByProxy()
    proxy.goAway()
    await isStatus(client, 'offline')
    const all = numbers(1, 20).map((n) => `message ${n}`)
    for (const text of all) room.send(text)
    await setTimeout(300)
    expect(room.store.get().outgoing.map(({ status }) => status)).toEqual(all.map(() => 'pending'))
    proxy.comeBack()
    expect(texts(await shows(room, ({ messages, outgoing }) => messages.length === 20 && !outgoing.length))).toEqual(
      all,
    )
    await expectAsStored(room)
    expect(wrong).toEqual([])
  })

  it('what was stored, and its answer lost, is there once', async () => {
    const { client, room, wrong } = await bobByProxy()
    const hers = await inRoom(ann, roomId)
    for (const n of numbers(1, 3)) {
      // It is stored, and told to Ann, long before its answer is through.
      proxy.delay(500)
      room.send(`message ${n}`)
      await shows(hers, ({ messages }) => messages.length === n)
      proxy.cutAll()
      proxy.delay(0)
      expect(room.store.get().outgoing).toMatchObject([{ status: 'pending' }])
      await isStatus(client, 'offline')
      await shows(room, ({ messages, outgoing }) => messages.length === n && !outgoing.length)
    }
    await expectAsStored(room)
    expect(wrong).toEqual([])
  })

  it('how far one had read is said', async () => {
    const { client, room } = await bobByProxy()
    const hers = await inRoom(ann, roomId)
    await ann.send(roomId, 'Hello')
    await shows(room, ({ messages }) => messages.length === 1)
    proxy.goAway()
    await isStatus(client, 'offline')
    room.markRead()
    proxy.comeBack()
    await shows(hers, ({ members }) => members.get(bob.userId)?.last_read_seq === 1)
  })

  it('a room that was left a moment before, and is entered again, is whole', async () => {
    const { client, room } = await bobByProxy()
    client.leaveRoom(roomId)
    proxy.goAway()
    room.send('keeps it here')
    await isStatus(client, 'offline')
    await ann.send(roomId, 'missed')
    expect(client.room(roomId)).toBe(room)
    expect(room.store.get().status).toBe('behind')
    proxy.comeBack()
    expect(texts(await shows(room, ({ messages }) => messages.length === 2))).toEqual(['missed', 'keeps it here'])
  })
})

describe('whoever missed much', () => {
  async function missing(count: number): Promise<{ room: Room; wrong: string[] }> {
    await fill(ann, roomId, 60, 1)
    const { client, room, wrong } = await bobByProxy()
    expect(seqs(room)).toEqual(numbers(11, 60))
    proxy.goAway()
    await isStatus(client, 'offline')
    await fill(ann, roomId, count, 1)
    proxy.comeBack()
    await live(room)
    return { room, wrong }
  }

  it('is told it in pieces', async () => {
    const { room, wrong } = await missing(900)
    expect(seqs(room)).toEqual(numbers(11, 960))
    await ann.send(roomId, 'now')
    await shows(room, ({ messages }) => messages.at(-1)!.seq === 961)
    expect(wrong).toEqual([])
  })

  it('begins again with the newest if it is very much, and reads the rest upwards', async () => {
    const { room, wrong } = await missing(2000)
    expect(seqs(room)).toEqual(numbers(2011, 2060))
    expect(room.store.get().hasOlder).toBe(true)
    await room.loadOlder()
    expect(seqs(room)).toEqual(numbers(1961, 2060))
    await ann.send(roomId, 'now')
    await shows(room, ({ messages }) => messages.at(-1)!.seq === 2061)
    expect(wrong).toEqual([])
  })

  it('begins again with what is kept', async () => {
    await fill(ann, roomId, 10, 31)
    const { client, room, wrong } = await bobByProxy()
    proxy.goAway()
    await isStatus(client, 'offline')
    await fill(ann, roomId, 20, 31)
    await fill(ann, roomId, 3, 1)
    await service.app.get(Retention).pass()
    proxy.comeBack()
    await live(room)
    expect(seqs(room)).toEqual([31, 32, 33])
    expect(room.store.get().hasOlder).toBe(false)
    expect(wrong).toEqual([])
  })

  it('is told of many changes, too', async () => {
    await fill(ann, roomId, 620, 1)
    const { client, room, wrong } = await bobByProxy()
    proxy.goAway()
    await isStatus(client, 'offline')
    const { body: first } = await ann.rest.get(`/room/${roomId}/message?after_seq=0&limit=100`)
    let items = first.items
    for (let n = 0; n < 6; n++) {
      await Promise.all(
        items.map(({ message_id }: any) =>
          ann.rest.patch(`/room/${roomId}/message/${message_id}`, { text_message: 'edited' }),
        ),
      )
      items = (await ann.rest.get(`/room/${roomId}/message?after_seq=${items.at(-1).seq}&limit=100`)).body.items
    }
    const { message_id } = room.store.get().messages.at(-1)!
    await ann.rest.patch(`/room/${roomId}/message/${message_id}`, { text_message: 'the last edited' })
    proxy.comeBack()
    await shows(
      room,
      ({ status, messages }) => status === 'live' && messages.at(-1)!.text_message === 'the last edited',
    )
    await ann.rest.patch(`/room/${roomId}/message/${message_id}`, { text_message: 'once more' })
    await shows(room, ({ messages }) => messages.at(-1)!.text_message === 'once more')
    expect(wrong).toEqual([])
  }, 60_000)
})

describe('a connection that carries nothing any more', () => {
  it('is noticed by whoever asks something, or opens it, and what they asked is done on the next one', async () => {
    const { client, room, wrong } = await bobByProxy()
    proxy.stall()
    room.send('Hello')
    const another = connecting(bob, { url })
    await Promise.all([isStatus(client, 'offline'), isStatus(another, 'offline')])
    proxy.cutAll()
    proxy.comeBack()
    await shows(room, ({ messages, outgoing }) => messages.length === 1 && !outgoing.length)
    await isStatus(another, 'online')
    await expectAsStored(room)
    expect(wrong).toEqual([])
  }, 40_000)
})

describe('a browser', () => {
  let page: EventTarget
  let shown: EventTarget & { visibilityState: string }

  beforeEach(() => {
    page = new EventTarget()
    shown = Object.assign(new EventTarget(), { visibilityState: 'visible' })
    Object.assign(globalThis, { window: page, document: shown })
  })
  afterEach(() => {
    Object.assign(globalThis, { window: undefined, document: undefined })
  })

  it('that has no network is offline at once, and back as soon as it has', async () => {
    const { client, room } = await bobByProxy()
    page.dispatchEvent(new Event('offline'))
    expect(client.connection.get()).toMatchObject({ status: 'offline' })
    await ann.send(roomId, 'Hello')
    page.dispatchEvent(new Event('online'))
    await shows(room, ({ status, messages }) => status === 'live' && messages.length === 1)
  })

  it('that slept says at once, on the next connection, what it could not on the one before', async () => {
    const { room } = await bobByProxy()
    const { now } = Date
    try {
      Date.now = () => now() + 60_000
      room.send('Good morning')
      await shows(room, ({ messages, outgoing }) => messages.length === 1 && !outgoing.length, 6000)
    } finally {
      Date.now = now
    }
  })

  it('that was away for long does not wait for its turn', async () => {
    const { client } = await bobByProxy()
    proxy.goAway()
    await isStatus(client, 'offline')
    // By now it waits for some seconds each time.
    await setTimeout(8000)
    proxy.comeBack()
    shown.dispatchEvent(new Event('visibilitychange'))
    await isStatus(client, 'online', 2000)
  }, 30_000)

  it('that is shown again asks whether its connection is still one', async () => {
    const { client } = await bobByProxy()
    shown.dispatchEvent(new Event('visibilitychange'))
    proxy.stall()
    shown.dispatchEvent(new Event('visibilitychange'))
    await isStatus(client, 'offline', 6000)
  })
})

describe('closed', () => {
  it('is closed, and may be opened again', async () => {
    const { client } = await bobByProxy()
    client.close()
    expect(client.connection.get()).toEqual({ status: 'closed', error: null })
    await setTimeout(1500)
    expect(client.connection.get().status).toBe('closed')
    client.connect()
    await isStatus(client, 'online')
    await live(client.room(roomId))
  })

  it('and opened again while its token is asked for, as React does it in strict mode, it is online', async () => {
    let give: (token: string) => void = () => undefined
    const client = connecting(bob, { token: () => new Promise((resolve) => (give = resolve)) })
    client.close()
    expect(client.connection.get().status).toBe('closed')
    client.connect()
    expect(client.connection.get().status).toBe('connecting')
    give(bob.token)
    await isStatus(client, 'online')
  })
})
