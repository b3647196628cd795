/** A plain WebSocket that is not read is closed with 1013 once a mebibyte waits for it; it comes back, and resumes. */
import { WebSocket } from 'ws'
import type { Actor } from '../../src/contract/actor.js'
import { Hub } from '../../src/gateway/hub.js'
import { MessagesService } from '../../src/messages/messages.service.js'
import { isEvent, type PlainSocket } from '../support/plain.js'
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'
import { until } from '../support/until.js'

let service: Service
let tenant: TestTenant
let ann: TestUser
let bob: TestUser
let room_id: string
let sent = 0

beforeAll(async () => {
  service = await startService()
  tenant = await service.tenant()
  ;[ann, bob] = await Promise.all([tenant.user(), tenant.user()])
  room_id = await tenant.room([ann, bob])
})
afterAll(() => service.stop())

async function say(count: number): Promise<void> {
  const actor: Actor = { kind: 'user', tenantId: tenant.tenantId, userId: ann.userId, role: 'user' }
  const input = { text_message: '✓'.repeat(10_000) }
  await Promise.all(Array.from({ length: count }, () => service.app.get(MessagesService).send(actor, room_id, input)))
  sent += count
}

/** The service’s side of Bob’s one socket. */
const otherSide = (): WebSocket =>
  ([...service.app.get(Hub).connectionsOf(tenant.tenantId, bob.userId)][0] as unknown as { ws: WebSocket }).ws

const open = (query = ''): Promise<PlainSocket> => bob.plain(`/ws/${room_id}/${bob.userId}${query}`)
const seqs = ({ frames }: PlainSocket): number[] => frames.flat().map(({ data }) => data.seq)

it.each(['', '&batch=true'])('is closed, and misses nothing by coming back%s', async (batch) => {
  const socket = await open(`?after_seq=${sent}${batch}`)
  const before = sent
  await until(
    () => service.app.get(Hub).countListeners({ tenantId: tenant.tenantId, roomId: room_id }) === 1,
    'it to hear',
  )
  const ws = otherSide()
  socket.ws.pause()
  while (ws.readyState === WebSocket.OPEN) await say(5)
  socket.ws.resume()
  expect((await socket.closed)[0]).toBe(1013)
  const heard = seqs(socket)
  const again = await open(`?after_seq=${heard.at(-1) ?? before}${batch}`)
  await until(() => heard.length + seqs(again).length === sent - before, 'the rest', 10_000)
  expect([...heard, ...seqs(again)]).toEqual(Array.from({ length: sent - before }, (_, n) => before + n + 1))
  again.close()
  await again.closed
})

it('of rooms by name, too: what is not stored is lost with it, and nobody waits', async () => {
  const [bobs, anns] = [await bob.plain('/chat/ws'), await ann.plain('/chat/ws')]
  for (const socket of [bobs, anns]) {
    socket.send({ event: 'chat.join', data: { roomId: 'a name' } })
    await socket.next(isEvent('chat.joined'))
  }
  const ws = otherSide()
  bobs.ws.pause()
  let said = 0
  while (ws.readyState === WebSocket.OPEN) {
    for (let n = 0; n < 20; n++)
      anns.send({ event: 'chat.message', data: { roomId: 'a name', message: '✓'.repeat(10_000) } })
    await anns.next(isEvent('chat.message'), (said += 20))
  }
  bobs.ws.resume()
  expect((await bobs.closed)[0]).toBe(1013)
  await anns.next(isEvent('chat.userLeft'))
})
