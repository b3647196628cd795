/** `call_signal`: from one of a private room to the other one, and to nobody else. */
import { take } from '../support/friends.js'
import { isEvent } from '../support/plain.js'
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'

let service: Service
let tenant: TestTenant
let ann: TestUser
let bob: TestUser
let carl: TestUser
let room_id: string

beforeAll(async () => {
  service = await startService()
  tenant = await service.tenant()
})
beforeEach(async () => {
  ;[ann, bob, carl] = (await Promise.all([0, 1, 2].map(() => tenant.user()))) as [TestUser, TestUser, TestUser]
  room_id = await tenant.room([ann, bob], { type: 'private' })
})
afterAll(() => service.stop())

const offer = { kind: 'offer', data: { type: 'offer', sdp: 'v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\n' } }

it('comes to every socket of the other one, joined or not, in its dialect, and to nobody else', async () => {
  const [anns, tab, bobs] = [await ann.socket(), await ann.socketIn(room_id), await bob.socket()]
  const [plain, carls] = [await bob.plain('/chat/ws'), await carl.socket()]
  expect(await anns.ask('call_signal', { room_id, ...offer })).toEqual({ ok: true })
  expect(await bobs.next('call_signal')).toEqual([{ room_id, user_id: ann.userId, ...offer }])
  expect(await plain.next(isEvent('call_signal'))).toEqual([
    { event: 'call_signal', data: { roomId: room_id, userId: ann.userId, ...offer } },
  ])
  plain.send({ event: 'call_signal', data: { roomId: room_id, kind: 'hangup' } })
  const hungUp = [{ room_id, user_id: bob.userId, kind: 'hangup', data: null }]
  for (const socket of [anns, tab]) expect(await socket.next('call_signal')).toEqual(hungUp)
  await carls.ask('leave_room', { room_id })
  expect(carls.payloads('call_signal')).toEqual([])
  expect(bobs.payloads('call_signal')).toHaveLength(1)
})

it('is kept nowhere: a room has no message by it', async () => {
  await (await ann.socket()).ask('call_signal', { room_id, ...offer })
  expect((await ann.rest.get(`/room/${room_id}/message`)).body.items).toEqual([])
})

it('takes any JSON of up to 64 KiB', async () => {
  const [anns, bobs] = [await ann.socket(), await bob.socket()]
  const data = 'x'.repeat(64 * 1024 - 2)
  expect(await anns.ask('call_signal', { room_id, kind: 'candidate', data })).toEqual({ ok: true })
  expect(await bobs.next('call_signal')).toMatchObject([{ data }])
  const tooLong = { room_id, kind: 'candidate', data: `${data}x` }
  expect(await anns.ask('call_signal', tooLong)).toMatchObject({ error: { errors: [{ field: 'data' }] } })
})

describe('is refused', () => {
  it.each([
    ['of another kind', { kind: 'ring' }, 'kind'],
    ['with what is no field', { kind: 'offer', to: 'bob' }, 'to'],
  ])('%s', async (_, input, field) => {
    const answer = await (await ann.socket()).ask('call_signal', { room_id, ...input })
    expect(answer).toMatchObject({ ok: false, error: { status: 400, errors: [{ field }] } })
  })

  it('in a room of more than two', async () => {
    const group = await tenant.room([ann, bob])
    const bobs = await bob.socket()
    const answer = await (await ann.socket()).ask('call_signal', { room_id: group, ...offer })
    expect(answer).toMatchObject({ ok: false, error: { status: 403, code: 'forbidden' } })
    expect(bobs.payloads('call_signal')).toEqual([])
  })

  it('to whom the other one has blocked', async () => {
    await take(bob, ann, 'block')
    const bobs = await bob.socket()
    const answer = await (await ann.socket()).ask('call_signal', { room_id, ...offer })
    expect(answer).toMatchObject({ ok: false, error: { status: 403, code: 'blocked' } })
    await bobs.ask('leave_room', { room_id })
    expect(bobs.payloads('call_signal')).toEqual([])
  })

  it('to a third person, as in a room that never was', async () => {
    const answer = await (await carl.socket()).ask('call_signal', { room_id, ...offer })
    expect(answer).toMatchObject({ ok: false, error: { status: 404, code: 'room_not_found' } })
  })
})
