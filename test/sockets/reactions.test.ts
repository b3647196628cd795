/** Reactions of many at once: each once, counted one by one in the order of `rev`, whoever reacts at which node. */
import { Client } from 'pg'
import { Heads } from '../../src/gateway/heads.js'
import { rowsOf } from '../support/database.js'
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'
import type { TestSocket } from '../support/sockets.js'
import { until } from '../support/until.js'

const crowd = 50

let service: Service
let other: Service
let tenant: TestTenant
let people: TestUser[]
let ann: TestUser
let bob: TestUser
let room_id: string
let message_id: string

beforeAll(async () => {
  service = await startService()
  other = await service.another()
  tenant = await service.tenant()
  people = await Promise.all(oneTo(crowd).map(() => tenant.user()))
  ;[ann, bob] = people as [TestUser, TestUser]
})

beforeEach(async () => {
  room_id = await tenant.room(people)
  message_id = (await ann.send(room_id, 'Who comes?')).message_id
})

afterAll(async () => {
  await other.stop()
  await service.stop()
})

const oneTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1)

const pathOf = (emoji: string, id = message_id): string =>
  `/room/${room_id}/message/${id}/reaction/${encodeURIComponent(emoji)}`
const react = async ({ rest }: TestUser, emoji: string, id?: string): Promise<any> => {
  const { status, body } = await rest.put(pathOf(emoji, id))
  expect({ status, body }).toMatchObject({ status: 200 })
  return body
}
const unreact = async ({ rest }: TestUser, emoji: string, id?: string): Promise<void> =>
  expect(await rest.delete(pathOf(emoji, id))).toMatchObject({ status: 204 })

const shown = async (): Promise<any> => (await tenant.backend.get(`/room/${room_id}/message/${message_id}`)).body
const lastRev = async (): Promise<number> => (await ann.rest.get(`/room/${room_id}`)).body.last_rev
const stored = () =>
  rowsOf<{ user_id: string; emoji: string }>(
    service.databaseUrl,
    'SELECT user_id, emoji FROM tb_reaction WHERE message_id = $1',
    [message_id],
  )

type Count = { emoji: string; count: number }

/** As a client counts by what it is told: an emoji that nobody uses any more is gone. */
function countedBy(socket: TestSocket): Count[] {
  let counts: Count[] = []
  for (const [event, { message, emoji, count }] of socket.heard) {
    if (event === 'message_updated') counts = message.reactions
    if (event === 'reaction_added' && count === 1) counts = [...counts, { emoji, count }]
    else if (event.startsWith('reaction_')) counts = counts.map((one) => (one.emoji === emoji ? { emoji, count } : one))
    counts = counts.filter((one) => one.count > 0)
  }
  return counts
}

const revs = (socket: TestSocket): number[] =>
  socket.heard.flatMap(([event, payload]) => {
    if (event === 'message_updated') return [payload.message.rev]
    return event.startsWith('reaction_') ? [payload.rev] : []
  })
const heardRev = (socket: TestSocket, rev: number) => until(() => revs(socket).at(-1) === rev, `rev ${rev}`)

const plain = (reactions: any[]): Count[] => reactions.map(({ emoji, count }) => ({ emoji, count }))

describe('at one node', () => {
  it(`${crowd} people with one emoji at once: 1, 2, 3 … for all alike`, async () => {
    const [anns, bobs] = await Promise.all([ann, bob].map((user) => user.socketIn(room_id)))
    const answers = await Promise.all(
      people.map(async (user, n) => {
        if (n % 2) return react(user, '👍')
        return (await (await user.socket()).ask('add_reaction', { room_id, message_id, emoji: '👍' })).message
      }),
    )
    for (const { reactions } of answers) expect(reactions).toMatchObject([{ emoji: '👍', mine: true }])
    expect(await shown()).toMatchObject({ rev: crowd, reactions: [{ emoji: '👍', count: crowd }] })
    for (const socket of [anns!, bobs!]) {
      const told = await socket.next('reaction_added', crowd)
      expect(told.map(({ rev, count }) => [rev, count])).toEqual(oneTo(crowd).map((n) => [n, n]))
      expect(new Set(told.map(({ user_id }) => user_id))).toEqual(new Set(people.map(({ userId }) => userId)))
    }
  })

  it(`one person ${crowd} times with one emoji at once, by REST and by sockets: it is one reaction`, async () => {
    const [anns, bobs] = await Promise.all([ann, bob].map((user) => user.socketIn(room_id)))
    const answers = await Promise.all(
      oneTo(crowd).map(async (n) =>
        n % 2 ? react(bob, '👍') : (await bobs!.ask('add_reaction', { room_id, message_id, emoji: '👍' })).message,
      ),
    )
    for (const answer of answers) expect(answer).toEqual(answers[0])
    expect(await stored()).toEqual([{ user_id: bob.userId, emoji: '👍' }])
    await ann.send(room_id, 'after that')
    await anns!.next('new_message')
    expect(revs(anns!)).toEqual([1])
  })

  it('many people, many emoji, added and taken back at once: what is told makes up what is there', async () => {
    const emoji = ['👍', '❤️', '🎉', '🇩🇪']
    const socket = await bob.socketIn(room_id)
    const deeds = people.slice(0, 20).flatMap((user, n) =>
      oneTo(8).map((step) => {
        const one = emoji[(n + step) % emoji.length]!
        return step % 3 ? () => react(user, one) : () => unreact(user, one)
      }),
    )
    await Promise.all(deeds.map((deed) => deed()))
    const last = await lastRev()
    await heardRev(socket, last)
    const { reactions, rev } = await shown()
    expect([countedBy(socket), rev]).toEqual([plain(reactions), last])
    expect(revs(socket)).toEqual([...new Set(revs(socket))].sort((a, b) => a - b))
    const rows = await stored()
    for (const { emoji, count } of reactions) expect(rows.filter((row) => row.emoji === emoji)).toHaveLength(count)
    expect(rows).toHaveLength(reactions.reduce((sum: number, { count }: Count) => sum + count, 0))
  })

  it('60 emoji at once: 50 are taken, and the others told why not', async () => {
    const emoji = oneTo(60).map((n) => String.fromCodePoint(0x1f5ff + n))
    const answers = await Promise.all(emoji.map((one, n) => people[n % crowd]!.rest.put(pathOf(one))))
    const refused = answers.filter(({ status }) => status !== 200)
    expect(refused.map(({ body }) => body.code)).toEqual(Array(10).fill('too_many_reactions'))
    expect((await shown()).reactions).toHaveLength(50)
    expect([await lastRev(), (await stored()).length]).toEqual([50, 50])
  })

  it('reactions, edits and the deletion at once: nobody’s reaction is left, and no rev is spent twice', async () => {
    const socket = await bob.socketIn(room_id)
    const path = `/room/${room_id}/message/${message_id}`
    const reactions = people.map((user) => user.rest.put(pathOf('👍')))
    const edits = oneTo(5).map((n) => ann.rest.patch(path, { text_message: `edit ${n}` }))
    const deletion = ann.rest.delete(path)
    for (const { status, body } of await Promise.all([...reactions, ...edits])) {
      if (status !== 200) expect(body.code).toBe('message_deleted')
    }
    expect((await deletion).status).toBe(204)
    expect(await shown()).toMatchObject({ reactions: [], rev: await lastRev(), text_message: null })
    expect(await stored()).toEqual([])
    await heardRevOfDeletion(socket)
  })

  const heardRevOfDeletion = async (socket: TestSocket) =>
    expect(await socket.next('message_deleted')).toMatchObject([{ rev: await lastRev() }])
})

describe('at two nodes on one database', () => {
  const glance = () => Promise.all([service, other].map(({ app }) => app.get(Heads).glance()))

  it(`${crowd} people, each at both nodes at once: each counts once`, async () => {
    const sockets = await Promise.all([ann, bob.at(other)].map((user) => user.socketIn(room_id)))
    const both = people.flatMap((user) => [react(user, '👍'), react(user.at(other), '👍')])
    await Promise.all(both)
    expect(await shown()).toMatchObject({ rev: crowd, reactions: [{ emoji: '👍', count: crowd }] })
    expect([await lastRev(), (await stored()).length]).toEqual([crowd, crowd])
    await glance()
    for (const socket of sockets) {
      await heardRev(socket, crowd)
      expect(countedBy(socket)).toEqual([{ emoji: '👍', count: crowd }])
    }
  })

  it('added here and taken back there: what is told at either node makes up what is there', async () => {
    const sockets = await Promise.all([ann, bob.at(other)].map((user) => user.socketIn(room_id)))
    const deeds = people.flatMap((user, n) => [
      react(user, n % 2 ? '👍' : '🎉'),
      unreact(user.at(other), n % 3 ? '👍' : '🎉'),
    ])
    await Promise.all(deeds)
    await glance()
    const { reactions, rev } = await shown()
    for (const socket of sockets) {
      await heardRev(socket, rev)
      expect(countedBy(socket)).toEqual(plain(reactions))
    }
    expect(await stored()).toHaveLength(reactions.reduce((sum: number, { count }: Count) => sum + count, 0))
  })
})

describe('when another node holds the message', () => {
  /** What the other does in a transaction that is over when it is released. */
  async function held(statement: string): Promise<() => Promise<void>> {
    const client = new Client({ connectionString: service.databaseUrl })
    await client.connect()
    await client.query('BEGIN')
    await client.query(`SELECT FROM tb_chat_rooms WHERE chat_room_id = '${room_id}' FOR NO KEY UPDATE`)
    await client.query(statement)
    return async () => {
      await until(isWaiting, 'somebody to wait')
      await client.query('COMMIT')
      await client.end()
    }
  }
  const waiting = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`
  const isWaiting = async () => (await rowsOf(service.databaseUrl, waiting)).length > 0

  const theirs = (emoji: string, user: TestUser): string => `
    WITH added AS (
      INSERT INTO tb_reaction (tenant_id, reaction_id, message_id, user_id, emoji)
      VALUES ('${tenant.tenantId}', gen_random_uuid(), '${message_id}', '${user.userId}', '${emoji}')),
    room AS (UPDATE tb_chat_rooms SET last_rev = 1 WHERE chat_room_id = '${room_id}')
    UPDATE tb_messages SET rev = 1, reactions = '[{"emoji": "${emoji}", "count": 1}]' WHERE message_id = '${message_id}'`

  it('counts what the other stored meanwhile', async () => {
    const release = await held(theirs('👍', bob))
    const mine = react(ann, '👍')
    await release()
    expect(await mine).toMatchObject({ rev: 2, reactions: [{ emoji: '👍', count: 2, mine: true }] })
  })

  it('does not store again what the other stored of the same person', async () => {
    const release = await held(theirs('👍', bob))
    const mine = react(bob, '👍')
    await release()
    expect(await mine).toMatchObject({ rev: 1, reactions: [{ emoji: '👍', count: 1, mine: true }] })
    expect([await lastRev(), (await stored()).length]).toEqual([1, 1])
  })

  it('deletes with the message what the other stored meanwhile', async () => {
    const release = await held(theirs('👍', bob))
    const deletion = ann.rest.delete(`/room/${room_id}/message/${message_id}`)
    await release()
    expect((await deletion).status).toBe(204)
    expect([await stored(), (await shown()).reactions]).toEqual([[], []])
  })

  it.each([
    [
      'removes who reacts',
      () => `DELETE FROM tb_user_room WHERE room_id = '${room_id}' AND user_id = '${bob.userId}'`,
      'not_a_member',
    ],
    [
      'archives the room',
      () => `UPDATE tb_chat_rooms SET archived = true WHERE chat_room_id = '${room_id}'`,
      'room_archived',
    ],
  ])('%s: nothing is stored after it did', async (_, statement, code) => {
    const release = await held(statement())
    const reaction = bob.rest.put(pathOf('👍'))
    await release()
    expect(await reaction).toMatchObject({ status: 403, body: { code } })
    expect([await stored(), await lastRev()]).toEqual([[], 0])
  })
})
