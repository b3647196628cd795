/** The room of a stream: everybody of the tenant is in it, and none of them has a row for that. */
import type { Person } from '../../src/contract/actor.js'
import { ChangesService } from '../../src/messages/changes.service.js'
import { MessagesService } from '../../src/messages/messages.service.js'
import { ReactionsService } from '../../src/messages/reactions.service.js'
import { ReadsService } from '../../src/messages/reads.service.js'
import { TypingService } from '../../src/presence/typing.service.js'
import { LivestreamsService } from '../../src/livestreams/livestreams.service.js'
import { Retention } from '../../src/messages/retention.js'
import { MembersService } from '../../src/rooms/members.service.js'
import { RoomsService } from '../../src/rooms/rooms.service.js'
import { age, storedSeqs } from '../support/aging.js'
import { rowsOf } from '../support/database.js'
import { badField, countOf, noId, problem, statusesOf } from '../support/problems.js'
import type { Answer } from '../support/rest.js'
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'
import { until } from '../support/until.js'

let service: Service
let tenant: TestTenant
let streamer: TestUser
let viewer: TestUser
let moderator: TestUser
let admin: TestUser
let room: string

beforeAll(async () => {
  service = await startService()
})
beforeEach(async () => {
  tenant = await service.tenant()
  streamer = await tenant.user({ display_name: 'Sue' })
  viewer = await tenant.user({ display_name: 'Vic' })
  moderator = await tenant.user({ display_name: 'Mo', role: 'moderator' })
  admin = await tenant.user({ display_name: 'Ada', role: 'admin' })
  room = (await streamer.rest.post('/api/chat/thread', { stream_id: 'stream' })).body.room_id
})
afterEach(async () => {
  expect(await countOf(tenant, 'tb_user_room')).toBe(0)
})
afterAll(() => service.stop())

const thumb = encodeURIComponent('👍')
const people = () => ({ streamer, viewer, moderator, admin })
type Name = keyof ReturnType<typeof people>

describe('what each may', () => {
  /** Who is asked to do it, in this order. */
  const names: Name[] = ['streamer', 'viewer', 'moderator', 'admin']
  let message: string
  beforeEach(async () => {
    message = `/room/${room}/message/${(await viewer.send(room, 'Hi')).message_id}`
  })

  const acts: [what: string, act: (user: TestUser) => Promise<Answer>, statuses: number[]][] = [
    ['see the room', ({ rest }) => rest.get(`/room/${room}`), [200, 200, 200, 200]],
    ['read', ({ rest }) => rest.get(`/room/${room}/message`), [200, 200, 200, 200]],
    ['read one message', ({ rest }) => rest.get(message), [200, 200, 200, 200]],
    ['search', ({ rest }) => rest.get(`/search?q=hi&room_id=${room}`), [200, 200, 200, 200]],
    ['join', ({ rest }) => rest.post(`/room/${room}/join`), [200, 200, 200, 200]],
    ['send', ({ rest }) => rest.post(`/room/${room}/message/send`, { text_message: 'Hi' }), [201, 201, 201, 201]],
    ['react', ({ rest }) => rest.put(`${message}/reaction/${thumb}`), [200, 200, 200, 200]],
    ['take it back', ({ rest }) => rest.delete(`${message}/reaction/${thumb}`), [204, 204, 204, 204]],
    ['edit what the viewer said', ({ rest }) => rest.patch(message, { text_message: 'Ho' }), [403, 200, 403, 403]],
    ['see what it said before', ({ rest }) => rest.get(`${message}/edits`), [200, 403, 200, 200]],
    ['pin', ({ rest }) => rest.put(`${message}/pin`), [200, 403, 200, 200]],
    ['unpin', ({ rest }) => rest.delete(`${message}/pin`), [204, 403, 204, 204]],
    ['delete what the viewer said', ({ rest }) => rest.delete(message), [204, 204, 204, 204]],
    ['rename', ({ rest }) => rest.patch(`/room/${room}`, { name: 'My stream' }), [200, 403, 403, 200]],
    ['make it slow', ({ rest }) => rest.patch(`/room/${room}`, { slow_mode_s: 1 }), [200, 403, 403, 200]],
    ['hand over', ({ rest }) => rest.patch(`/room/${room}`, { owner_id: viewer.userId }), [403, 403, 403, 403]],
    ['leave', ({ rest }) => rest.post(`/room/${room}/leave`), [403, 403, 403, 403]],
    ['mark as read', ({ rest }) => rest.post(`/room/${room}/read`, { seq: 1 }), [403, 403, 403, 403]],
    ['see members', ({ rest }) => rest.get(`/room/${room}/member`), [200, 200, 200, 200]],
    [
      'add members',
      ({ rest }) => rest.post(`/room/${room}/member`, { user_ids: [viewer.userId] }),
      [403, 403, 403, 403],
    ],
    ['remove', ({ rest }) => rest.delete(`/room/${room}/member/${viewer.userId}`), [403, 403, 403, 403]],
    ['close', ({ rest }) => rest.post('/api/chat/thread/stream/close'), [200, 403, 200, 200]],
    ['delete the room', ({ rest }) => rest.delete(`/room/${room}`), [204, 403, 403, 204]],
  ]
  const cells = acts.flatMap(([what, act, statuses]) =>
    names.map((name, place) => ({ what, name, status: statuses[place]!, act })),
  )
  it.each(cells)('$what, the $name: $status', async ({ name, status, act }) => {
    expect((await act(people()[name])).status).toBe(status)
  })

  it('is what `can` says', async () => {
    const can = async (name: Name) => (await people()[name].rest.get(`/room/${room}`)).body.can
    const all = ['room.read', 'message.send', 'message.edit', 'message.delete', 'message.react']
    expect(await can('viewer')).toEqual(all)
    const ordering = ['message.pin', 'message.history', 'message.delete_any', 'livestream.close']
    expect((await can('moderator')).toSorted()).toEqual([...all, ...ordering].toSorted())
    for (const name of ['streamer', 'admin'] as const) {
      expect((await can(name)).toSorted()).toEqual([...all, ...ordering, 'room.update', 'room.delete'].toSorted())
    }
  })

  it.each(['open', 'invite'])('not to be made %s by anybody', async (access) => {
    for (const rest of [streamer.rest, admin.rest, tenant.backend]) {
      expect(await rest.patch(`/room/${room}`, { access })).toMatchObject(badField('access'))
    }
  })
})

describe('what is sent', () => {
  it('is numbered without a gap, by many who were never there before', async () => {
    const crowd = await Promise.all(Array.from({ length: 20 }, () => tenant.user()))
    const sent = await Promise.all(crowd.flatMap((one) => [one.send(room, '1'), one.send(room, '2')]))
    expect(sent.map(({ seq }) => seq).toSorted((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, n) => n + 1))
  })

  it('is in the same order as what the backend says, and what is said in other rooms', async () => {
    const others = await tenant.backend.post('/room', { name: 'Empty' })
    const system = (of: string) => tenant.backend.post(`/room/${of}/message/send`, { text_message: 'System' })
    const all = Array.from({ length: 10 }, () => [viewer.send(room, 'Hi'), system(room), system(others.body.room_id)])
    await Promise.all(all.flat())
    const { items } = (await viewer.rest.get(`/room/${room}/message`)).body
    expect(items.map(({ seq }: any) => seq)).toEqual(Array.from({ length: 20 }, (_, n) => n + 1))
    expect(items.filter(({ type }: any) => type === 'system')).toHaveLength(10)
  })

  it('is stored once by its id, however often it comes at once, and says so', async () => {
    const send = () => viewer.rest.post(`/room/${room}/message/send`, { text_message: 'Hi', client_message_id: 'once' })
    const answers = await Promise.all(Array.from({ length: 20 }, send))
    expect(statusesOf(answers)).toEqual([...Array<number>(19).fill(200), 201])
    expect(await storedSeqs(service, room)).toEqual([1])
  })

  it('may reply and mention, and is as any message', async () => {
    const first = await streamer.send(room, 'Hi all')
    const reply = await viewer.send(room, 'Hi', { reply_to: first.message_id, mentions: [streamer.userId] })
    expect(reply).toMatchObject({
      seq: 2,
      type: 'text',
      reply_to: first.message_id,
      mentions: [streamer.userId],
      sender: { user_id: viewer.userId, display_name: 'Vic', name: 'Vic' },
    })
    const lost = await viewer.rest.post(`/room/${room}/message/send`, { text_message: 'x', reply_to: noId() })
    expect(lost).toMatchObject(problem(404, 'message_not_found'))
  })

  it('is not stored by who is locked, nor by anybody of another tenant', async () => {
    const stranger = await (await service.tenant()).user()
    const answer = await stranger.rest.post(`/room/${room}/message/send`, { text_message: 'Hi' })
    expect(answer).toMatchObject(problem(404, 'room_not_found'))
    const sending = Array.from({ length: 20 }, () => viewer.send(room, 'Hi'))
    await tenant.backend.patch(`/user/${viewer.userId}`, { status: 'not_active' })
    const { last_seq } = (await tenant.backend.get(`/room/${room}`)).body
    await Promise.all(sending)
    expect((await tenant.backend.get(`/room/${room}`)).body.last_seq).toBe(last_seq)
  })

  it('reaches who listens, and who comes later, by sockets as by REST', async () => {
    const listening = await viewer.socketIn(room)
    const { message_id } = await streamer.send(room, 'Hi')
    expect((await listening.next('new_message'))[0]).toMatchObject({ message_id, seq: 1 })
    const later = await admin.socket()
    expect(await later.ask('join_room', { room_id: room, after_seq: 0 })).toMatchObject({ ok: true, complete: true })
    expect(later.payloads('new_message')).toMatchObject([{ message_id }])
    expect(await later.ask('sync_rooms', { rooms: [{ room_id: room, after_seq: 0, after_rev: 0 }] })).toMatchObject({
      rooms: [{ room_id: room, last_seq: 1, complete: true }],
    })
    const sent = await later.ask('send_message', { room_id: room, text_message: 'Hello' })
    expect(sent).toMatchObject({ ok: true, message: { seq: 2 } })
    await listening.next('new_message', 2)
  })

  it('is counted by reactions of the crowd, and told to all', async () => {
    const { message_id } = await streamer.send(room, 'Hi')
    const listening = await viewer.socketIn(room)
    const crowd = [streamer, viewer, moderator, admin]
    await Promise.all(crowd.map(({ rest }) => rest.put(`/room/${room}/message/${message_id}/reaction/${thumb}`)))
    const told = await listening.next('reaction_added', 4)
    expect(told.map(({ rev }) => rev)).toEqual([1, 2, 3, 4])
    expect((await viewer.rest.get(`/room/${room}/message/${message_id}`)).body.reactions).toEqual([
      { emoji: '👍', count: 4, mine: true },
    ])
  })

  it('shows that somebody is typing, who has no row', async () => {
    const listening = await streamer.socketIn(room)
    const typing = await viewer.socketIn(room)
    expect(await typing.ask('typing', { room_id: room, is_typing: true })).toMatchObject({ ok: true })
    expect((await listening.next('typing'))[0]).toMatchObject({ user_id: viewer.userId, is_typing: true })
  })

  it('goes when it is too old', async () => {
    await service.operator.patch(`/admin/tenant/${tenant.tenantId}`, { retention_days: 1 })
    await viewer.send(room, 'old')
    await age(service, room, 2)
    await viewer.send(room, 'new')
    await until(async () => {
      await service.app.get(Retention).pass()
      return (await storedSeqs(service, room)).join() === '2'
    }, 'the old message to go')
    expect((await viewer.rest.get(`/room/${room}`)).body.first_seq).toBe(2)
  })
})

describe('where it is shown', () => {
  it('not in anybody’s list of rooms, nor in what is unread, nor in a search in all of one’s rooms', async () => {
    await streamer.send(room, 'Hi')
    for (const { rest } of [streamer, viewer]) {
      expect((await rest.get('/room')).body.items).toEqual([])
      expect((await rest.get('/room/unread')).body).toEqual({ total: 0, rooms: [] })
      expect((await rest.get('/search?q=hi')).body.items).toEqual([])
    }
    expect((await tenant.backend.get('/room')).body.items).toMatchObject([{ room_id: room }])
    expect((await tenant.backend.get('/search?q=hi')).body.items).toMatchObject([{ room_id: room }])
  })

  it('by its id, with its last message, and with nothing unread', async () => {
    await streamer.send(room, 'Hi')
    const { body } = await viewer.rest.get(`/room/${room}`)
    expect(body).toMatchObject({ member_count: 0, unread: 0, last_message: { text_message: 'Hi' } })
    expect((await viewer.rest.get(`/room/${room}/member`)).body).toEqual({ items: [], next_cursor: null })
    expect((await viewer.rest.post(`/room/${room}/join`)).body).toMatchObject({
      user_id: viewer.userId,
      room_role: 'member',
    })
    expect((await streamer.rest.post(`/room/${room}/join`)).body.room_role).toBe('owner')
  })
})

describe('a guest', () => {
  let guest: Person
  const at = <T>(feature: new (...args: never[]) => T): T => service.app.get(feature)
  beforeEach(() => {
    guest = { kind: 'user', tenantId: tenant.tenantId, userId: noId(), role: 'user', guest: true }
  })

  it('reads', async () => {
    const { message_id } = await streamer.send(room, 'Hi')
    expect(await at(RoomsService).enter(guest, room)).toMatchObject({ room_id: room, can: ['room.read'], unread: 0 })
    expect((await at(MessagesService).history(guest, room, { limit: 9 })).items).toMatchObject([{ message_id }])
    const missed = await at(MessagesService).missed(guest, [{ roomId: room, after: { seq: 0, rev: 0 } }])
    expect(missed.get(room)).toMatchObject({ isMember: true, complete: true, head: { seq: 1, rev: 0 } })
    expect(await at(LivestreamsService).requireLive(guest, 'stream')).toMatchObject({ room_id: room })
  })

  it.each<[string, (message: string) => unknown]>([
    ['send', () => at(MessagesService).send(guest, room, { text_message: 'Hi' })],
    ['edit', (message) => at(ChangesService).edit(guest, room, message, { text_message: 'Hi' })],
    ['pin', (message) => at(ChangesService).pin(guest, room, message, true)],
    ['delete', (message) => at(ChangesService).delete(guest, room, message)],
    ['react', (message) => at(ReactionsService).add(guest, room, message, '👍')],
    ['take a reaction back', (message) => at(ReactionsService).remove(guest, room, message, '👍')],
    ['mark as read', () => at(ReadsService).mark(guest, room, 1)],
    ['type', () => at(TypingService).set(guest, 'socket', { room_id: room, is_typing: true })],
    ['join', () => at(MembersService).join(guest, room)],
    ['rename', () => at(RoomsService).update(guest, room, { name: 'Mine' })],
    ['open a stream', () => at(LivestreamsService).open(guest, 'mine')],
    ['close the stream', () => at(LivestreamsService).close(guest, 'stream')],
  ])('does not %s', async (_, act) => {
    const { message_id } = await streamer.send(room, 'Hi')
    await expect(act(message_id)).rejects.toMatchObject({ code: 'guests_only_read' })
    const { body } = await streamer.rest.get(`/room/${room}`)
    expect(body).toMatchObject({ last_seq: 1, last_rev: 0, archived: false })
  })

  it('finds no other room', async () => {
    const { body } = await tenant.backend.post('/room', { name: 'Open', access: 'open' })
    const { room_id } = body
    const notFound = { code: 'room_not_found' }
    await expect(at(RoomsService).enter(guest, room_id)).rejects.toMatchObject(notFound)
    await expect(at(MessagesService).history(guest, room_id, { limit: 9 })).rejects.toMatchObject(notFound)
    await expect(at(MessagesService).send(guest, room_id, { text_message: 'Hi' })).rejects.toMatchObject(notFound)
    const missed = await at(MessagesService).missed(guest, [{ roomId: room_id, after: { seq: 0, rev: 0 } }])
    expect(missed.get(room_id)).toMatchObject({ isMember: false, events: [] })
  })
})

describe('a viewer by their token', () => {
  it('neither starts nor ends a stream, their own neither', async () => {
    const livestreams = service.app.get(LivestreamsService)
    const { tenantId } = tenant
    const asViewer: Person = { kind: 'user', tenantId, userId: streamer.userId, role: 'user', streamRole: 'viewer' }
    await expect(livestreams.open(asViewer, 'another')).rejects.toMatchObject({ code: 'forbidden' })
    await expect(livestreams.close(asViewer, 'stream')).rejects.toMatchObject({ code: 'forbidden' })
    const asStreamer: Person = { ...asViewer, streamRole: 'streamer' }
    expect(await livestreams.close(asStreamer, 'stream')).toMatchObject({ active: false })
  })
})

describe('whose streamer is erased', () => {
  it('ends, and stays to be read', async () => {
    await viewer.send(room, 'Hi')
    const { streams } = (await streamer.rest.get(`/user/${streamer.userId}/export`)).body
    expect(streams).toMatchObject([{ stream_id: 'stream', room_id: room, active: true, closed_at: null }])
    expect((await tenant.backend.post(`/user/${streamer.userId}/erase`)).status).toBe(204)
    expect((await viewer.rest.get(`/room/${room}`)).body.archived).toBe(true)
    const [row] = await rowsOf<{ active: boolean }>(
      service.databaseUrl,
      'SELECT active FROM chat_threads WHERE tenant_id = $1',
      [tenant.tenantId],
    )
    expect(row).toEqual({ active: false })
    expect((await viewer.rest.get(`/room/${room}/message`)).body.items).toHaveLength(1)
  })
})
