/** Whatever a socket says: it is told what was wrong, and goes on; nobody else notices. */
import fc from 'fast-check'
import { startService, type Service, type TestUser } from '../support/service.js'
import type { TestSocket } from '../support/sockets.js'
import { commands } from '../../src/gateway/commands.js'
import { chatDialect } from '../../src/gateway/dialects/chat.dialect.js'
import { eventSamples } from '../isolation/samples.js'
import { anyJson, anyText, bodyOf } from './arbitraries.js'

/** Socket.IO's own, which its client refuses to send. */
const reserved = new Set(['connect', 'connect_error', 'disconnect', 'disconnecting', 'newListener', 'removeListener'])

const isAnswer = (reply: any): boolean =>
  reply.ok === true || (reply.ok === false && typeof reply.error.code === 'string' && reply.error.status < 500)

const known = new Set(eventSamples.keys())

function isRight(event: string, payloads: unknown[], reply: any): boolean {
  if (!known.has(event)) return reply.error?.code === 'unknown_event'
  return payloads.length === 1 ? isAnswer(reply) : reply.error?.code === 'validation_failed'
}

describe('events', () => {
  let service: Service
  let user: TestUser
  let room: string
  let socket: TestSocket
  let bystander: TestSocket

  beforeAll(async () => {
    service = await startService()
    const tenant = await service.tenant()
    user = await tenant.user()
    const other = await tenant.user()
    room = await tenant.room([user, other])
    socket = await user.socketIn(room)
    bystander = await other.socketIn(room)
  })
  afterAll(() => service.stop())

  const anyEvent = fc.oneof(
    fc.constantFrom(...known),
    fc.constantFrom('error', 'exception', 'new_message', 'constructor', '__proto__', 'room.join', 'toString', ''),
    anyText(20).filter((name) => !reserved.has(name)),
  )
  const binary = fc.uint8Array({ maxLength: 10 }).map((bytes) => Buffer.from(bytes))
  const inRoom = anyJson(2).map((rest) => ({ ...(rest as object), room_id: room }))
  const payload = fc.oneof(
    anyJson(3),
    inRoom,
    binary,
    binary.map((data) => ({ room_id: room, text_message: data })),
  )

  /** In its room the socket still speaks and is heard, and whoever else is there did not notice anything. */
  async function stillWorks(): Promise<void> {
    const { message } = await socket.ask('send_message', { room_id: room, text_message: 'still here' })
    await bystander.next('new_message', message.seq)
    expect(bystander.payloads('new_message').at(-1)).toEqual(message)
  }

  it('of any name, with any payloads, are each acknowledged', async () => {
    const property = fc.asyncProperty(anyEvent, fc.array(payload, { maxLength: 3 }), async (event, payloads) => {
      const reply = await socket.ask(event, ...payloads)
      expect({ event, payloads, reply, isRight: isRight(event, payloads, reply) }).toMatchObject({ isRight: true })
      if (event === 'leave_room') await socket.ask('join_room', { room_id: room })
    })
    await fc.assert(property, { numRuns: 300 })
    await stillWorks()
  })

  it('with almost the right payload are done or refused', async () => {
    for (const event of known) {
      const { input } = commands.get(chatDialect.decode(event, {})!.command)!
      const body = bodyOf(input, fc.oneof(fc.constant(room), fc.constant(user.userId), fc.uuid()))
      const property = fc.asyncProperty(body, async (sent) => {
        const reply = await socket.ask(event, sent)
        expect({ event, sent, reply, isAnswer: isAnswer(reply) }).toMatchObject({ isAnswer: true })
      })
      await fc.assert(property, { numRuns: 80 })
    }
    await socket.ask('join_room', { room_id: room })
    await stillWorks()
  })

  it('without an acknowledgement are answered by an exception that names them', async () => {
    const refused = anyEvent.filter((event) => !known.has(event))
    const property = fc.asyncProperty(refused, payload, anyText(10), async (event, value, clientId) => {
      const before = socket.payloads('exception').length
      socket.socket.emit(event, { client_message_id: clientId, value })
      const told = (await socket.next('exception', before + 1)).at(-1)
      expect(told).toMatchObject({ code: 'unknown_event', event, client_message_id: clientId })
    })
    await fc.assert(property, { numRuns: 60 })
    await stillWorks()
  })
})
