/** What people hear of their friendships, each in their own eyes, on every socket of theirs. */
import { ask, befriend, remove, take } from '../support/friends.js'
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'
import type { TestSocket } from '../support/sockets.js'

let service: Service
let tenant: TestTenant
let ann: TestUser
let bob: TestUser
let anns: TestSocket
let bobs: TestSocket

beforeAll(async () => {
  service = await startService()
  tenant = await service.tenant()
})
beforeEach(async () => {
  ann = await tenant.user({ display_name: 'Ann' })
  bob = await tenant.user({ display_name: 'Bob' })
})
afterAll(() => service.stop())

async function listen(): Promise<void> {
  anns = await ann.socket()
  bobs = await bob.socket()
}

/** All that both heard of friendships until now: what is told later than this is told after it. */
async function heard(): Promise<Record<'ann' | 'bob', any[]>> {
  const carol = await tenant.user({ display_name: 'Carol' })
  for (const user of [ann, bob]) await ask(carol, user)
  const of = async (socket: TestSocket): Promise<any[]> => {
    const isLast = ({ display_name }: any) => display_name === 'Carol'
    for (let count = 1; !socket.payloads('friendship').some(isLast); count++) await socket.next('friendship', count)
    return socket.payloads('friendship').filter((friend) => !isLast(friend))
  }
  return { ann: await of(anns), bob: await of(bobs) }
}

const view = (other: TestUser, display_name: string, status: string, by: TestUser | null) => ({
  user_id: other.userId,
  status,
  requested_by: by?.userId ?? null,
  display_name,
  img_url: null,
  created_at: by ? expect.stringMatching(/Z$/) : null,
})
const toBoth = (status: string, by: TestUser | null) => ({
  ann: [view(bob, 'Bob', status, by)],
  bob: [view(ann, 'Ann', status, by)],
})

it('a request is told to both', async () => {
  await listen()
  await ask(ann, bob)
  await ask(ann, bob)
  expect(await heard()).toEqual(toBoth('pending', ann))
})

it('so is a friendship, by agreeing and by asking', async () => {
  await ask(ann, bob)
  await listen()
  await take(bob, ann, 'accept')
  await take(bob, ann, 'accept')
  expect(await heard()).toEqual(toBoth('accepted', ann))
})

it.each([
  ['a refusal', () => ask(ann, bob), () => take(bob, ann, 'refuse')],
  ['a request that is taken back', () => ask(ann, bob), () => remove(ann, bob)],
  ['the end of a friendship', () => befriend(ann, bob), () => remove(bob, ann)],
])('so is %s', async (_, before, end) => {
  await before()
  await listen()
  await end()
  expect(await heard()).toEqual(toBoth('none', null))
})

it('who is blocked hears only that the friendship is no more', async () => {
  await befriend(ann, bob)
  await listen()
  await take(ann, bob, 'block')
  expect(await heard()).toEqual({ ...toBoth('none', null), ann: [view(bob, 'Bob', 'blocked', ann)] })
})

it('and of a block without a friendship, or of its end, nothing at all', async () => {
  await listen()
  await take(ann, bob, 'block')
  await take(ann, bob, 'unblock')
  expect(await heard()).toEqual({ ann: [view(bob, 'Bob', 'blocked', ann), view(bob, 'Bob', 'none', null)], bob: [] })
})

it('two who block each other hear nothing of each other', async () => {
  await listen()
  await Promise.all([take(ann, bob, 'block'), take(bob, ann, 'block')])
  expect(await heard()).toEqual({ ann: [view(bob, 'Bob', 'blocked', ann)], bob: [view(ann, 'Ann', 'blocked', bob)] })
})
