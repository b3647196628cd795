/** What a block keeps from happening: writing in private and inviting, by REST and by sockets, whatever is at once. */
import { rowsOf } from '../support/database.js'
import { befriend, take } from '../support/friends.js'
import { problem } from '../support/problems.js'
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'
import type { Answer } from '../support/rest.js'

let service: Service
let tenant: TestTenant
let ann: TestUser
let bob: TestUser

beforeAll(async () => {
  service = await startService()
  tenant = await service.tenant()
})
beforeEach(async () => {
  ann = await tenant.user({ display_name: 'Ann' })
  bob = await tenant.user({ display_name: 'Bob' })
})
afterAll(() => service.stop())

const privateOf = (by: TestUser, other: TestUser): Promise<Answer> =>
  by.rest.post('/room', { type: 'private', member_ids: [other.userId] })
const roomOf = async (by: TestUser, other: TestUser): Promise<string> => (await privateOf(by, other)).body.room_id
const post = (by: TestUser, room: string): Promise<Answer> =>
  by.rest.post(`/room/${room}/message/send`, { text_message: 'Hi' })
const canIn = async (user: TestUser, room: string): Promise<string[]> => (await user.rest.get(`/room/${room}`)).body.can
const blocked = { ok: false, error: { code: 'blocked', status: 403, retryable: false } }

it('a private room: who is blocked reads on, and writes no more; the blocker may', async () => {
  const room_id = await roomOf(ann, bob)
  const { message_id } = await bob.send(room_id, 'before')
  const bobs = await bob.socketIn(room_id)
  await take(ann, bob, 'block')
  expect(await post(bob, room_id)).toMatchObject(problem(403, 'blocked'))
  expect(await bobs.ask('send_message', { room_id, text_message: 'Hi' })).toMatchObject(blocked)
  expect(await bobs.ask('edit_message', { room_id, message_id, text_message: 'Hi' })).toMatchObject(blocked)
  expect(await bobs.ask('delete_message', { room_id, message_id })).toMatchObject({ ok: true })
  expect((await post(ann, room_id)).status).toBe(201)
  expect((await bobs.next('new_message'))[0]).toMatchObject({ seq: 2, sender: { display_name: 'Ann' } })
  expect((await bob.rest.get(`/room/${room_id}/message`)).body.items).toHaveLength(2)
})

it('a private room: who is blocked neither reacts nor pins; what they did before they may take back', async () => {
  const room_id = await roomOf(ann, bob)
  const { message_id } = await ann.send(room_id, 'before')
  const [thumb, heart] = ['👍', '🎉']
  const pathOf = (emoji: string) => `/room/${room_id}/message/${message_id}/reaction/${encodeURIComponent(emoji)}`
  const pin = `/room/${room_id}/message/${message_id}/pin`
  await bob.rest.put(pathOf(thumb))
  await bob.rest.put(pin)
  await take(ann, bob, 'block')
  for (const refused of [
    await bob.rest.put(pathOf(thumb)),
    await bob.rest.put(pathOf(heart)),
    await bob.rest.put(pin),
    await bob.rest.delete(pin),
  ]) {
    expect(refused).toMatchObject(problem(403, 'blocked'))
  }
  const bobs = await bob.socketIn(room_id)
  expect(await bobs.ask('add_reaction', { room_id, message_id, emoji: heart })).toMatchObject(blocked)
  expect(await bobs.ask('pin_message', { room_id, message_id })).toMatchObject(blocked)
  expect([(await bob.rest.delete(pathOf(thumb))).status, (await bob.rest.delete(pathOf(heart))).status]).toEqual([
    204, 204,
  ])
  expect((await ann.rest.put(pathOf(heart))).body).toMatchObject({ pinned: true, reactions: [{ emoji: heart }] })
})

it('what one can is told: in the room and in the list of rooms, at both', async () => {
  const room = await roomOf(ann, bob)
  const before = [await canIn(ann, room), await canIn(bob, room)]
  const barred = ['message.send', 'message.edit', 'message.react', 'message.pin', 'call.signal']
  expect(before[1]).toEqual(expect.arrayContaining(barred))
  await take(ann, bob, 'block')
  const left = before[1]!.filter((action) => !barred.includes(action))
  for (const can of [await canIn(bob, room), (await bob.rest.get('/room')).body.items[0].can]) expect(can).toEqual(left)
  expect(await canIn(ann, room)).toEqual(before[0])
  await take(ann, bob, 'unblock')
  expect(await canIn(bob, room)).toEqual(before[1])
})

it('a block that is undone, and a block by both: each counts for the other one', async () => {
  const room = await roomOf(ann, bob)
  await take(ann, bob, 'block')
  await take(bob, ann, 'block')
  expect([(await post(ann, room)).status, (await post(bob, room)).status]).toEqual([403, 403])
  await take(ann, bob, 'unblock')
  expect([(await post(ann, room)).status, (await post(bob, room)).status]).toEqual([403, 201])
  await take(bob, ann, 'unblock')
  expect((await post(ann, room)).status).toBe(201)
})

it('a room that is made after the block: by the blocker or the backend, and who is blocked may not write', async () => {
  await take(ann, bob, 'block')
  expect(await privateOf(bob, ann)).toMatchObject(problem(403, 'blocked'))
  const room = await tenant.room([bob, ann], { type: 'private' })
  expect(await privateOf(ann, bob)).toMatchObject({ status: 200, body: { room_id: room } })
  expect(await privateOf(bob, ann)).toMatchObject(problem(403, 'blocked'))
  expect([(await post(ann, room)).status, (await post(bob, room)).status]).toEqual([201, 403])
})

it('groups: both go on writing where both are, and who is blocked invites the blocker nowhere', async () => {
  const room = await tenant.room([ann, bob])
  const bobsOwn = await tenant.room([bob])
  await take(ann, bob, 'block')
  expect([(await post(ann, room)).status, (await post(bob, room)).status]).toEqual([201, 201])
  const invite = { user_ids: [ann.userId] }
  expect(await bob.rest.post(`/room/${bobsOwn}/member`, invite)).toMatchObject(problem(403, 'blocked'))
  expect(await bob.rest.post('/room', { member_ids: [ann.userId] })).toMatchObject(problem(403, 'blocked'))
  expect((await bob.rest.get('/room')).body.items).toHaveLength(2)
  expect((await tenant.backend.post(`/room/${bobsOwn}/member`, invite)).status).toBe(201)
  const annsOwn = await tenant.room([ann])
  expect((await ann.rest.post(`/room/${annsOwn}/member`, { user_ids: [bob.userId] })).status).toBe(201)
})

it('a friendship that comes after a block that was undone is one like any other', async () => {
  await take(ann, bob, 'block')
  await take(ann, bob, 'unblock')
  await befriend(ann, bob)
  expect((await post(bob, await roomOf(bob, ann))).status).toBe(201)
})

/** `seq` of the last message of each of the rooms when the block was answered is what it is when all is quiet. */
it('nothing is stored after the block was answered, however many are just sending, on two nodes', async () => {
  const other = await service.another()
  try {
    for (let round = 0; round < 10; round++) {
      const [blocker, sender] = [await tenant.user(), await tenant.user()]
      const room = await roomOf(blocker, sender)
      let isOver = false
      const sendOn = async (by: TestUser): Promise<number[]> => {
        const statuses: number[] = []
        while (!isOver) statuses.push((await post(by, room)).status)
        return statuses
      }
      const sending = [sender, sender, sender.at(other), sender.at(other)].map(sendOn)
      await post(sender, room)
      const { status } = await take(round % 2 ? blocker : blocker.at(other), sender, 'block')
      const seq = await lastSeq(room)
      await Promise.all([post(sender, room), post(sender.at(other), room)])
      isOver = true
      const statuses = (await Promise.all(sending)).flat()
      expect([status, new Set([...statuses, 403])]).toEqual([200, new Set([201, 403])])
      expect(await lastSeq(room)).toBe(seq)
      expect(seq).toBe(1 + statuses.filter((one) => one === 201).length)
    }
  } finally {
    await other.stop()
  }
})

async function lastSeq(room: string): Promise<number> {
  const [row] = await rowsOf<{ last: number }>(
    service.databaseUrl,
    'SELECT max(seq)::int AS last FROM tb_messages WHERE room_id = $1',
    [room],
  )
  return row!.last
}

it('a block and the making of the room at once: whichever is first, who is blocked may not write', async () => {
  for (let round = 0; round < 25; round++) {
    const [blocker, other] = [await tenant.user(), await tenant.user()]
    const [made, ...rest] = await Promise.all([
      privateOf(other, blocker),
      take(blocker, other, 'block'),
      privateOf(blocker, other),
    ])
    expect([200, 201, 403]).toContain(made.status)
    for (const { status } of rest) expect([200, 201]).toContain(status)
    expect(await post(other, await roomOf(blocker, other))).toMatchObject(problem(403, 'blocked'))
  }
})
