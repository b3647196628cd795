/** Many rooms are found behind at once, as after a long time without Redis: all are told, and nobody waits for it. */
import { MessageLog } from '../../src/contract/ports.js'
import { Healing } from '../../src/gateway/healing.js'
import { hands } from '../../src/gateway/reading.js'
import { storeMessages } from '../support/log.js'
import { startService, type Service, type TestUser } from '../support/service.js'
import type { TestSocket } from '../support/sockets.js'

const [people, roomsEach, behind] = [10, 100, 50]

let service: Service
let ann: TestUser
let room_id: string
let rooms: string[][]
let sockets: TestSocket[]

beforeAll(async () => {
  service = await startService()
  const tenant = await service.tenant()
  const users = await Promise.all(Array.from({ length: people }, () => tenant.user()))
  ann = users[0]!
  room_id = await tenant.room([ann])
  const roomsOf = (user: TestUser) => Promise.all(Array.from({ length: roomsEach }, () => tenant.room([user])))
  rooms = []
  for (const user of users) rooms.push(await roomsOf(user))
  sockets = await Promise.all(users.map((user) => user.socket()))
  const places = (n: number) => ({ rooms: rooms[n]!.map((id) => ({ room_id: id })) })
  for (const [n, socket] of sockets.entries()) {
    expect(await socket.ask('sync_rooms', places(n))).toMatchObject({ ok: true })
  }
}, 120_000)
afterAll(() => service.stop())
afterEach(() => jest.restoreAllMocks())

/** The most that were under way at a time. */
function mostAtOnce(log: MessageLog): () => number {
  const after = log.after.bind(log)
  let [now, most] = [0, 0]
  jest.spyOn(log, 'after').mockImplementation(async (...asked) => {
    most = Math.max(most, ++now)
    return after(...asked).finally(() => now--)
  })
  return () => most
}

it('few are read at a time, and all that is sent meanwhile is answered', async () => {
  await storeMessages(service, rooms.flat(), behind)
  const most = mostAtOnce(service.app.get(MessageLog))
  let isOver = false
  const healing = service.app
    .get(Healing)
    .glance()
    .finally(() => (isOver = true))
  const answers: number[] = []
  while (!isOver) {
    const { status } = await ann.rest.post(`/room/${room_id}/message/send`, { text_message: 'meanwhile' })
    answers.push(status)
  }
  await healing
  expect(answers.length).toBeGreaterThan(1)
  expect([...new Set(answers)]).toEqual([201])
  expect(most()).toBe(hands)
  for (const socket of sockets) await socket.next('new_message', roomsEach * behind, 20_000)
}, 60_000)
