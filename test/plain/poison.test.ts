/** What no client should say on a plain WebSocket: each is told what is wrong, and nobody else feels it. */
import type { WebSocket } from 'ws'
import { Hub } from '../../src/gateway/hub.js'
import type { PlainSocket } from '../support/plain.js'
import { enter, flush, placeNames, placesOf, type Place } from '../support/places.js'
import { rowsOf } from '../support/database.js'
import { startService, type Service, type TestUser } from '../support/service.js'
import { until } from '../support/until.js'

let service: Service
let ann: TestUser
let places: Place[]
/** Bob’s, who is in each room, and must not feel anything. */
let witnesses: PlainSocket[]

beforeAll(async () => {
  service = await startService()
  const tenant = await service.tenant()
  ann = await tenant.user()
  const bob = await tenant.user()
  places = await placesOf(tenant, [ann, bob])
  witnesses = await Promise.all(places.map((place) => enter(bob, place)))
})
afterAll(() => service.stop())

const nested = (open: string, close: string, depth: number): string => open.repeat(depth) + close.repeat(depth)

/** Frames that are no JSON, or none that any path takes, with the failure that answers them. */
const everywhere: [what: string, frame: string | Buffer, code: string][] = [
  ['no JSON', 'Hello', 'malformed_json'],
  ['nothing', '', 'malformed_json'],
  ['half of it', '{"content":', 'malformed_json'],
  ['two at once', '{}{}', 'malformed_json'],
  ['NaN', 'NaN', 'malformed_json'],
  ['a byte order mark', '\uFEFF{}', 'malformed_json'],
  ['bytes', Buffer.from([0, 1, 2, 255]), 'malformed_json'],
  ['JSON, as bytes', Buffer.from('{"content":"Hi"}'), 'malformed_json'],
  ['no bytes', Buffer.alloc(0), 'malformed_json'],
  ['null', 'null', 'bad_request'],
  ['a number', '1e999', 'bad_request'],
  ['a text', '"Hi"', 'bad_request'],
  ['true', 'true', 'bad_request'],
  ['a list', '[]', 'bad_request'],
  ['a list of what could be taken', '[{"content":"Hi"}]', 'bad_request'],
  ['a deep list', nested('[', ']', 60_000), 'bad_request'],
]

/** Frames of which each path says what is wrong in its own words. */
const byPath: [what: string, frame: string][] = [
  ['an empty object', '{}'],
  ['a prototype', '{"__proto__":{"content":"Hi"}}'],
  ['a prototype that is a method', '{"__proto__":{"toString":1},"content":"Hi","event":"chat.join","type":"reaction"}'],
  ['a constructor', '{"constructor":{"prototype":{"content":"Hi"}}}'],
  ['an event that is a method', '{"event":"constructor","type":"constructor","data":{}}'],
  ['an event that is a prototype', '{"event":"__proto__","type":"__proto__","data":{}}'],
  ['an event that is a number', '{"event":1,"type":1,"data":{}}'],
  ['an event that is an object', '{"event":{"toString":1},"type":{"toString":1},"data":{}}'],
  ['an event with a very long name', JSON.stringify({ event: 'x'.repeat(60_000), type: 'x'.repeat(60_000) })],
  ['no data', '{"event":"chat.message","type":"send_message"}'],
  ['null for data', '{"event":"chat.message","type":"send_message","data":null,"content":null}'],
  ['a list for data', '{"event":"chat.message","type":"send_message","data":[],"content":[]}'],
  ['a text for data', '{"event":"chat.message","type":"send_message","data":"Hi","content":""}'],
  [
    'a number for a text',
    '{"event":"chat.message","type":"send_message","data":{"content":1,"message":1},"content":1}',
  ],
  ['NUL in a text', JSON.stringify({ event: 'chat.join', type: 'reaction', data: { roomId: '\0' }, content: '\0' })],
  ['half a surrogate pair', '{"event":"chat.join","type":"x","data":{"roomId":"\\ud800"},"content":"\\ud800"}'],
  ['more than a text may be long', JSON.stringify({ content: 'x'.repeat(10_001), event: 'x', type: 'x' })],
  ['a deep object', `{"content":${nested('{"a":', '}', 10_000).replace('}', '1}')},"event":"chat.message","data":{}}`],
  [
    'a room that it is not in',
    '{"content":"Hi","room_id":"019a9f42-9c07-7a19-8be2-0e6d5a4c3f73","event":"a","type":"a"}',
  ],
]

/** Frames with which no connection goes on, with the code that closes it. */
const fatal: [what: string, poison: (ws: WebSocket) => void, code: number][] = [
  ['ten megabytes', (ws) => ws.send('x'.repeat(10_000_000)), 1009],
  ['a byte too many', (ws) => ws.send('x'.repeat(131_073)), 1009],
  ['what is no UTF-8', (ws) => ws.send(Buffer.from([0x22, 0xc3, 0x28, 0x22]), { binary: false }), 1007],
  ['half of a character', (ws) => ws.send(Buffer.from([0x22, 0xe2, 0x82]), { binary: false }), 1007],
  ['very many fragments', (ws) => fragments(ws, 1_000_000), 1008],
  ['a flood of what is no JSON', (ws) => flood(ws, 'x'), 1008],
  ['a flood of what no path takes', (ws) => flood(ws, '{}'), 1008],
  ['a reserved opcode', (ws) => raw(ws, [0x83, 0x80, 0, 0, 0, 0]), 1002],
  ['compression that was not agreed', (ws) => raw(ws, [0xc1, 0x80, 0, 0, 0, 0]), 1002],
  ['a frame without a mask', (ws) => raw(ws, [0x81, 0x02, 0x7b, 0x7d]), 1002],
  ['a continuation of nothing', (ws) => raw(ws, [0x80, 0x80, 0, 0, 0, 0]), 1002],
  ['a fragmented ping', (ws) => raw(ws, [0x09, 0x80, 0, 0, 0, 0]), 1002],
  ['a ping that is too long', (ws) => raw(ws, [0x89, 0xfe, 0, 126, 0, 0, 0, 0]), 1002],
  ['a length beyond all numbers', (ws) => raw(ws, [0x81, 0xff, ...Array(8).fill(0xff), 0, 0, 0, 0]), 1009],
  ['the end with a code that nobody may send', (ws) => raw(ws, [0x88, 0x82, 0, 0, 0, 0, 0x03, 0xed]), 1002],
  ['no WebSocket at all', (ws) => raw(ws, [...Buffer.from('GET / HTTP/1.1\r\nHost: here\r\n\r\n')]), 1002],
]

const tcpOf = (ws: WebSocket): NodeJS.WritableStream =>
  (ws as unknown as { ['_socket']: NodeJS.WritableStream })['_socket']

const raw = (ws: WebSocket, bytes: number[]): void => void tcpOf(ws).write(Buffer.from(bytes))

/** Limits are off here: it is for what it is, and not for how much of it there is. */
function flood(ws: WebSocket, frame: string): void {
  for (let n = 0; n < 20_000; n++) ws.send(frame)
}

/** A message of so many pieces of one byte. */
function fragments(ws: WebSocket, count: number): void {
  const piece = Buffer.from([0x00, 0x81, 0, 0, 0, 0, 0x31])
  const all = Buffer.alloc(count * piece.length, piece)
  all[0] = 0x01
  tcpOf(ws).write(all)
}

describe.each(placeNames)('on %s', (name) => {
  let place: Place
  let witness: PlainSocket
  let socket: PlainSocket
  let before: number

  beforeEach(async () => {
    const index = placeNames.indexOf(name)
    ;[place, witness] = [places[index]!, witnesses[index]!]
    expect(place.name).toBe(name)
    socket = await enter(ann, place)
    before = (await rowsOf(service.databaseUrl, 'SELECT FROM tb_messages')).length
  })
  /** Nothing was stored, nobody else’s socket ended, and of Ann’s nothing is left. */
  afterEach(async () => {
    expect(await rowsOf(service.databaseUrl, 'SELECT FROM tb_messages')).toHaveLength(before)
    socket.close()
    const { tenantId } = ann.tenant
    await until(() => !service.app.get(Hub).hasAny(tenantId, ann.userId), 'the end of her sockets')
    await flush(witness, place)
  })

  const code = async (): Promise<string> => {
    const [frame] = await socket.next((frame) => place.codeOf(frame) !== undefined)
    return place.codeOf(frame)!
  }
  /** It goes on, and what is asked next is answered, without a trace in the messages. */
  async function goesOn(): Promise<void> {
    socket.send(place.say(''))
    await socket.next((frame) => place.codeOf(frame) === 'validation_failed')
    expect(socket.ws.readyState).toBe(socket.ws.OPEN)
  }

  it.each(everywhere)('%s is told, and it goes on', async (_, frame, expected) => {
    socket.send(frame)
    expect(await code()).toBe(expected)
    await goesOn()
  })

  it.each(byPath)('%s is told, and it goes on', async (_, frame) => {
    socket.send(frame)
    expect(['bad_request', 'unknown_event', 'validation_failed']).toContain(await code())
    await goesOn()
  })

  it.each(fatal)('%s ends it', async (_, poison, expected) => {
    poison(socket.ws)
    expect((await socket.closed)[0]).toBe(expected)
  })
})
