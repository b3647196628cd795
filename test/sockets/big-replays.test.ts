/** Megabytes that were missed come whole, as fast as the client reads; who does not read at all is cut. */
import { SocketIoOutbox } from '../../src/gateway/socketio.outbox.js'
import { Hub } from '../../src/gateway/hub.js'
import { storeMessages } from '../support/log.js'
import { RawSocket } from '../support/raw.js'
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'
import { until } from '../support/until.js'

let service: Service
let tenant: TestTenant
let ann: TestUser
let bob: TestUser
let room_id: string

const text = '✓'.repeat(10_000)
const count = 500

beforeAll(async () => {
  service = await startService()
  tenant = await service.tenant()
  ann = await tenant.user()
  bob = await tenant.user()
  room_id = await tenant.room([ann, bob])
  await storeMessages(service, room_id, count, text)
})

afterAll(() => service.stop())

const oneTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1)
const seqs = (frames: string[]): number[] =>
  frames.flatMap((frame) => (frame.startsWith('42["new_message"') ? [JSON.parse(frame.slice(2))[1].seq] : []))

/** A peer that reads nothing until it is told to. */
interface Paused extends RawSocket {
  ws: RawSocket['ws'] & { pause(): void; resume(): void }
}

async function paused(): Promise<Paused> {
  const peer = (await RawSocket.connected(service.url, bob.token)) as Paused
  peer.ws.pause()
  return peer
}

const connections = (): number => [...service.app.get(Hub).connections()].length

it.each(['websocket', 'polling'])('500 messages of 30 KB come whole over %s, while others go on', async (transport) => {
  const other = await tenant.room([ann, bob])
  const socket = await service.socket({ auth: { token: bob.token }, transports: [transport] })
  await socket.ask('join_room', { room_id: other })
  const joined = socket.ask('join_room', { room_id, after_seq: 0 })
  for (const n of oneTo(20)) await ann.send(other, `meanwhile ${n}`)
  expect(await joined).toMatchObject({ ok: true, complete: true })
  await socket.next('new_message', count + 20)
  const heard = socket.payloads('new_message')
  const ofRoom = (id: string) => heard.filter((message) => message.room_id === id).map(({ seq }) => seq)
  expect([ofRoom(room_id), ofRoom(other)]).toEqual([oneTo(count), oneTo(20)])
  expect(heard.find((message) => message.room_id === room_id).text_message).toBe(text)
  socket.close()
})

it('over a connection that begins with polling and becomes a WebSocket meanwhile', async () => {
  const socket = await service.socket({ auth: { token: bob.token }, transports: ['polling', 'websocket'] })
  expect(await socket.ask('join_room', { room_id, after_seq: 0 })).toMatchObject({ ok: true, complete: true })
  expect(socket.payloads('new_message').map(({ seq }) => seq)).toEqual(oneTo(count))
  await until(() => socket.socket.io.engine.transport.name === 'websocket', 'the WebSocket')
  expect(await socket.ask('leave_room', { room_id })).toMatchObject({ ok: true })
  socket.close()
})

describe('a peer that does not read', () => {
  it('is not cut as long as it may still read: what waits for it is bounded, and all comes when it reads', async () => {
    const other = await tenant.room([ann, bob])
    const drained = jest.spyOn(SocketIoOutbox.prototype, 'drained')
    const written = jest.spyOn(SocketIoOutbox.prototype, 'write')
    const peer = await paused()
    peer.send(`420${JSON.stringify(['join_room', { room_id: other }])}`)
    peer.send(`421${JSON.stringify(['join_room', { room_id, after_seq: 0 }])}`)
    await until(() => drained.mock.results.some(({ value }) => value), 'the service to wait for its peer')
    expect(written.mock.calls.length).toBeLessThan(count)
    // More for the same peer, of which little waits already.
    for (const n of oneTo(20)) await ann.send(other, `meanwhile ${n}`)
    expect(connections()).toBe(1)
    peer.ws.resume()
    expect(await peer.next(/^431/)).toContain('"complete":true')
    await until(() => seqs(peer.frames).length === count + 20, 'all messages')
    drained.mockRestore()
    written.mockRestore()
    peer.ws.terminate()
    await until(() => connections() === 0, 'the end of the peer')
  })

  it('is cut when it has not read for half a minute, and what waited for it is gone', async () => {
    // Half a minute that takes a moment.
    const real = setTimeout
    const spy = jest
      .spyOn(globalThis, 'setTimeout')
      .mockImplementation((work: () => void, ms?: number) => real(work, ms === 30_000 ? 300 : ms))
    const peer = await paused()
    peer.send(`420${JSON.stringify(['join_room', { room_id, after_seq: 0 }])}`)
    await until(() => connections() === 1, 'the peer')
    await until(() => connections() === 0, 'the cut')
    spy.mockRestore()
    peer.ws.resume()
    expect(await peer.closed).toBe(1006)
    expect(seqs(peer.frames)).toEqual(oneTo(seqs(peer.frames).length))
    expect(seqs(peer.frames).length).toBeLessThan(count)
  })
})
