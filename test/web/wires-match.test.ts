/** How a scenario of the wires' tab is read, how packets are shown, and that it says only what is documented. */
import { dialectOf, dialects } from '../../web/demo/wires/dialects.js'
import { fill, match } from '../../web/demo/wires/match.js'
import { filtered, FrameLog, asText, lastMessage } from '../../web/demo/wires/frame-log.js'
import { aboutOf, filled } from '../../web/demo/wires/frames.js'
import { shownPacket } from '../../web/demo/wires/packets.js'
import { scenarios } from '../../web/demo/wires/scenarios/index.js'
import { addressOf } from '../../src/gateway/addresses.js'
import { wires } from '../../src/gateway/wires.js'

describe('a pattern', () => {
  it.each([
    ['a name that is known', '$you', 'u1', { you: 'u1' }],
    ['one that is learnt', { id: '$message' }, { id: 'm1', more: 1 }, { you: 'u1', message: 'm1' }],
    ['one that is learnt once', ['$m', '$m'], [7, 7], { you: 'u1', m: 7 }],
    ['anything', { at: '…' }, { at: null }, { you: 'u1' }],
    ['a part of a text', 'ws…/chat/$you', 'wss://host/chat/u1', { you: 'u1' }],
    ['parts of a text', '…a…b…', 'xaxbx', { you: 'u1' }],
  ])('fits %s', (_, pattern, value, known) => {
    expect(match(pattern, value, { you: 'u1' })).toEqual(known)
  })

  it.each([
    ['another one', '$you', 'u2'],
    ['two that differ', ['$m', '$m'], [7, 8]],
    ['a name that stands for no id', '$m', { id: 1 }],
    ['what is not there', { at: '…' }, {}],
    ['a text that ends otherwise', 'ws…/u1', 'ws://u2'],
    ['a text that is too short for both ends', 'aa…aa', 'aaa'],
    ['more than a list has', ['…'], [1, 2]],
    ['no object', { at: 1 }, null],
  ])('does not fit %s', (_, pattern, value) => {
    expect(match(pattern, value, { you: 'u1' })).toBeNull()
  })

  it('is filled with what is known, and with nothing else', () => {
    const template = { to: '$you', path: '/user/$you/$what', list: ['$count'], is: true }
    expect(fill(template, { you: 'u1', count: 2 })).toEqual({ to: 'u1', path: '/user/u1/$what', list: [2], is: true })
  })
})

describe('a packet of Socket.IO', () => {
  it.each([
    ['message', '2["typing",{"a":1}]', 'typing', '42["typing",{"a":1}]', { a: 1 }],
    ['message', '27["typing",{"a":1}]', 'typing #7', '427["typing",{"a":1}]', { a: 1 }],
    ['message', '37[{"ok":true}]', 'acknowledgement #7', '437[{"ok":true}]', { ok: true }],
    ['message', '4{"message":"no"}', 'connect_error', '44{"message":"no"}', { message: 'no' }],
    ['message', '1', 'disconnect', '41', undefined],
    ['open', '{"sid":"s"}', 'open', '0{"sid":"s"}', { sid: 's' }],
  ])('%s %s is %s', (type, data, name, raw, body) => {
    expect(shownPacket({ type, data })).toMatchObject({ name, raw, body })
  })

  it('keeps a token to itself', () => {
    const token = ['{"alg":"RS256"}', '{"sub":"u1"}', 'signed']
      .map((part) => Buffer.from(part).toString('base64url'))
      .join('.')
    const data = `20["refresh_token",{"token":"${token}"}]`
    expect(shownPacket({ type: 'message', data })).toMatchObject({
      raw: '420["refresh_token",{"token":"…"}]',
      body: { token: '…' },
    })
  })

  it('that is only a sign of life is shown if it is asked for', () => {
    const log = new FrameLog()
    for (const type of ['ping', 'pong']) log.add({ who: 'Ann', direction: 'heard', ...shownPacket({ type }) })
    log.add({ who: 'Ann', direction: 'sent', name: 'typing', raw: '42["typing"]' })
    const shown = (beats: boolean) => filtered(log.getSnapshot(), { text: '', direction: 'all', beats })
    expect(shown(true)).toHaveLength(3)
    expect(asText(shown(false))).toMatch(/^\d\d:\d\d:\d\d\.\d{3} Ann -> 42\["typing"\]$/)
  })
})

describe('a frame that is proposed', () => {
  const known = { room: 'r1', stream: 's1', userName: 'Ann', token: 't1', ownId: 'o1', message: null }
  const bodyOf = (wire: keyof typeof scenarios, name: string, message: string | null = null): any =>
    filled(aboutOf(wire).takes.find((one) => one.name === name)!.body, { ...known, message })

  it('names the room, the stream, the message and the one who sends it', () => {
    expect(bodyOf('chat', 'join_room')).toEqual({ room_id: 'r1' })
    expect(bodyOf('chat', 'sync_rooms')).toEqual({ rooms: [{ room_id: 'r1' }] })
    expect(bodyOf('live', 'join_stream_room')).toEqual({ streamId: 's1' })
    expect(bodyOf('room', 'reaction', 'm1')).toEqual({ message_id: 'm1', emoji: '👍' })
    expect(bodyOf('rooms', 'chat.message')).toEqual({
      roomId: 'r1',
      message: 'Hello',
      username: 'Ann',
      client_message_id: 'o1',
    })
  })

  it('is about the message that was heard last', () => {
    const log = new FrameLog()
    const ids = ['019a9f42-9c07-7a19-8be2-0e6d5a4c3f73', '019a9f42-9c07-7a19-8be2-0e6d5a4c3f74']
    for (const message_id of ids) log.add({ who: 'Ann', direction: 'heard', name: 'x', raw: '', body: { message_id } })
    log.add({ who: 'Ann', direction: 'sent', name: 'x', raw: '', body: { message_id: ids[0] } })
    expect(lastMessage(log.getSnapshot())).toBe(ids[1])
  })

  it('is each of those that the wire takes', () => {
    for (const { name, frames } of wires) {
      expect(aboutOf(name as keyof typeof scenarios).takes.map(({ name }) => name)).toEqual(Object.keys(frames.takes))
    }
  })
})

describe('a tab', () => {
  it('is there for every wire', () => {
    expect(dialects.map(({ wire }) => wire).toSorted()).toEqual(wires.map(({ name }) => name).toSorted())
  })

  it.each(dialects.filter(({ transport }) => transport === 'WebSocket'))('of $wire is at its address', (dialect) => {
    const ids = { room: 'r', stream: 'a stream/1', userId: 'u', tenantId: 't', token: '' }
    const at = dialect.address({ ...ids, credential: 'token', afterSeq: '7' })
    const url = new URL(at, 'ws://host')
    const known = { kind: dialect.wire, streamId: ids.stream, roomId: ids.room, userId: ids.userId, afterSeq: 7 }
    expect(known).toMatchObject(addressOf(url)!)
    expect(url.searchParams.get('token')).toBe('$token')
  })

  it('of a guest names the tenant, and shows nothing', () => {
    const place = { room: '', stream: 's', userId: 'u', tenantId: 't', token: 'x', afterSeq: '' }
    expect(dialectOf('stream').address({ ...place, credential: 'nothing' })).toBe('/t/t/ws/chat/s')
  })

  it.each(dialects.filter(({ transport }) => transport === 'WebSocket'))('of $wire reads what it writes', (dialect) => {
    const frame = { name: 'message', body: { content: 'Hello' } }
    expect(dialect.read(JSON.parse(dialect.write(frame)))).toEqual(frame)
  })
})

describe('a scenario', () => {
  it.each(wires.map((wire) => [wire.name, wire] as const))(
    'of %s says and hears only what is documented',
    (name, wire) => {
      const { steps } = scenarios[name as keyof typeof scenarios]
      const sent = steps.flatMap(({ deed }) => ('send' in deed ? [deed.name] : []))
      const heard = steps.flatMap(({ hears = [] }) => hears.flatMap((one) => ('name' in one ? [one.name] : [])))
      expect(sent.filter((frame) => !(frame in wire.frames.takes))).toEqual([])
      expect(heard.filter((frame) => !(frame in wire.frames.tells))).toEqual([])
      expect(new Set(steps.map(({ title }) => title)).size).toBe(steps.length)
    },
  )
})
