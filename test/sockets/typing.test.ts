/** `typing`: who may say it, who hears it, and how it ends. */
import { TypingService } from '../../src/presence/typing.service.js'
import { rowsOf } from '../support/database.js'
import { block, heard } from '../support/presence.js'
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'
import type { TestSocket } from '../support/sockets.js'
import { until } from '../support/until.js'

let service: Service
let tenant: TestTenant
let ann: TestUser
let bob: TestUser
let room_id: string

beforeAll(async () => {
  service = await startService({ TYPING_ROOM_MAX: '3' })
})

beforeEach(async () => {
  tenant = await service.tenant()
  ann = await tenant.user({ display_name: 'Ann' })
  bob = await tenant.user({ display_name: 'Bob' })
  room_id = await tenant.room([ann, bob])
})

afterAll(() => service.stop())

const type = (socket: TestSocket, is_typing = true, room = room_id): Promise<any> =>
  socket.ask('typing', { room_id: room, is_typing })

const typing = (is_typing: boolean) => ({ room_id, user_id: ann.userId, display_name: 'Ann', is_typing })

const both = () => [typing(true), typing(false)]

describe('typing', () => {
  it('is told to the room, the typist’s own sockets included, and to nobody who does not listen', async () => {
    const [anns, bobs, elsewhere] = [await ann.socketIn(room_id), await bob.socketIn(room_id), await bob.socket()]
    expect(await type(anns)).toEqual({ ok: true })
    for (const socket of [anns, bobs]) expect(await heard(socket, 'typing')).toEqual([typing(true)])
    expect(await heard(elsewhere, 'typing')).toEqual([])
    expect(await type(anns, false)).toEqual({ ok: true })
    for (const socket of [anns, bobs]) expect(await socket.next('typing', 2)).toEqual(both())
  })

  it('is told once, from however many sockets and however often it is said; and its end once', async () => {
    const [tab, phone, bobs] = [await ann.socket(), await ann.socket(), await bob.socketIn(room_id)]
    await Promise.all([tab, phone, tab, phone, tab].map((socket) => type(socket)))
    await type(phone)
    for (let n = 0; n < 3; n++) await type(tab, false)
    expect(await bobs.next('typing', 2)).toEqual(both())
  })

  it('is told as it is at last, and not each time that it turns', async () => {
    const [anns, bobs] = [await ann.socket(), await bob.socketIn(room_id)]
    for (let n = 0; n < 10; n++) for (const is_typing of [true, false]) await type(anns, is_typing)
    await until(async () => !(await heard(bobs, 'typing')).at(-1).is_typing, 'the last state')
    expect(bobs.payloads('typing').length).toBeLessThan(10)
  })

  it('ends by itself', async () => {
    const bobs = await bob.socketIn(room_id)
    await type(await ann.socket())
    expect(await bobs.next('typing', 2, 15_000)).toEqual(both())
  })

  it.each<[string, (socket: TestSocket) => unknown]>([
    ['a message of theirs by a socket', (socket) => socket.ask('send_message', { room_id, text_message: 'Hi' })],
    ['a message of theirs by REST', () => ann.send(room_id, 'Hi')],
    ['leaving', () => ann.rest.post(`/room/${room_id}/leave`)],
    ['their removal', () => tenant.backend.delete(`/room/${room_id}/member/${ann.userId}`)],
    ['leave_room', (socket) => socket.ask('leave_room', { room_id })],
    ['the end of the socket that said it', (socket) => socket.close()],
    ['their being locked', () => tenant.backend.delete(`/user/${ann.userId}`)],
  ])('ends by %s', async (_, end) => {
    const [anns, bobs] = [await ann.socket(), await bob.socketIn(room_id)]
    await ann.socket()
    await type(anns)
    await end(anns)
    expect(await bobs.next('typing', 2)).toEqual(both())
  })

  it('does not end by the message of another, nor by the end of another socket', async () => {
    const [anns, other, bobs] = [await ann.socket(), await ann.socket(), await bob.socketIn(room_id)]
    await type(anns)
    await bob.send(room_id, 'Hi')
    await other.ask('leave_room', { room_id })
    other.close()
    expect(await heard(bobs, 'typing')).toEqual([typing(true)])
  })

  it('is heard by nobody whom the typist has blocked, neither its beginning nor its end', async () => {
    const carl = await tenant.user()
    await tenant.backend.post(`/room/${room_id}/member`, { user_ids: [carl.userId] })
    await block(ann, bob)
    const [anns, bobs, carls] = [await ann.socket(), await bob.socketIn(room_id), await carl.socketIn(room_id)]
    await type(anns)
    await type(anns, false)
    expect(await carls.next('typing', 2)).toEqual(both())
    expect(await heard(bobs, 'typing')).toEqual([])
  })

  it('is answered and not told in a large room', async () => {
    const others = [await tenant.user(), await tenant.user()].map(({ userId }) => userId)
    await tenant.backend.post(`/room/${room_id}/member`, { user_ids: others })
    const [anns, bobs] = [await ann.socket(), await bob.socketIn(room_id)]
    expect(await type(anns)).toEqual({ ok: true })
    expect(await type(anns, false)).toEqual({ ok: true })
    expect(await heard(bobs, 'typing')).toEqual([])
  })

  it('is refused where nobody may write, and told to nobody', async () => {
    const stranger = await (await tenant.user()).socket()
    const [anns, bobs] = [await ann.socket(), await bob.socketIn(room_id)]
    expect(await type(stranger)).toMatchObject({ error: { code: 'not_a_member' } })
    await tenant.backend.patch(`/room/${room_id}`, { archived: true })
    expect(await type(anns)).toMatchObject({ error: { code: 'room_archived' } })
    expect(await type(anns, true, ann.userId)).toMatchObject({ error: { code: 'room_not_found' } })
    expect(await heard(bobs, 'typing')).toEqual([])
  })

  it('is refused to a member whom the other one of a private room has blocked', async () => {
    const pair = (await ann.rest.post('/room', { type: 'private', member_ids: [bob.userId] })).body.room_id
    const blocking = 'UPDATE tb_user_room SET blocked = true WHERE room_id = $1 AND user_id = $2'
    await rowsOf(service.databaseUrl, blocking, [pair, ann.userId])
    expect(await type(await ann.socket(), true, pair)).toMatchObject({ error: { code: 'blocked', status: 403 } })
    expect(await type(await bob.socket(), true, pair)).toEqual({ ok: true })
  })

  it('is refused at once to who was removed while they were typing', async () => {
    const [anns, bobs] = [await ann.socketIn(room_id), await bob.socketIn(room_id)]
    await type(anns)
    await tenant.backend.delete(`/room/${room_id}/member/${ann.userId}`)
    expect(await type(anns)).toMatchObject({ ok: false, error: { code: 'removed' } })
    expect(await bobs.next('typing', 2)).toEqual(both())
  })

  it('is not heard in another tenant', async () => {
    const foreigner = await (await service.tenant()).user()
    const theirs = await foreigner.socketIn(await foreigner.tenant.room([foreigner]))
    await type(await ann.socket())
    expect(await heard(theirs, 'typing')).toEqual([])
  })

  it('keeps nothing of who is not typing any more', async () => {
    const anns = await ann.socket()
    for (const is_typing of [true, false, true]) await type(anns, is_typing)
    type Kept = Record<'typists' | 'bySocket', Map<string, unknown>>
    const { typists: kept } = service.app.get<{ round: { typists: Kept } }>(TypingService).round
    const mine = () => [...kept.typists.keys()].filter((key) => key.includes(ann.userId))
    expect(mine()).toHaveLength(1)
    await ann.send(room_id, 'Hi')
    expect(mine()).toEqual([])
    expect(kept.bySocket.has(anns.socket.id!)).toBe(false)
  })
})
