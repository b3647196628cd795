/** Frames that no library would send: at the worst they end the socket that sent them. */
import { rowsOf } from '../support/database.js'
import { RawSocket } from '../support/raw.js'
import { startService, type Service, type TestUser } from '../support/service.js'
import { until } from '../support/until.js'
import type { TestSocket } from '../support/sockets.js'

let service: Service
let ann: TestUser
let room_id: string
let witness: TestSocket

beforeAll(async () => {
  service = await startService({ WS_CONNECT_TIMEOUT_MS: '300', WS_PING_INTERVAL_MS: '500', WS_PING_TIMEOUT_MS: '300' })
  const tenant = await service.tenant()
  ann = await tenant.user()
  const bob = await tenant.user()
  room_id = await tenant.room([ann, bob])
  witness = await bob.socketIn(room_id)
})

afterAll(() => service.stop())

afterEach(async () => {
  expect(await rowsOf(service.databaseUrl, 'SELECT content FROM tb_messages')).toEqual([])
  expect(await witness.ask('leave_room', { room_id })).toEqual({ ok: true, room_id })
  expect(witness.payloads('new_message')).toEqual([])
})

type Frames = (string | Buffer)[]

const deep = (open: string, close: string, depth: number, inside = ''): string =>
  open.repeat(depth) + inside + close.repeat(depth)

const endTheSocket: Record<string, Frames> = {
  'no Engine.IO packet': ['hello'],
  'an empty frame': [''],
  'an unknown Engine.IO packet': ['9'],
  'a message of nothing': ['4'],
  'a message of U+0000': ['4\u0000'],
  'an unknown Socket.IO packet': ['49["send_message"]'],
  'an event that is no JSON': ['42["send_message"'],
  'an event that is no list': ['42{}'],
  'an event without a name': ['42[]'],
  'an event named null': ['42[null]'],
  'an event named by an object': ['42[{"event":"send_message"}]'],
  'the reserved event disconnect': ['42["disconnect"]'],
  'the reserved event disconnecting': ['42["disconnecting"]'],
  'the reserved event connect': ['42["connect"]'],
  'the reserved event connect_error': ['42["connect_error"]'],
  'the reserved event newListener': ['42["newListener",1]'],
  'the reserved event removeListener': ['42["removeListener",1]'],
  'a negative id of an acknowledgement': ['42-1["leave_room"]'],
  'an acknowledgement that is no list': ['43{}'],
  'a refusal, which only servers send': ['44{"message":"x"}'],
  'bytes that were not announced': [Buffer.from('bytes')],
  'no bytes at all': [Buffer.alloc(0)],
  'bytes in base64': ['bAAAA'],
  'bytes that were announced, and not sent': [
    '451-["send_message",{"_placeholder":true,"num":0}]',
    '42["leave_room",{}]',
  ],
  'bytes that nothing refers to': ['451-["send_message",{"_placeholder":true,"num":5}]', Buffer.from('x')],
  'bytes without number': ['45-["send_message"]'],
  'more bytes than there are': ['4599999999999-["send_message"]'],
  'bytes deep within lists': [
    `451-["send_message",${deep('[', ']', 40_000, '{"_placeholder":true,"num":0}')}]`,
    Buffer.from('x'),
  ],
  'an event in another namespace': ['42/other,["send_message"]'],
  'a second handshake': ['40{"token":"x"}'],
  'a handshake that is a list': ['40[]'],
  'a ping, which only servers send': ['2'],
  'two packets in one frame': ['42["leave_room"]\u001e42["leave_room"]'],
}

const areAnswered: Record<string, Frames> = {
  'an event of nothing': ['42'],
  'an event named by a number': ['42[1]'],
  'the event error': ['42["error",{}]'],
  'an event without payload': ['42["send_message"]'],
  'the largest id of an acknowledgement': ['429007199254740991["leave_room",null]'],
  'lists in lists': [`42["send_message",${deep('[', ']', 50_000)}]`],
  'objects in objects': [`42["send_message",${deep('{"a":', '}', 20_000, '1')}]`],
  'bytes as payload': ['451-["send_message",{"_placeholder":true,"num":0}]', Buffer.from('x')],
  'half a surrogate pair': ['42["send_message",{"text_message":"\\ud800"}]'],
  'a handshake for another namespace': ['40/other,{"token":"x"}'],
}

const areIgnored: Record<string, Frames> = {
  'an acknowledgement of nothing': ['43'],
  'an acknowledgement of what was not asked': ['434242[]'],
  'an open packet, which only servers send': ['0{"sid":"x"}'],
  'an upgrade that nobody asked for': ['5'],
  'a noop': ['6'],
}

const probe = async (frames: Frames): Promise<RawSocket> => {
  const socket = await RawSocket.connected(service.url, ann.token)
  socket.send(...frames)
  socket.send(`427["leave_room",${JSON.stringify({ room_id })}]`)
  return socket
}

describe('frames that end their socket', () => {
  it.each(Object.entries(endTheSocket))('%s', async (_, frames) => {
    const socket = await probe(frames)
    await socket.closed
    expect(socket.frames.filter((frame) => frame.startsWith('437'))).toEqual([])
  })

  it('text that is no UTF-8', async () => {
    const socket = await RawSocket.connected(service.url, ann.token)
    // A masked text frame of one byte that UTF-8 never has, past the library, which would not send it.
    ;(socket.ws as unknown as { _socket: { write(bytes: Buffer): void } })._socket.write(
      Buffer.from([0x81, 0x81, 0, 0, 0, 0, 0xff]),
    )
    expect(await socket.closed).toBe(1007)
  })

  it('more than WS_MAX_PAYLOAD_BYTES', async () => {
    const socket = await RawSocket.connected(service.url, ann.token)
    socket.send(`42["send_message","${'x'.repeat(131_072)}"]`)
    expect(await socket.closed).toBe(1009)
  })
})

describe('frames that are answered, and the socket lives', () => {
  it.each(Object.entries(areAnswered))('%s', async (_, frames) => {
    const socket = await probe(frames)
    expect(await socket.next(/^42\["exception",\{.*"request_id"|^43\d+\[\{"ok":false|^44\/other,/)).not.toBeNull()
    expect(await socket.next(/^437\[\{"ok":true/)).not.toBeNull()
    socket.ws.terminate()
  })
})

describe('frames that are ignored, and the socket lives', () => {
  it.each(Object.entries(areIgnored))('%s', async (_, frames) => {
    const socket = await probe(frames)
    expect(await socket.next(/^437\[\{"ok":true/)).not.toBeNull()
    socket.ws.terminate()
  })
})

describe('silence', () => {
  it('a socket that does not authenticate in WS_CONNECT_TIMEOUT_MS is ended', async () => {
    const socket = await RawSocket.open(service.url)
    await socket.closed
    expect(socket.frames).toEqual([expect.stringMatching(/^0\{"sid"/)])
  })

  it('so is one that was refused, and one that only ever tries another namespace', async () => {
    const refused = await RawSocket.open(service.url)
    refused.send('40{"token":"wrong"}')
    const elsewhere = await RawSocket.open(service.url)
    elsewhere.send(`40/other,${JSON.stringify({ token: ann.token })}`)
    await Promise.all([refused.closed, elsewhere.closed])
    expect(refused.frames[1]).toMatch(/^44\{"message":"Authentication error","data":\{.*"code":"token_invalid"/)
    expect(elsewhere.frames[1]).toBe('44/other,{"message":"Invalid namespace"}')
  })

  it('a socket that asks before it has authenticated is ended at once', async () => {
    const socket = await RawSocket.open(service.url)
    socket.send(`421["send_message",${JSON.stringify({ room_id, text_message: 'Hi' })}]`)
    await socket.closed
    expect(socket.frames).toHaveLength(1)
  })

  it('a socket that does not answer pings is ended after WS_PING_TIMEOUT_MS', async () => {
    const socket = await RawSocket.connected(service.url, ann.token)
    await socket.next(/^2$/)
    await socket.closed
  })

  it('a handshake many times at once is one person, and ends as one', async () => {
    const socket = await RawSocket.open(service.url)
    socket.send(...Array.from({ length: 20 }, () => `40${JSON.stringify({ token: ann.token })}`))
    await socket.next(/^40\{"sid"/)
    socket.ws.terminate()
    const sockets = async () => /^parley_sockets (\d+)$/m.exec((await service.operator.get('/metrics')).body)?.[1]
    await until(async () => (await sockets()) === '1', 'the witness to be alone')
  })
})
