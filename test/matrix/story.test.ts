/**
 * One story by every wire: somebody comes, talks, reacts, types, edits, errs and leaves. What the wire has a word for is
 * seen by who reads by REST and by who listens by Socket.IO; what it has none for is refused, and changes nothing.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { commands } from '../../src/gateway/commands.js'
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'
import type { TestSocket } from '../support/sockets.js'
import { until } from '../support/until.js'
import { heardBy, type Answer, type Client, type Place, type Step } from './client.js'
import { logOf, placeOf } from './scene.js'
import { wires } from './wires.js'

let service: Service
let tenant: TestTenant

beforeAll(async () => {
  service = await startService()
  tenant = await service.tenant()
})
afterAll(() => service.stop())

const scenes = wires.flatMap((wire) => wire.kinds.map((kind) => ({ wire, name: wire.name, kind })))

describe.each(scenes)('$name in a $kind', ({ wire, kind }) => {
  let ann: TestUser
  let bob: TestUser
  let place: Place
  /** Ann listens, by Socket.IO. */
  let anns: TestSocket
  /** Bob plays the story. */
  let client: Client
  /** What Ann said. */
  let message_id: string
  /** What Bob said. */
  let own_id: string

  beforeAll(async () => {
    ;[ann, bob] = await Promise.all([tenant.user({ display_name: 'Ann' }), tenant.user({ display_name: 'Bob' })])
    place = await placeOf(ann, kind)
    for (const text of ['one', 'two']) message_id = (await ann.send(place.roomId, text)).message_id
    anns = await ann.socketIn(place.roomId)
    client = wire.client(bob, place)
  })

  const texts = async (): Promise<string[]> => (await heardBy(wire, client)).map(({ text }) => text)
  const path = (): string => `/room/${place.roomId}`
  const read = async (id: string): Promise<any> => (await ann.rest.get(`${path()}/message/${id}`)).body
  const isMember = async (): Promise<boolean> =>
    (await ann.rest.get(`${path()}/member`)).body.items.some((member: any) => member.user_id === bob.userId)
  const viewers = (count: number): Promise<unknown> =>
    until(() => anns.payloads('viewer_count').at(-1)?.count === count, `${count} viewers`)
  const ofBob = (event: string): Promise<any> =>
    until(() => anns.payloads(event).find(({ user_id }) => user_id === bob.userId), `${event} of Bob`)

  const deeds: Record<Step, () => Promise<Answer>> = {
    join: () => client.join(),
    send: () => client.send('Hello', 'hello'),
    react: () => client.react(message_id, '👍'),
    unreact: () => client.unreact(message_id, '👍'),
    type: () => client.type(),
    edit: () => client.edit(own_id, 'Hello!'),
    leave: () => client.leave(),
  }

  const effects: Record<Step, () => Promise<void>> = {
    async join() {
      if (kind === 'livestream') return void (await viewers(2))
      expect(await isMember()).toBe(true)
      expect(await ofBob('member_joined')).toMatchObject({ display_name: 'Bob' })
    },
    async send() {
      const heard = await until(() => anns.payloads('new_message').find(({ seq }) => seq === 3), 'what Bob said')
      expect(heard).toMatchObject({ text_message: 'Hello', client_message_id: 'hello', sender: { name: 'Bob' } })
      own_id = heard.message_id
      expect(await read(own_id)).toMatchObject({ seq: 3, text_message: 'Hello', sender: { user_id: bob.userId } })
      const said = (await heardBy(wire, client)).filter(({ text }) => text === 'Hello')
      expect(said).toMatchObject([{ userId: bob.userId, username: 'Bob' }])
    },
    async react() {
      expect(await ofBob('reaction_added')).toMatchObject({ message_id, emoji: '👍', count: 1 })
      expect((await read(message_id)).reactions).toMatchObject([{ emoji: '👍', count: 1 }])
    },
    async unreact() {
      expect(await ofBob('reaction_removed')).toMatchObject({ message_id, emoji: '👍', count: 0 })
      expect((await read(message_id)).reactions).toEqual([])
    },
    async type() {
      expect(await ofBob('typing')).toMatchObject({ display_name: 'Bob', is_typing: true })
    },
    async edit() {
      expect((await anns.next('message_updated'))[0]).toMatchObject({ message: { text_message: 'Hello!' } })
      expect(await read(own_id)).toMatchObject({ text_message: 'Hello!', edited_at: expect.any(String) })
    },
    async leave() {
      if (kind === 'livestream') await viewers(1)
      if (wire.name === 'rest') expect(await isMember()).toBe(false)
      const { seq } = await ann.send(place.roomId, 'Is he gone?')
      await until(() => anns.payloads('new_message').some((message) => message.seq === seq), 'the question')
      // It is answered after all that was told before.
      await client.react(message_id, '👍')
      expect(await texts()).not.toContain('Is he gone?')
    },
  }

  /** What happened in the room so far, and was told of Bob. */
  const seen = async (): Promise<{ last_seq: number; last_rev: number; typing: number }> => {
    const { last_seq, last_rev } = (await ann.rest.get(path())).body
    return { last_seq, last_rev, typing: anns.payloads('typing').length }
  }

  async function play(step: Step): Promise<void> {
    const before = await seen()
    const answer = await deeds[step]()
    if (wire.can.has(step)) {
      expect(answer).toMatchObject({ ok: true })
      await effects[step]()
    } else {
      expect(answer).toMatchObject({ ok: false, code: wire.unknown })
      expect(await seen()).toEqual(before)
    }
  }

  it('join', () => play('join'))

  it('history: what was said before', async () => {
    await until(async () => (await texts()).length === 2, 'two messages')
    expect(await heardBy(wire, client)).toMatchObject([
      { text: 'one', userId: ann.userId, username: 'Ann' },
      { text: 'two', userId: ann.userId, username: 'Ann' },
    ])
  })

  it.each<Step>(['type', 'send', 'react', 'unreact', 'edit'])('%s', play)

  it.each([
    ['an empty text', ''],
    ['an over-long text', '😀'.repeat(10_001)],
  ])('%s is refused, and everything goes on', async (_, text) => {
    // What was typed before may end by itself meanwhile.
    const { last_seq, last_rev } = await seen()
    expect(await client.send(text)).toMatchObject({ ok: false, code: 'validation_failed' })
    expect(await seen()).toMatchObject({ last_seq, last_rev })
    const longest = '😀'.repeat(10_000)
    expect(await client.send(longest)).toMatchObject({ ok: true })
    expect((await logOf(ann, place)).at(-1).text_message).toBe(longest)
  })

  it('leave', () => play('leave'))
})

describe('every command', () => {
  /** What the story does not tell, and the test that does. */
  const elsewhere: ReadonlyMap<string, [file: string, event: string, why: string]> = new Map([
    ['room.sync', ['sockets/sync-rooms.test.ts', 'sync_rooms', 'it is join_room for many rooms at once']],
    ['room.mark_read', ['rest/read.test.ts', 'mark_read', 'one wire has it, and REST']],
    ['message.delete', ['sockets/changes.test.ts', 'delete_message', 'one wire has it, and REST']],
    ['message.pin', ['rest/pins.test.ts', 'pin_message', 'one wire has it, and REST']],
    ['message.unpin', ['rest/pins.test.ts', 'unpin_message', 'one wire has it, and REST']],
    ['token.refresh', ['sockets/token-life.test.ts', 'refresh_token', 'it is about a connection, not a room']],
    ['notifications.join', ['seed-001.test.ts', 'join_notification_room', 'it is about a user, not a room']],
    ['call.signal', ['sockets/call-signal.test.ts', 'call_signal', 'only private rooms have it']],
    ['ephemeral.enter', ['plain/ephemeral.test.ts', 'chat.join', 'such rooms are on one wire alone']],
    ['ephemeral.exit', ['plain/ephemeral.test.ts', 'chat.leave', 'such rooms are on one wire alone']],
    ['ephemeral.send', ['plain/ephemeral.test.ts', 'chat.message', 'such rooms are on one wire alone']],
    ['ephemeral.type', ['plain/ephemeral.test.ts', 'chat.typing', 'such rooms are on one wire alone']],
  ])

  it('was done in the story, or is done elsewhere', async () => {
    const { body } = await service.operator.get('/metrics')
    const done = (name: string): boolean =>
      body.includes(`parley_command_seconds_count{command="${name}",outcome="ok"}`)
    const undone = [...commands.keys()].filter((name) => !done(name))
    expect(undone.toSorted()).toEqual([...elsewhere.keys()].toSorted())
  })

  it.each([...elsewhere])('%s: %j', (_, [file, event]) => {
    expect(readFileSync(join(__dirname, '..', file), 'utf8')).toContain(event)
  })
})
