/** A room as the client library shows it, by the real service. */
import { setTimeout } from 'node:timers/promises'
import type { RoomSnapshot } from '@parley/client'
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'
import { until } from '../support/until.js'
import { clientOf, closeAll, inRoom, live, shows, texts, watched } from './people.js'

let service: Service
let tenant: TestTenant
let ann: TestUser
let bob: TestUser
let roomId: string

beforeAll(async () => {
  service = await startService()
  tenant = await service.tenant()
  ann = await tenant.user({ display_name: 'Ann' })
  bob = await tenant.user({ display_name: 'Bob' })
})

beforeEach(async () => {
  roomId = await tenant.room([ann, bob])
})

afterEach(closeAll)
afterAll(() => service.stop())

const oneTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n + 1)

describe('what is sent', () => {
  it('is pending at once, then sent, then in the timeline, and never in both', async () => {
    const room = await inRoom(ann, roomId)
    const wrong = watched(room)
    const seen: RoomSnapshot['outgoing'][number]['status'][] = []
    room.store.subscribe(() => room.store.get().outgoing.forEach(({ status }) => seen.push(status)))
    const id = room.send('Hello')
    expect(room.store.get()).toMatchObject({ messages: [], outgoing: [{ client_message_id: id, status: 'pending' }] })
    const { messages } = await shows(room, ({ messages, outgoing }) => messages.length === 1 && !outgoing.length)
    expect(messages).toMatchObject([{ seq: 1, text_message: 'Hello', client_message_id: id }])
    expect(seen.length).toBeGreaterThan(0)
    expect(wrong).toEqual([])
  })

  it('stands in the order in which it was written, at both, however much it is', async () => {
    const [hers, his] = [await inRoom(ann, roomId), await inRoom(bob, roomId)]
    const wrong = [watched(hers), watched(his)]
    const all = oneTo(60).map((n) => `message ${n}`)
    for (const text of all) hers.send(text)
    expect(hers.store.get().outgoing).toHaveLength(60)
    for (const room of [hers, his]) expect(texts(await shows(room, (now) => now.messages.length === 60))).toEqual(all)
    expect((await shows(hers, ({ outgoing }) => !outgoing.length)).messages).toEqual(his.store.get().messages)
    expect(wrong).toEqual([[], []])
  })

  it('carries what is sent beside the text', async () => {
    const room = await inRoom(ann, roomId)
    room.send({ text_message: 'one', metadata: { a: 1 }, mentions: [bob.userId] })
    const { messages } = await shows(room, (now) => now.messages.length === 1)
    room.send({ text_message: 'two', reply_to: messages[0]!.message_id, file_url: 'https://cdn.example/a.pdf' })
    expect((await shows(room, (now) => now.messages.length === 2)).messages).toMatchObject([
      { metadata: { a: 1 }, mentions: [bob.userId] },
      { reply_to: messages[0]!.message_id, file_url: 'https://cdn.example/a.pdf' },
    ])
  })

  it('fails where it is refused, holds nothing else up, and is retried or discarded', async () => {
    const room = await inRoom(bob, roomId)
    await ann.rest.patch(`/room/${roomId}`, { archived: true })
    const [first, second] = [room.send('first'), room.send('second')]
    const { outgoing } = await shows(room, (now) => now.outgoing.every(({ status }) => status === 'failed'))
    expect(outgoing.map(({ error }) => error)).toMatchObject([
      { name: 'ParleyError', code: 'room_archived', status: 403, retryable: false },
      { code: 'room_archived' },
    ])
    await ann.rest.patch(`/room/${roomId}`, { archived: false })
    room.send('third')
    room.retry(first)
    room.discard(second)
    const now = await shows(room, ({ messages, outgoing }) => messages.length === 2 && !outgoing.length)
    expect(texts(now)).toEqual(['third', 'first'])
    expect(now.messages[1]).toMatchObject({ client_message_id: first })
  })

  it('fails where it could never be sent, and the connection lives on', async () => {
    const client = await clientOf(ann)
    const room = client.room(roomId)
    await live(room)
    const states: string[] = []
    client.connection.subscribe(() => states.push(client.connection.get().status))
    const circle: Record<string, unknown> = {}
    circle['self'] = circle
    room.send('x'.repeat(200_000))
    room.send({ text_message: 'a circle', metadata: circle })
    room.send('Hello')
    const { outgoing } = await shows(room, ({ messages }) => messages.length === 1)
    expect(outgoing.map(({ status, error }) => [status, error?.code, error?.retryable])).toEqual([
      ['failed', 'payload_too_large', false],
      ['failed', 'validation_failed', false],
    ])
    const [message] = room.store.get().messages
    await expect(room.edit(message!.message_id, { text_message: 'x'.repeat(200_000) })).rejects.toMatchObject({
      code: 'payload_too_large',
    })
    // What just fits is refused by the service, in its own words.
    room.send('x'.repeat(130_000))
    await shows(room, (now) => now.outgoing.at(-1)!.error?.problem?.code === 'validation_failed')
    await expect(client.rest.post('/friend', circle)).rejects.toMatchObject({ code: 'validation_failed' })
    expect(states).toEqual([])
  })
})

describe('what is changed', () => {
  it('is seen by both: edits, pins, reactions, deletions', async () => {
    const [hers, his] = [await inRoom(ann, roomId), await inRoom(bob, roomId)]
    hers.send('Helo')
    const { message_id: id } = (await shows(his, (now) => now.messages.length === 1)).messages[0]!
    await hers.edit(id, { text_message: 'Hello' })
    await hers.pin(id)
    await his.react(id, '👍')
    await hers.react(id, '👍')
    for (const room of [hers, his]) {
      await shows(room, ({ messages: [one] }) => one!.rev === 4)
      expect(room.store.get().messages).toMatchObject([
        { text_message: 'Hello', pinned: true, reactions: [{ emoji: '👍', count: 2, mine: true }] },
      ])
    }
    await hers.react(id, '👍', false)
    await hers.pin(id, false)
    await shows(his, ({ messages: [one] }) => one!.rev === 6)
    expect(his.store.get().messages).toMatchObject([{ pinned: false, reactions: [{ count: 1, mine: true }] }])
    await shows(hers, ({ messages: [one] }) => one!.rev === 6)
    expect(hers.store.get().messages).toMatchObject([{ pinned: false, reactions: [{ count: 1, mine: false }] }])
    await hers.delete(id)
    const { body } = await bob.rest.get(`/room/${roomId}/message`)
    for (const room of [hers, his]) {
      expect((await shows(room, ({ messages: [one] }) => one!.rev === 7)).messages).toEqual(body.items)
    }
  })

  it('throws what refuses it', async () => {
    const [hers, his] = [await inRoom(ann, roomId), await inRoom(bob, roomId)]
    hers.send('Hello')
    const { message_id: id } = (await shows(his, (now) => now.messages.length === 1)).messages[0]!
    await expect(his.edit(id, { text_message: 'Not mine' })).rejects.toMatchObject({ code: 'forbidden', status: 403 })
    await expect(his.react(id, 'no emoji')).rejects.toMatchObject({ code: 'validation_failed' })
  })

  it('while older pages are read is not lost with them', async () => {
    for (const n of oneTo(60)) await ann.send(roomId, `message ${n}`)
    const his = await inRoom(bob, roomId)
    const { body } = await bob.rest.get(`/room/${roomId}/message?after_seq=0&limit=1`)
    const first = body.items[0].message_id
    for (let n = 0; n < 20; n++) {
      const edited = ann.rest.patch(`/room/${roomId}/message/${first}`, { text_message: `edit ${n}` })
      await Promise.all([his.loadOlder(), edited])
    }
    await shows(his, ({ messages: [one] }) => one!.text_message === 'edit 19')
  })
})

describe('pages', () => {
  it('show the newest first, and are read upwards to the first', async () => {
    for (const n of oneTo(120)) await ann.send(roomId, `message ${n}`)
    const room = await inRoom(bob, roomId)
    const wrong = watched(room)
    const seqs = (): number[] => room.store.get().messages.map(({ seq }) => seq)
    expect([seqs().length, seqs().at(-1), room.store.get().hasOlder]).toEqual([50, 120, true])
    await Promise.all([room.loadOlder(), room.loadOlder()])
    expect([seqs().length, room.store.get().hasOlder]).toEqual([100, true])
    room.send('new')
    await room.loadOlder()
    await shows(room, ({ messages }) => messages.at(-1)!.text_message === 'new')
    expect(seqs()).toEqual(oneTo(121))
    expect(room.store.get().hasOlder).toBe(false)
    await room.loadOlder()
    expect(seqs()).toEqual(oneTo(121))
    expect(wrong).toEqual([])
  })

  it('end where the history that is kept begins', async () => {
    for (const n of oneTo(5)) await ann.send(roomId, `message ${n}`)
    const room = await inRoom(bob, roomId)
    expect(room.store.get()).toMatchObject({ hasOlder: false, status: 'live' })
    expect(texts(room.store.get())).toHaveLength(5)
  })
})

describe('who is there', () => {
  it('members with their roles, coming, going and changing', async () => {
    const [room, cleo] = [await inRoom(ann, roomId), await tenant.user({ display_name: 'Cleo' })]
    const { members } = await shows(room, (now) => now.members.size === 2)
    expect([...members.values()].map((one) => [one.display_name, one.room_role])).toEqual([
      ['Ann', 'owner'],
      ['Bob', 'member'],
    ])
    await ann.rest.post(`/room/${roomId}/member`, { user_ids: [cleo.userId] })
    await shows(room, (now) => now.members.get(cleo.userId)?.display_name === 'Cleo')
    await ann.rest.post(`/room/${roomId}/member`, { user_ids: [cleo.userId], room_role: 'moderator' })
    await shows(room, (now) => now.members.get(cleo.userId)?.room_role === 'moderator')
    await cleo.rest.post(`/room/${roomId}/leave`)
    await shows(room, (now) => now.members.size === 2)
  })

  it('are not read anew for each who comes, where many do', async () => {
    const room = await inRoom(ann, roomId)
    await shows(room, ({ members }) => members.size === 2)
    const { fetch } = globalThis
    let asked = 0
    globalThis.fetch = (address, init) => {
      if ((address as string).includes('/member?')) asked++
      return fetch(address, init)
    }
    for (const n of oneTo(8)) {
      const one = await tenant.user({ display_name: `${n}` })
      await ann.rest.post(`/room/${roomId}/member`, { user_ids: [one.userId] })
      await setTimeout(300)
    }
    await shows(room, ({ members }) => members.size === 10)
    expect(asked).toBeLessThanOrEqual(1)
    await until(() => asked === 1, 'them to be read once')
    globalThis.fetch = fetch
  })

  it('says what one may do, also when that changes', async () => {
    const room = await inRoom(bob, roomId)
    expect(room.store.get().room).toMatchObject({ room_id: roomId, member_count: 2 })
    expect(room.store.get().room!.can).not.toContain('room.update')
    await ann.rest.post(`/room/${roomId}/member`, { user_ids: [bob.userId], room_role: 'moderator' })
    await shows(room, ({ room }) => room!.can.length > 0 && room!.can.includes('message.pin'))
  })

  it('the room’s own changes', async () => {
    const room = await inRoom(bob, roomId)
    await ann.rest.patch(`/room/${roomId}`, { name: 'Another name' })
    await shows(room, ({ room }) => room!.name === 'Another name')
  })

  it('who types, for as long as they do: until they send, or say nothing more', async () => {
    const [hers, his] = [await inRoom(ann, roomId), await inRoom(bob, roomId)]
    hers.typing()
    hers.typing()
    expect((await shows(his, ({ typists }) => typists.length > 0)).typists).toEqual([
      { user_id: ann.userId, display_name: 'Ann' },
    ])
    hers.send('Hello')
    await shows(his, ({ typists, messages }) => !typists.length && messages.length === 1)
    hers.typing()
    await shows(his, ({ typists }) => typists.length === 1)
    const ended: number[] = []
    his.store.subscribe(() => his.store.get().typists.length === 0 && ended.push(performance.now()))
    const untilMs = performance.now() + 7000
    while (performance.now() < untilMs) {
      hers.typing()
      await setTimeout(100)
    }
    expect(ended).toEqual([])
    await shows(his, ({ typists }) => !typists.length)
  })

  it('how far each has read', async () => {
    const [hers, his] = [await inRoom(ann, roomId), await inRoom(bob, roomId)]
    hers.send('Hello')
    await shows(his, (now) => now.messages.length === 1)
    his.markRead()
    await shows(hers, ({ members }) => members.get(bob.userId)?.last_read_seq === 1)
  })
})

describe('a room that is no more', () => {
  it('is gone when one is removed, and back when one is added again', async () => {
    const room = await inRoom(bob, roomId)
    await ann.rest.delete(`/room/${roomId}/member/${bob.userId}`)
    expect((await shows(room, ({ status }) => status === 'gone')).error).toMatchObject({ code: 'room_not_found' })
    await ann.send(roomId, 'without Bob')
    await ann.rest.post(`/room/${roomId}/member`, { user_ids: [bob.userId] })
    expect(texts(await live(room))).toContain('without Bob')
    await ann.send(roomId, 'with Bob')
    await shows(room, (now) => texts(now).includes('with Bob'))
  })

  it('is gone when it is deleted', async () => {
    const room = await inRoom(bob, roomId)
    await ann.rest.delete(`/room/${roomId}`)
    await shows(room, ({ status }) => status === 'gone')
  })

  it.each([
    ['nobody’s', () => roomId.replace(/^..../, '0000'), 'room_not_found'],
    ['no id', () => 'none', 'validation_failed'],
  ])('is gone if it never was: %s', async (_, id, code) => {
    const room = (await clientOf(bob)).room(id())
    expect((await shows(room, ({ status }) => status === 'gone')).error).toMatchObject({ code })
  })
})
