/** The right to change is taken away in the very moment when it is used: nothing is changed after that was answered. */
import { rowsOf } from '../support/database.js'
import type { Answer } from '../support/rest.js'
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'

let service: Service
let other: Service
let tenant: TestTenant
let ann: TestUser
let bob: TestUser
let room_id: string
let messages: any[]

const inFlight = 50

beforeAll(async () => {
  service = await startService()
  other = await service.another()
})

beforeEach(async () => {
  tenant = await service.tenant()
  ann = await tenant.user()
  bob = await tenant.user()
  room_id = await tenant.room([ann, bob])
  messages = await Promise.all(Array.from({ length: inFlight }, (_, n) => bob.send(room_id, `${n}`)))
})

afterAll(async () => {
  await other.stop()
  await service.stop()
})

const pathOf = ({ message_id }: any): string => `/room/${room_id}/message/${message_id}`
const stored = () =>
  rowsOf<{ rev: number }>(
    service.databaseUrl,
    'SELECT seq::int, rev::int, content, deleted_at FROM tb_messages WHERE room_id = $1 ORDER BY seq',
    [room_id],
  )
const changed = (rows: { rev: number }[]): number[] => rows.map(({ rev }) => rev).filter((rev) => rev > 0)
const lastRev = async (): Promise<number> => (await tenant.backend.get(`/room/${room_id}`)).body.last_rev

const edit = ({ rest }: TestUser, message: any) => rest.patch(pathOf(message), { text_message: 'edited' })
const react = ({ rest }: TestUser, message: any) => rest.put(`${pathOf(message)}/reaction/${encodeURIComponent('👍')}`)
const remove = ({ rest }: TestUser, message: any) => rest.delete(pathOf(message))

const events = new Map([
  [edit, 'message_updated'],
  [remove, 'message_deleted'],
  [react, 'reaction_added'],
])

type End = () => Promise<{ status: number }>

/** As many changes on their way at this node; as soon as some are done, the end of them at the first node. */
async function race(node: Service, by: TestUser, change: typeof edit, end: End): Promise<void> {
  const listener = await ann.at(node).socketIn(room_id)
  const landed = Promise.all(messages.map((message) => change(by.at(node), message)))
  await listener.next(events.get(change)!, 5)
  expect((await end()).status).toBeLessThan(300)
  const then = await stored()
  const answers: Answer[] = await landed
  expect(await stored()).toEqual(then)

  const revs = changed(then).sort((a, b) => a - b)
  expect(revs).toEqual(revs.map((_, index) => index + 1))
  expect(await lastRev()).toBe(revs.length)
  const done = answers.filter(({ status }) => status < 300)
  expect(done).toHaveLength(revs.length)
  const refusals = ['removed', 'not_a_member', 'user_locked', 'room_archived', 'forbidden']
  for (const { status, body } of answers) if (status >= 300) expect(refusals).toContain(body.code)
}

const nodes: [string, () => Service][] = [
  ['the same node', () => service],
  ['another node', () => other],
]

const author: [string, End][] = [
  ['is removed', () => ann.rest.delete(`/room/${room_id}/member/${bob.userId}`)],
  ['leaves', () => bob.rest.post(`/room/${room_id}/leave`)],
  ['is locked', () => tenant.backend.patch(`/user/${bob.userId}`, { status: 'not_active' })],
]

describe.each(nodes)(`${inFlight} changes in flight at %s`, (_, node) => {
  it.each(author)('edits, when the author %s', (_, end) => race(node(), bob, edit, end))
  it.each(author)('deletions, when the author %s', (_, end) => race(node(), bob, remove, end))
  it.each(author)('reactions, when who reacts %s', (_, end) => race(node(), bob, react, end))

  it('edits, when the room is archived', () =>
    race(node(), bob, edit, () => ann.rest.patch(`/room/${room_id}`, { archived: true })))

  it('reactions, when the room is archived', () =>
    race(node(), bob, react, () => ann.rest.patch(`/room/${room_id}`, { archived: true })))

  it('deletions by a moderator of the tenant, who becomes a user', async () => {
    const moderator = await tenant.user({ role: 'moderator' })
    const demote = () => tenant.backend.patch(`/user/${moderator.userId}`, { role: 'user' })
    await race(node(), moderator, remove, demote)
  })

  it('deletions by a moderator of the room, who is removed', async () => {
    const moderator = await tenant.user()
    await ann.rest.post(`/room/${room_id}/member`, { user_ids: [moderator.userId], room_role: 'moderator' })
    await race(node(), moderator, remove, () => ann.rest.delete(`/room/${room_id}/member/${moderator.userId}`))
  })

  it('edits, when the room is deleted: all are answered, and nothing is left', async () => {
    const landed = Promise.all(messages.map((message) => edit(bob.at(node()), message)))
    expect((await ann.rest.delete(`/room/${room_id}`)).status).toBe(204)
    for (const { status, body } of await landed) {
      if (status !== 200) expect(['room_not_found', 'message_not_found']).toContain(body.code)
    }
    expect(await stored()).toEqual([])
  })
})
