/** `/ws/{room_id}/{user_id}` (seed 003). */
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'
import type { PlainSocket } from '../support/plain.js'

let service: Service
let tenant: TestTenant
let ann: TestUser
let bob: TestUser
let room_id: string

beforeAll(async () => {
  service = await startService()
  tenant = await service.tenant()
  ;[ann, bob] = await Promise.all([tenant.user({ display_name: 'Ann' }), tenant.user({ display_name: 'Bob' })])
})
beforeEach(async () => {
  room_id = await tenant.room([ann, bob])
})
afterAll(() => service.stop())

const open = (user: TestUser, query = ''): Promise<PlainSocket> => user.plain(`/ws/${room_id}/${user.userId}${query}`)

const isType = (type: string) => (frame: any) => frame.type === type

describe('a message', () => {
  it('comes to everybody in the shape of the seed, its sender too', async () => {
    const [anns, bobs] = [await open(ann), await open(bob)]
    anns.send({ type: 'send_message', data: { content: 'Hello' } })
    const [heard] = await bobs.next(isType('new_message'))
    expect(heard).toEqual({
      type: 'new_message',
      data: {
        message_id: expect.any(String),
        seq: 1,
        room_id,
        user_id: ann.userId,
        username: 'Ann',
        content: 'Hello',
        file_url: null,
        created_at: expect.any(String),
      },
    })
    expect(await anns.next(isType('new_message'))).toEqual([heard])
  })

  it('sent again is told once, and once more to its sender alone', async () => {
    const [anns, bobs] = [await open(ann), await open(bob)]
    const data = { content: 'Once', client_message_id: 'mine' }
    anns.send({ type: 'send_message', data })
    anns.send({ type: 'send_message', data })
    const [first, again] = await anns.next(isType('new_message'), 2)
    expect(again).toEqual(first)
    expect(first.data).toMatchObject({ seq: 1, client_message_id: 'mine' })
    anns.send({ type: 'send_message', data: { content: 'Two' } })
    expect((await bobs.next(isType('new_message'), 2)).map(({ data: { seq } }) => seq)).toEqual([1, 2])
  })

  it('that was missed comes first, and nothing twice', async () => {
    for (const text of ['one', 'two', 'three']) await ann.send(room_id, text)
    const bobs = await open(bob, '?after_seq=1')
    await ann.send(room_id, 'four')
    expect((await bobs.next(isType('new_message'), 3)).map(({ data: { seq } }) => seq)).toEqual([2, 3, 4])
  })
})

it('tells reactions and who types', async () => {
  const { message_id } = await ann.send(room_id, 'React')
  const [anns, bobs] = [await open(ann), await open(bob)]
  bobs.send({ type: 'reaction', data: { message_id, emoji: '👍' } })
  expect(await anns.next(isType('reaction'))).toEqual([
    { type: 'reaction', data: { message_id, user_id: bob.userId, emoji: '👍' } },
  ])
  bobs.send({ type: 'typing', data: {} })
  expect(await anns.next(isType('typing'))).toEqual([
    { type: 'typing', data: { user_id: bob.userId, username: 'Bob', is_typing: true } },
  ])
})

it('answers what cannot be done by an error, and lives on', async () => {
  const anns = await open(ann)
  const bad = [
    'no JSON',
    '[]',
    '"x"',
    '{"type":"constructor","data":{}}',
    '{"type":"send_message","data":{"content":""}}',
  ]
  for (const frame of bad) anns.send(frame)
  const errors = await anns.next(isType('error'), bad.length)
  expect(errors.map(({ data }) => data.code)).toEqual([
    'malformed_json',
    'bad_request',
    'bad_request',
    'unknown_event',
    'validation_failed',
  ])
  anns.send({ type: 'send_message', data: { content: 'Still here' } })
  await anns.next(isType('new_message'))
})

it('sends several frames in one to who asks for that', async () => {
  const bobs = await open(bob, '?batch=true')
  await Promise.all(['one', 'two', 'three'].map((text) => ann.send(room_id, text)))
  await bobs.next((frame) => Array.isArray(frame))
  const seqs = () => bobs.frames.flat().map(({ data: { seq } }) => seq)
  await bobs.next(() => seqs().length === 3)
  expect(seqs()).toEqual([1, 2, 3])
})

describe('is refused', () => {
  it('404 to who may not know of the room', async () => {
    const other = await tenant.room([ann], { access: 'invite' })
    await expect(bob.plain(`/ws/${other}/${bob.userId}`)).rejects.toMatchObject({ status: 404 })
  })
  it('403 in another’s name', async () => {
    await expect(bob.plain(`/ws/${room_id}/${ann.userId}`)).rejects.toMatchObject({ status: 403 })
  })
  it('401 without a credential', async () => {
    await expect(service.plain(`/ws/${room_id}/${ann.userId}`)).rejects.toMatchObject({ status: 401 })
  })
  it('by a close code, to a browser', async () => {
    const socket = await service.plain(`/ws/${room_id}/${ann.userId}`, { origin: 'https://app.example' })
    expect(await socket.closed).toEqual([4401, 'credentials_missing'])
  })
})

it('ends when its user is removed, and when the room is deleted', async () => {
  const [anns, bobs] = [await open(ann), await open(bob)]
  await tenant.backend.delete(`/room/${room_id}/member/${bob.userId}`)
  expect((await bobs.closed)[0]).toBe(4403)
  await tenant.backend.delete(`/room/${room_id}`)
  expect((await anns.closed)[0]).toBe(4404)
})
