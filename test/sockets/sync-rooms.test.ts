/** Coming back to many rooms at once: one call, one query. */
import { Client } from 'pg'
import { MessagesService } from '../../src/messages/messages.service.js'
import { editMessages, storeMessages } from '../support/log.js'
import { noId } from '../support/problems.js'
import { databaseProxy, type TcpProxy } from '../support/proxy.js'
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'
import type { TestSocket } from '../support/sockets.js'
import { until } from '../support/until.js'

let proxy: TcpProxy
let service: Service
let tenant: TestTenant
let ann: TestUser
let bob: TestUser

beforeAll(async () => {
  const through = await databaseProxy(process.env['TEST_DATABASE_URL']!)
  proxy = through.proxy
  process.env['TEST_DATABASE_URL'] = through.url
  service = await startService()
  tenant = await service.tenant()
  ann = await tenant.user()
  bob = await tenant.user()
})

afterAll(async () => {
  await service.stop()
  await proxy.stop()
})

const oneTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1)
const rooms = (count: number, members = [ann, bob]): Promise<string[]> =>
  Promise.all(oneTo(count).map(() => tenant.room(members)))

const sync = (socket: TestSocket, asked: object[]): Promise<any> => socket.ask('sync_rooms', { rooms: asked })
const all = (room_id: string) => ({ room_id, after_seq: 0, after_rev: 0 })
const seqsOf = (socket: TestSocket, room_id: string): number[] =>
  socket.payloads('new_message').flatMap((message) => (message.room_id === room_id ? [message.seq] : []))

describe('sync_rooms', () => {
  it('is for each room as join_room is, one room after the other', async () => {
    const [first, second, third] = (await rooms(3)) as [string, string, string]
    await storeMessages(service, first, 5)
    await editMessages(service, first, 1, 3)
    await storeMessages(service, second, 2)
    const socket = await bob.socket()
    const asked = [{ room_id: first, after_seq: 2, after_rev: 1 }, all(second), { room_id: third }]
    const answer = await sync(socket, asked)
    expect(answer).toEqual({
      ok: true,
      rooms: [
        { room_id: first, last_seq: 5, last_rev: 3, first_seq: 1, complete: true },
        { room_id: second, last_seq: 2, last_rev: 0, first_seq: 1, complete: true },
        { room_id: third, last_seq: 0, last_rev: 0, first_seq: 1, complete: true },
      ],
    })
    const heard = socket.listened.map(([event, payload]) => [event, payload.seq ?? payload.message.seq])
    expect(heard).toEqual([
      ['new_message', 3],
      ['new_message', 4],
      ['new_message', 5],
      ['message_updated', 2],
      ['new_message', 1],
      ['new_message', 2],
    ])
    for (const id of [first, second, third]) await ann.send(id, 'live')
    await socket.next('new_message', 8)
    expect([first, second, third].map((id) => seqsOf(socket, id))).toEqual([[3, 4, 5, 6], [1, 2, 3], [1]])
  })

  it('asks the database once for 255 rooms', async () => {
    const ids = await rooms(255, [bob])
    await storeMessages(service, ids[100]!, 3)
    const socket = await bob.socket()
    await sync(socket, [all(ids[0]!)])
    const asked = jest.spyOn(Client.prototype, 'query')
    const answer = await sync(socket, ids.map(all))
    const statements = asked.mock.calls.map(([statement]) => (statement as { name?: string }).name)
    asked.mockRestore()
    const besides = ['enter', 'api_token', 'rooms_of']
    expect(statements.filter((name) => !besides.includes(name!))).toEqual(['missed'])
    expect(answer.rooms).toEqual(
      ids.map((room_id, n) => ({ room_id, last_seq: n === 100 ? 3 : 0, last_rev: 0, first_seq: 1, complete: true })),
    )
    await bob.send(ids[254]!, 'live')
    await socket.next('new_message', 4)
    expect(seqsOf(socket, ids[254]!)).toEqual([1])
  })

  it('joins open rooms, and answers a problem for each one that may not be joined', async () => {
    const foreign = await (await service.tenant()).room([])
    const [mine, removedFrom, deleted] = (await rooms(3)) as [string, string, string]
    const open = await tenant.room([ann])
    const closed = await tenant.room([ann], { access: 'invite' })
    await ann.rest.delete(`/room/${removedFrom}/member/${bob.userId}`)
    await ann.rest.delete(`/room/${deleted}`)
    const ids = [closed, mine, foreign, open, noId(), removedFrom, deleted]
    for (const id of [mine, open, closed]) await ann.send(id, 'missed')
    const socket = await bob.socket()
    const { ok, rooms: answers } = await sync(socket, ids.map(all))
    expect(ok).toBe(true)
    expect(answers.map(({ room_id }: any) => room_id)).toEqual(ids)
    expect(answers.map(({ error, complete }: any) => error?.code ?? complete)).toEqual([
      'room_not_found',
      true,
      'room_not_found',
      true,
      'room_not_found',
      'removed',
      'room_not_found',
    ])
    expect(answers[0].error).toMatchObject({ status: 404, retryable: false, request_id: expect.any(String) })
    expect((await bob.rest.get(`/room/${open}/member`)).body.items).toHaveLength(2)
    for (const id of [closed, open, mine, removedFrom]) await ann.send(id, 'live')
    await socket.next('new_message', 4)
    expect([mine, open, closed, removedFrom].map((id) => seqsOf(socket, id))).toEqual([[1, 2], [1, 2], [], []])
  })

  it('tells no more than 500 of a room and 2,000 in all, and the rest when asked again', async () => {
    const ids = await rooms(7)
    const counts = [600, 450, 500, 300, 5, 0, 500]
    await Promise.all(ids.map((id, n) => storeMessages(service, id, counts[n]!)))
    let at = ids.map(all)
    const heard = new Map(ids.map((id) => [id, [] as number[]]))
    const completes: boolean[][] = []
    for (let round = 0; round < 2; round++) {
      const socket = await bob.socket()
      const { rooms: answers } = await sync(socket, at)
      completes.push(answers.map(({ complete }: any) => complete))
      for (const id of ids) heard.get(id)!.push(...seqsOf(socket, id))
      at = ids.map((room_id) => ({ room_id, after_seq: heard.get(room_id)!.length, after_rev: 0 }))
      expect(socket.payloads('new_message').length).toBeLessThanOrEqual(2000)
      socket.close()
    }
    expect(completes).toEqual([
      [false, true, true, true, true, true, false],
      [true, true, true, true, true, true, true],
    ])
    expect(ids.map((id) => heard.get(id))).toEqual(counts.map(oneTo))
  })

  it('on a socket that listens already tells again what came after, and everything later once', async () => {
    const ids = await rooms(3)
    const socket = await bob.socket()
    for (const room_id of ids.slice(0, 2)) await socket.ask('join_room', { room_id })
    for (const id of ids) await ann.send(id, 'first')
    await sync(socket, [all(ids[0]!), { room_id: ids[1]!, after_seq: 1, after_rev: 0 }, all(ids[2]!)])
    for (const id of ids) await ann.send(id, 'live')
    await socket.next('new_message', 7)
    expect(ids.map((id) => seqsOf(socket, id))).toEqual([
      [1, 1, 2],
      [1, 2],
      [1, 2],
    ])
  })

  it('while somebody talks in each of 20 rooms: all is heard once and in order', async () => {
    const ids = await rooms(20)
    const sockets = await Promise.all([1, 2, 3].map(() => bob.socket()))
    const talking = Promise.all(
      ids.map(async (id) => {
        for (const n of oneTo(10)) await ann.send(id, `${n}`)
      }),
    )
    for (const socket of sockets) expect((await sync(socket, ids.map(all))).ok).toBe(true)
    await talking
    for (const socket of sockets) {
      await socket.next('new_message', 200)
      expect(ids.map((id) => seqsOf(socket, id))).toEqual(ids.map(() => oneTo(10)))
    }
  })

  it('tells nothing of a room from which one is removed meanwhile', async () => {
    const [kept, lost] = (await rooms(2)) as [string, string]
    for (const id of [kept, lost]) await ann.send(id, 'missed')
    const messages = service.app.get(MessagesService)
    const read = messages.missed.bind(messages)
    const spy = jest.spyOn(messages, 'missed').mockImplementationOnce(async (...args) => {
      const missed = await read(...args)
      await ann.rest.delete(`/room/${lost}/member/${bob.userId}`)
      return missed
    })
    const socket = await bob.socket()
    const { rooms: answers } = await sync(socket, [all(lost), all(kept)])
    spy.mockRestore()
    expect(answers).toMatchObject([
      { room_id: lost, error: { code: 'removed' } },
      { room_id: kept, complete: true },
    ])
    for (const id of [lost, kept]) await ann.send(id, 'live')
    await socket.next('new_message', 2)
    expect([lost, kept].map((id) => seqsOf(socket, id))).toEqual([[], [1, 2]])
  })

  it('takes another socket of the same person as one of its own', async () => {
    const ids = await rooms(2)
    const [tab, phone] = [await bob.socket(), await bob.socket()]
    await Promise.all([sync(tab, ids.map(all)), sync(phone, [all(ids[0]!)])])
    for (const id of ids) await ann.send(id, 'live')
    await tab.next('new_message', 2)
    await phone.next('new_message', 1)
    expect([tab, phone].map((socket) => ids.map((id) => seqsOf(socket, id)))).toEqual([
      [[1], [1]],
      [[1], []],
    ])
  })

  it.each([
    ['no rooms', 'rooms', {}],
    ['an empty list', 'rooms', { rooms: [] }],
    ['256 rooms', 'rooms', { rooms: oneTo(256).map(() => ({ room_id: noId() })) }],
    [
      'one room twice',
      'rooms',
      { rooms: [all('b4f1d7c0-0000-4000-8000-00000000000a'), all('B4F1D7C0-0000-4000-8000-00000000000A')] },
    ],
    ['rooms that are no list', 'rooms', { rooms: all(noId()) }],
    ['a room that is none', 'rooms.1', { rooms: [all(noId()), null] }],
    ['a room that is a text', 'rooms.0', { rooms: ['general'] }],
    ['no room_id', 'rooms.0.room_id', { rooms: [{ after_seq: 1 }] }],
    ['a seq below 0', 'rooms.0.after_seq', { rooms: [{ room_id: noId(), after_seq: -1 }] }],
    ['a rev that is none', 'rooms.0.after_rev', { rooms: [{ room_id: noId(), after_rev: '1' }] }],
    ['a field of one’s own', 'rooms.1.text_message', { rooms: [all(noId()), { ...all(noId()), text_message: 'Hi' }] }],
  ])('refuses %s', async (_, field, payload) => {
    const { ok, error } = await (await bob.socket()).ask('sync_rooms', payload)
    expect(ok).toBe(false)
    expect(error).toMatchObject({ code: 'validation_failed', errors: [{ field }] })
  })
})

describe('while the database is away', () => {
  const ready = async (): Promise<boolean> => (await service.anyone.get('/health/ready')).status === 200
  afterEach(async () => {
    proxy.comeBack()
    await until(ready, 'the service to be ready')
  })

  it('is told so, goes on hearing what it heard, and may ask again', async () => {
    const [live, fresh] = (await rooms(2)) as [string, string]
    const socket = await bob.socketIn(live)
    await ann.send(live, 'first')
    await socket.next('new_message')
    proxy.goAway()
    const { ok, error } = await sync(socket, [all(live), all(fresh)])
    expect([ok, error]).toEqual([false, expect.objectContaining({ code: 'unavailable', retryable: true })])
    proxy.comeBack()
    await until(ready, 'the service to be ready')
    for (const id of [live, fresh]) await ann.send(id, 'later')
    await socket.next('new_message', 2)
    expect([live, fresh].map((id) => seqsOf(socket, id))).toEqual([[1, 2], []])
    const position = { room_id: live, after_seq: 2, after_rev: 0 }
    expect(await sync(socket, [position, all(fresh)])).toMatchObject({ ok: true })
    expect([live, fresh].map((id) => seqsOf(socket, id))).toEqual([[1, 2], [1]])
  })
})
