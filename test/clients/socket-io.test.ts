/** The official client of Socket.IO: the oldest of version 4, and the newest. */
import { createRequire } from 'node:module'
import { io as newest } from 'socket.io-client'
import { startService, type Service, type TestUser } from '../support/service.js'
import { until } from '../support/until.js'

/** What both have, and is used here. */
interface Client {
  readonly connected: boolean
  on(event: string, listener: (payload: any) => void): this
  emit(event: string, ...rest: unknown[]): unknown
  connect(): this
  disconnect(): this
  io: { engine: { transport: { name: string }; close(): void } }
}
type Io = (url: string, options: object) => Client

/** Its types are not where its `exports` say. */
const { io: oldest } = createRequire(import.meta.filename)('socket.io-client-oldest') as { io: Io }

let service: Service
let ann: TestUser
let bob: TestUser
let room_id: string

beforeAll(async () => {
  service = await startService()
  const tenant = await service.tenant()
  ;[ann, bob] = await Promise.all([tenant.user({ display_name: 'Ann' }), tenant.user({ display_name: 'Bob' })])
  room_id = await tenant.room([ann, bob])
  await ann.rest.post('/api/chat/thread', { stream_id: 'a stream' })
})
afterAll(() => service.stop())

describe.each<[string, Io]>([
  ['4.0.0', oldest],
  ['the newest', newest],
])('socket.io-client %s', (_, io) => {
  describe.each([
    ['WebSocket', ['websocket'], 'websocket'],
    ['long-polling', ['polling'], 'polling'],
    ['long-polling, then WebSocket', ['polling', 'websocket'], 'websocket'],
  ])('by %s', (__, transports, ends) => {
    let client: Client
    let heard: [string, any][]

    const open = (token: string): Client => {
      heard = []
      const options = { transports, auth: { token }, forceNew: true, reconnectionDelay: 10, reconnectionDelayMax: 20 }
      client = io(service.url, options)
      const events = ['connect', 'connect_error', 'disconnect', 'exception', 'new_message', 'message_error']
      for (const event of [...events, 'room_joined_successfully', 'recent_chat_history']) {
        client.on(event, (payload) => heard.push([event, payload]))
      }
      return client
    }
    const of = (name: string): any[] => heard.filter(([event]) => event === name).map(([, payload]) => payload)
    const next = async (name: string): Promise<any> => {
      await until(() => of(name).length, name)
      return of(name)[0]
    }
    const ask = (event: string, payload: object): Promise<any> =>
      new Promise((resolve) => client.emit(event, payload, resolve))

    afterEach(() => client.disconnect())

    it('is let in by its token, and not by another', async () => {
      open('wrong')
      expect(await next('connect_error')).toMatchObject({
        message: 'Authentication error',
        data: { code: 'token_invalid' },
      })
      client.disconnect()
      open(ann.token)
      await until(() => client.connected, 'the connection')
      await until(() => client.io.engine.transport.name === ends, ends)
    })

    it('joins, sends with an acknowledgement, and hears', async () => {
      open(ann.token)
      expect(await ask('join_room', { room_id })).toMatchObject({ ok: true, room: { room_id } })
      const sent = await ask('send_message', { room_id, text_message: 'Hi 👋' })
      expect(sent).toMatchObject({ ok: true, message: { text_message: 'Hi 👋' } })
      expect(await next('new_message')).toEqual(sent.message)
      client.emit('send_message', { room_id, text_message: '' })
      expect(await next('exception')).toMatchObject({ code: 'validation_failed', event: 'send_message' })
    })

    it('hears seed 001’s events', async () => {
      open(bob.token)
      client.emit('join_stream_room', { streamId: 'a stream' })
      expect(await next('room_joined_successfully')).toEqual({ streamId: 'a stream', streamKeyForDev: 'a stream' })
      await next('recent_chat_history')
      client.emit('chat_message', { streamId: 'a stream', message: 'Hi' })
      expect(await next('new_message')).toMatchObject({ userId: bob.userId, username: 'Bob', message: 'Hi' })
      client.emit('chat_message', { streamId: 'another', message: 'Hi' })
      await next('message_error')
    })

    it('comes back by itself when its connection is lost, and resumes', async () => {
      open(ann.token)
      const { last_seq } = await ask('join_room', { room_id })
      client.io.engine.close()
      await next('disconnect')
      await bob.send(room_id, 'while you were away')
      await until(() => of('connect').length === 2, 'the second connection')
      expect(await ask('join_room', { room_id, after_seq: last_seq })).toMatchObject({ ok: true, complete: true })
      expect(of('new_message')).toMatchObject([{ seq: last_seq + 1, text_message: 'while you were away' }])
    })
  })
})
