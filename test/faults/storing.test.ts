/** Several lanes on one database, as of several nodes: each has a connection of its own. */
import { v7 as uuid } from 'uuid'
import { Database } from '../../src/infra/database/database.js'
import type { NewMessage } from '../../src/messages/entries.js'
import { MessagesRepository } from '../../src/messages/messages.repository.js'
import { MembersRepository } from '../../src/rooms/members.repository.js'
import { RoomsRepository } from '../../src/rooms/rooms.repository.js'
import { UsersRepository } from '../../src/users/users.repository.js'
import { rowsOf } from '../support/database.js'
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'

let service: Service
let database: Database
let messages: MessagesRepository
let tenant: TestTenant
let ann: TestUser
let bob: TestUser

beforeAll(async () => {
  service = await startService()
  database = service.app.get(Database)
  messages = service.app.get(MessagesRepository)
  tenant = await service.tenant()
  ann = await tenant.user({ display_name: 'Ann' })
  bob = await tenant.user()
})

afterAll(() => service.stop())

const message = (roomId: string, sender: TestUser | null, more: Partial<NewMessage> = {}): NewMessage => ({
  kind: 'message',
  tenantId: tenant.tenantId,
  roomId,
  senderId: sender?.userId ?? null,
  messageId: uuid(),
  text: 'Hi',
  fileUrl: null,
  clientMessageId: null,
  replyTo: null,
  mentions: [],
  metadata: null,
  crowd: false,
  paceS: 0,
  ...more,
})

interface Row {
  seq: number
  message_id: string
  user_id: string
}

const storedIn = (roomId: string): Promise<Row[]> =>
  rowsOf(service.databaseUrl, 'SELECT seq::int, message_id, user_id FROM tb_messages WHERE room_id = $1 ORDER BY seq', [
    roomId,
  ])

const oneTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1)

describe('many at once', () => {
  it('are stored but for those that may not be, each numbered in its room', async () => {
    const [here, there, archived] = [await tenant.room([ann]), await tenant.room([ann, bob]), await tenant.room([ann])]
    await ann.rest.patch(`/room/${archived}`, { archived: true })
    const [first, second] = [await ann.send(here, 'first'), await ann.send(there, 'second')]
    await messages.append([
      message(there, null, { clientMessageId: 'mine' }),
      message(there, ann, { clientMessageId: 'mine' }),
    ])
    const rows = await messages.append([
      message(here, ann, { mentions: [ann.userId, bob.userId], metadata: { a: ['"', '\\'] }, text: '{"\\' }),
      message(here, bob),
      message(there, bob, { clientMessageId: 'mine' }),
      message(there, ann, { clientMessageId: 'mine' }),
      message(there, null, { clientMessageId: 'mine' }),
      message(there, null, { clientMessageId: 'another' }),
      message(here, ann, { replyTo: first.message_id }),
      message(here, ann, { replyTo: second.message_id }),
      message(archived, ann),
      message(uuid(), ann),
      message(there, ann, { tenantId: (await service.tenant()).tenantId }),
      message(there, null),
    ])
    expect(rows.map((row) => row?.seq ?? null)).toEqual([2, null, 4, null, null, 5, 3, null, null, null, null, 6])
    expect(rows.map((row) => row?.sender_name)).toMatchObject({ 0: 'Ann', 5: null })
    const { body } = await ann.rest.get(`/room/${here}/message/${rows[0]!.message_id}`)
    expect(body).toMatchObject({
      text_message: '{"\\',
      metadata: { a: ['"', '\\'] },
      mentions: [ann.userId, bob.userId],
    })
  })

  it('of four lanes in the same rooms: no gap, and those of one batch in their order', async () => {
    const rooms = await Promise.all(oneTo(5).map(() => tenant.room([ann, bob])))
    const batches: string[][] = []
    const lane = async (sender: TestUser): Promise<void> => {
      for (let round = 0; round < 60; round++) {
        const batch = oneTo(20).map((n) => message(rooms[(n * (round + 1)) % 5]!, n % 2 ? sender : null))
        const stored = await messages.append(batch)
        batches.push(stored.flatMap((row) => row?.message_id ?? []))
      }
    }
    await Promise.all([ann, bob, ann, bob].map(lane))
    const seqs = new Map<string, number>()
    for (const room of rooms) {
      const rows = await storedIn(room)
      expect(rows.map(({ seq }) => seq)).toEqual(oneTo(rows.length))
      for (const { message_id, seq } of rows) seqs.set(message_id, seq)
    }
    expect(batches.flat().length).toBe(seqs.size)
    expect(seqs.size).toBeGreaterThan(0)
  })
})

const of = (roomId: string): [string, string, string] => [tenant.tenantId, roomId, bob.userId]

const rounds = 70

const storedBy = 'SELECT FROM tb_messages WHERE room_id = $1 AND user_id = $2'

/** What ends that Bob may send, and what lets him again. */
const ends: Record<string, [end: (roomId: string) => Promise<unknown>, again: (roomId: string) => Promise<unknown>]> = {
  removed: [
    (roomId) => service.app.get(MembersRepository).drop(...of(roomId), true),
    (roomId) => service.app.get(MembersRepository).add(tenant.tenantId, roomId, [bob.userId], async () => undefined),
  ],
  locked: [
    () => service.app.get(UsersRepository).update(tenant.tenantId, bob.userId, { flag_delete: 'not_active' }),
    () => service.app.get(UsersRepository).update(tenant.tenantId, bob.userId, { flag_delete: 'active' }),
  ],
  'in an archived room': [
    (roomId) => service.app.get(RoomsRepository).update(tenant.tenantId, roomId, { archived: true }),
    (roomId) => service.app.get(RoomsRepository).update(tenant.tenantId, roomId, { archived: false }),
  ],
}

describe(`${rounds} times, while many and single ones are stored`, () => {
  it.each(Object.entries(ends))(
    'who is %s has nothing stored after that was answered',
    async (_, [end, again]) => {
      const roomId = await tenant.room([ann, bob])
      const others = await Promise.all(oneTo(200).map(() => tenant.room([ann])))
      /** Asked at once, on a connection that is there: what was not committed when the end was answered must not count. */
      const ofBob = async (): Promise<number> =>
        (await database.of(tenant.tenantId).query<Row>(storedBy, [roomId, bob.userId])).length
      let before = 0
      let storing = true
      /** Bob's room comes last: much is read between the beginning of the statement and its lock. */
      const lane = async (): Promise<void> => {
        while (storing) await messages.append([...others.map((other) => message(other, ann)), message(roomId, bob)])
      }
      const turns = async (): Promise<void> => {
        while (storing) await messages.appendOne(message(roomId, bob), 'in turn')
      }
      for (let round = 0; round < rounds; round++) {
        storing = true
        const lanes = [lane(), turns()]
        await messages.appendOne(message(roomId, bob), 'in turn')
        await end(roomId)
        const then = await ofBob()
        expect(then).toBeGreaterThan(before)
        await messages.append([message(roomId, bob), message(roomId, bob)])
        storing = false
        await Promise.all(lanes)
        expect(await ofBob()).toBe(then)
        before = then
        await again(roomId)
      }
      const rows = await storedIn(roomId)
      expect(rows.map(({ seq }) => seq)).toEqual(oneTo(rows.length))
    },
    120_000,
  )
})
