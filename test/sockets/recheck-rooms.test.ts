/** Who is in a room no more, and of whose removal nobody told the node where they listen. */
import { OutsidersService } from '../../src/rooms/outsiders.service.js'
import { Apart } from '../support/apart.js'
import { rowsOf } from '../support/database.js'
import { answersTo, isEvent, type PlainSocket } from '../support/plain.js'
import type { Service, TestTenant, TestUser } from '../support/service.js'

let apart: Apart
let service: Service
let tenant: TestTenant
let ann: TestUser
let bob: TestUser
let room_id: string

beforeAll(async () => {
  apart = await Apart.start()
  service = apart.service
})

beforeEach(async () => {
  tenant = await service.tenant()
  ann = await apart.person(tenant)
  bob = await apart.person(tenant)
  room_id = await tenant.room([ann, bob])
})

afterAll(() => apart.stop())

const remove = ({ userId }: TestUser): Promise<unknown> => tenant.backend.delete(`/room/${room_id}/member/${userId}`)

const add = ({ userId }: TestUser): Promise<unknown> =>
  tenant.backend.post(`/room/${room_id}/member`, { user_ids: [userId] })

describe('who listens to a room', () => {
  const plainIn = async (user: TestUser): Promise<PlainSocket> => {
    const socket = await user.plain('/ws')
    await answersTo(socket, { event: 'chat.join', data: { roomId: room_id } })
    return socket
  }

  it('and was removed: each socket of theirs is told and hears no more, and nobody else is', async () => {
    const bobs = [await bob.socketIn(room_id), await bob.socket()]
    const [byPath, entered] = [await bob.plain(`/ws/${room_id}/${bob.userId}`), await plainIn(bob)]
    const anns = await ann.socketIn(room_id)
    await remove(bob)
    for (const socket of bobs) expect(await socket.next('room_removed')).toEqual([{ room_id }])
    expect((await byPath.closed)[0]).toBe(4403)
    expect(await entered.next(isEvent('chat.userLeft'))).toMatchObject([{ data: { userId: bob.userId } }])
    await ann.send(room_id, 'without Bob')
    await anns.next('new_message')
    expect(anns.listened.map(([event]) => event)).toEqual(['new_message'])
    await apart.aRound()
    for (const socket of bobs) expect(socket.listened).toEqual([['room_removed', { room_id }]])
    expect((await answersTo(entered)).filter(isEvent('chat.message'))).toEqual([])
  })

  it('that was deleted: each is told, as their dialect tells it', async () => {
    const sockets = [await ann.socketIn(room_id), await bob.socketIn(room_id)]
    const byPath = await bob.plain(`/ws/${room_id}/${bob.userId}`)
    const other = await tenant.room([ann])
    const elsewhere = await ann.socketIn(other)
    await tenant.backend.delete(`/room/${room_id}`)
    for (const socket of sockets) expect(await socket.next('room_deleted')).toEqual([{ room_id }])
    expect((await byPath.closed)[0]).toBe(4404)
    await apart.aRound()
    for (const socket of sockets) expect(socket.payloads('room_deleted')).toHaveLength(1)
    expect(elsewhere.payloads('room_deleted')).toEqual([])
  })

  it('of the same id as one of another tenant’s: what happens to one concerns no one of the other', async () => {
    const carol = await apart.person(await service.tenant())
    // As no service makes it: to see that no id is looked at without its tenant.
    const twin = `INSERT INTO tb_chat_rooms (tenant_id, chat_room_id, type, access) VALUES ($1, $2, 'group', 'open')`
    await rowsOf(service.databaseUrl, twin, [carol.tenant.tenantId, room_id])
    const [bobs, anns, carols] = [
      await bob.socketIn(room_id),
      await ann.socketIn(room_id),
      await carol.socketIn(room_id),
    ]
    await remove(bob)
    await bobs.next('room_removed')
    await tenant.backend.delete(`/room/${room_id}`)
    await anns.next('room_deleted')
    await apart.aRound()
    await carol.send(room_id, 'still here')
    await carols.next('new_message')
    expect(carols.listened.map(([event]) => event)).toEqual(['room_added', 'member_joined', 'new_message'])
  })
})

describe('who watches a livestream', () => {
  let stream: string
  beforeEach(async () => {
    stream = (await ann.rest.post('/api/chat/thread', { stream_id: 'a stream' })).body.room_id
  })

  it('that has ended is told so, once, in every dialect', async () => {
    const chat = await bob.socketIn(stream)
    const watching = await bob.plain('/ws/chat/a%20stream')
    const live = await bob.socket()
    await live.ask('join_stream_room', { streamId: 'a stream' })
    await apart.aRound()
    await ann.at(service).rest.post('/api/chat/thread/a%20stream/close')
    expect(await chat.next('stream_ended')).toMatchObject([{ room_id: stream }])
    expect(await watching.closed).toMatchObject([1000, expect.anything()])
    expect(watching.frames.at(-1)).toMatchObject({ closed: true, stream_id: 'a stream' })
    await live.next('stream_ended_notification')
    await apart.aRound()
    expect(chat.payloads('stream_ended')).toHaveLength(1)
  })

  it('that was deleted is told so', async () => {
    const chat = await bob.socketIn(stream)
    const watching = await bob.plain('/ws/chat/a%20stream')
    await tenant.backend.delete(`/room/${stream}`)
    expect(await chat.next('room_deleted')).toEqual([{ room_id: stream }])
    expect((await watching.closed)[0]).toBe(4404)
  })

  it('is not told again of an end that was told, nor of one that was before they came', async () => {
    const told = await bob.socketIn(stream)
    await apart.aRound()
    await ann.rest.post('/api/chat/thread/a%20stream/close')
    await told.next('stream_ended')
    const late = await bob.socketIn(stream)
    await apart.aRound()
    expect(told.payloads('stream_ended')).toHaveLength(1)
    expect(late.payloads('stream_ended')).toEqual([])
  })

  it('nobody of theirs is put out: they are no members, and need not be', async () => {
    const [chat, watching] = [await bob.socketIn(stream), await bob.plain('/ws/chat/a%20stream')]
    await apart.aRound()
    await ann.send(stream, 'still live')
    await chat.next('new_message')
    await watching.next(({ content }) => content === 'still live')
    expect(chat.payloads('room_removed')).toEqual([])
  })
})

describe('between two looks', () => {
  /** Does it when the node has found somebody outside so many times, before it acts on that. */
  function afterFinding(times: number, work: () => Promise<unknown>): Promise<void> {
    const outsiders = apart.node.app.get(OutsidersService)
    const find = outsiders.find.bind(outsiders)
    return new Promise((done, fail) => {
      const spy = jest.spyOn(outsiders, 'find').mockImplementation(async (people) => {
        const outside = await find(people)
        if (!outside.some(Boolean) || --times) return outside
        spy.mockRestore()
        await work().then(() => done(), fail)
        return outside
      })
    })
  }

  it.each([1, 2])('whoever is added again and comes back (after look %i) is left alone', async (look) => {
    const socket = await bob.socketIn(room_id)
    const found = afterFinding(look, async () => {
      await add(bob)
      expect(await socket.ask('join_room', { room_id, after_seq: 0 })).toMatchObject({ ok: true })
    })
    await remove(bob)
    await found
    await apart.aRound()
    expect(socket.payloads('room_removed')).toEqual([])
    await ann.send(room_id, 'Bob is here')
    await socket.next('new_message')
  })

  it('whoever is added again, and has heard of nothing, goes on listening', async () => {
    const socket = await bob.socketIn(room_id)
    const found = afterFinding(1, () => add(bob))
    await remove(bob)
    await found
    await apart.aRound()
    expect(socket.listened).toEqual([])
    await ann.send(room_id, 'Bob is here')
    await socket.next('new_message')
  })

  it('whoever leaves the room meanwhile is not told', async () => {
    const socket = await bob.socketIn(room_id)
    const found = afterFinding(1, () => socket.ask('leave_room', { room_id }))
    await remove(bob)
    await found
    await apart.aRound()
    expect(socket.payloads('room_removed')).toEqual([])
  })
})

it('whoever is removed and added again all the time hears the room in the end', async () => {
  const socket = await bob.socketIn(room_id)
  for (let n = 0; n < 30; n++) {
    await remove(bob)
    if (n % 3 === 0) await socket.next('room_removed', n / 3 + 1)
    await add(bob)
    expect(await socket.ask('join_room', { room_id })).toMatchObject({ ok: true })
  }
  const removals = socket.payloads('room_removed').length
  await apart.aRound()
  await ann.send(room_id, 'the last')
  await socket.next('new_message')
  expect(socket.payloads('room_removed')).toHaveLength(removals)
})
