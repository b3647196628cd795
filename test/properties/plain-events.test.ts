/** Whatever a plain WebSocket of seed 002 says: it is told what was wrong, and goes on; nobody else notices. */
import fc from 'fast-check'
import { failures, type ErrorCode } from '../../src/contract/errors.js'
import { roomsCalls } from '../isolation/calls.js'
import { filled, slotsOf } from '../isolation/slots.js'
import { answersTo, isEvent, type PlainSocket } from '../support/plain.js'
import { startService, type Service, type TestUser } from '../support/service.js'
import { anyJson, anyText } from './arbitraries.js'

const told = new Set(['chat.joined', 'chat.userJoined', 'chat.userLeft', 'chat.message', 'chat.typing', 'chat.system'])

/** Frames of the seed, or errors of which none is ours. */
const isRight = ({ event, data }: any): boolean =>
  event === 'error'
    ? typeof data.message === 'string' && failures.get(data.code as ErrorCode)!.status < 500
    : told.has(event) && typeof data.roomId === 'string'

/** So many wrong frames a socket is allowed at once. */
const forgiven = 100

describe('frames of seed 002', () => {
  let service: Service
  let user: TestUser
  let other: TestUser
  let room: string
  let socket: PlainSocket
  let bystander: PlainSocket
  let asked = 0

  async function joined(person: TestUser): Promise<PlainSocket> {
    const plain = await person.plain('/ws')
    for (const roomId of [room, 'lobby']) await answersTo(plain, { event: 'chat.join', data: { roomId } })
    return plain
  }

  beforeAll(async () => {
    service = await startService()
    const tenant = await service.tenant()
    ;[user, other] = [await tenant.user(), await tenant.user()]
    room = await tenant.room([user, other])
    bystander = await joined(other)
  })
  afterAll(() => service.stop())

  async function ask(frame: object): Promise<any[]> {
    if (asked++ % forgiven === 0) socket = await joined(user)
    return answersTo(socket, frame)
  }

  /** In its rooms the socket still speaks and is heard. */
  async function stillWorks(): Promise<void> {
    for (const roomId of [room, 'lobby']) {
      await ask({ event: 'chat.join', data: { roomId } })
      const message = `still here ${asked}`
      await ask({ event: 'chat.message', data: { roomId, message } })
      await bystander.next((frame) => isEvent('chat.message')(frame) && frame.data.message === message)
    }
  }

  const events = [...new Set(roomsCalls.map(({ event }) => event))]
  const anyEvent = fc.oneof(
    fc.constantFrom(...events),
    fc.constantFrom('error', 'constructor', '__proto__', 'room.enter', 'ephemeral.send', ''),
    anyText(20),
  )
  const anyRoom = fc.constant(0).chain(() => fc.oneof(fc.constantFrom(room, 'lobby'), fc.uuid(), anyJson(1)))
  const anyData = fc.oneof(
    anyJson(3),
    fc.tuple(anyJson(2), anyRoom).map(([rest, roomId]) => ({ ...(rest as object), roomId })),
  )

  it('of any event, with any data, are each answered rightly', async () => {
    const property = fc.asyncProperty(anyEvent, anyData, async (event, data) => {
      const answers = await ask({ event, data })
      const known = events.includes(event) || answers.some((frame) => frame.data.code === 'unknown_event')
      expect({ event, data, answers, right: known && answers.every(isRight) }).toMatchObject({ right: true })
    })
    await fc.assert(property, { numRuns: 300 })
    await stillWorks()
  })

  it('with almost the right data are done or refused', async () => {
    for (const { event, shape } of roomsCalls) {
      const picks = slotsOf(shape).map(({ kind }) => (kind === 'room' ? room : user.userId))
      const body = filled(shape, picks).body as Record<string, unknown>
      const almost = fc.tuple(fc.constantFrom(...Object.keys(body), 'further'), anyJson(1))
      const property = fc.asyncProperty(almost, async ([field, value]) => {
        const answers = await ask({ event, data: { ...body, [field]: value } })
        expect({ event, field, value, answers, right: answers.every(isRight) }).toMatchObject({ right: true })
      })
      await fc.assert(property, { numRuns: 30 })
    }
    await stillWorks()
  })
})
