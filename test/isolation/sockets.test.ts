/** The same for every command of a socket; and no socket hears anything of another tenant. */
import { answersTo } from '../support/plain.js'
import { startService, type Service } from '../support/service.js'
import type { TestSocket } from '../support/sockets.js'
import { leaks, toComparable, type Foreign } from './answers.js'
import { chatCalls, missingCalls, roomsCalls, type SocketCall } from './calls.js'
import { idsIn, rowsOfTenant } from './rows.js'
import { eventSamples } from './samples.js'
import { filled, mixtures, slotsOf, type Shape } from './slots.js'
import { makeWorld, type World } from './world.js'

/** Sockets in all their rooms. */
const listen = ({ user, other, rooms }: World): Promise<TestSocket[]> =>
  Promise.all(
    [user, other].map(async (person) => {
      const socket = await person.socket()
      for (const room of Object.values(rooms)) await socket.ask('join_room', { room_id: room })
      return socket
    }),
  )

/** Everything that is told to sockets; when it returns, those of that tenant heard it. */
async function live({ tenant, user, other, admin, rooms, word }: World): Promise<void> {
  const further = await tenant.user({ display_name: word })
  const witness = await user.socketIn(rooms.open)
  await user.send(rooms.invite, word)
  await tenant.backend.post(`/room/${rooms.open}/message/send`, { text_message: `System ${word}` })
  await tenant.backend.post(`/room/${rooms.open}/member`, { user_ids: [further.userId] })
  await user.rest.patch(`/room/${rooms.open}`, { name: `New ${word}` })
  await further.rest.post(`/room/${rooms.open}/leave`)
  await user.rest.delete(`/room/${rooms.open}/member/${other.userId}`)
  await user.rest.delete(`/room/${await tenant.room([user, admin, other], { name: word })}`)
  const last = await user.send(rooms.open, `Last ${word}`)
  await witness.next('new_message', 2)
  expect(witness.payloads('new_message').at(-1)).toEqual(last)
}

/** But for what comes on its own time, of what happened at one's own before. */
const countEvents = ({ heard }: TestSocket): number =>
  heard.filter(([event]) => event !== 'heads' && event !== 'room_activity').length

describe('another tenant’s ids, by Socket.IO', () => {
  let service: Service
  let theirs: World
  let mine: World
  let foreign: Foreign
  let known: Set<string>
  let sockets: Record<string, TestSocket>

  beforeAll(async () => {
    service = await startService()
    theirs = await makeWorld(service, 'Azure', 100)
    mine = await makeWorld(service, 'Beige')
    foreign = { word: theirs.word, ids: idsIn(await rowsOfTenant(service.databaseUrl, theirs.tenant.tenantId)) }
    known = idsIn(await rowsOfTenant(service.databaseUrl, mine.tenant.tenantId))
    sockets = {
      'a user’s JWT': await mine.user.socket(),
      'clientKey.user': await service.socket({ extraHeaders: { clientKey: mine.user.clientKey } }),
      'an admin’s JWT': await mine.admin.socket(),
    }
  })
  afterAll(() => service.stop())

  it('every command has a sample, and every UUID in it a slot', () => {
    expect(missingCalls()).toEqual([])
  })

  it('every sample is a good call: with one’s own ids it succeeds', async () => {
    const own = await makeWorld(service, 'Own')
    const [socket, plain] = [await own.user.socket(), await own.user.plain('/chat/ws')]
    const fill = (shape: Shape): any =>
      filled(
        shape,
        slotsOf(shape).map(({ kind }) => own.hands.open(kind)),
      ).body
    for (const { event, shape } of chatCalls) {
      expect(await socket.ask(event, fill(shape))).toMatchObject({ ok: true })
    }
    for (const { event, shape } of roomsCalls) {
      const answers = await answersTo(plain, { event, data: fill(shape) })
      expect({ event, errors: answers.filter((frame) => frame.event === 'error') }).toEqual({ event, errors: [] })
    }
  })

  /** Asks with their ids, and with such as never were: what can be told apart, and what is told of them. */
  async function differences(calls: SocketCall[], ask: (event: string, body: unknown) => Promise<unknown>) {
    const found: unknown[] = []
    for (const { event, shape } of calls) {
      for (const hand of Object.values(theirs.hands)) {
        for (const pair of mixtures(shape, mine.hands.open, hand)) {
          const answer = await ask(event, filled(shape, pair.theirs).body)
          const real = toComparable(answer, pair.theirs, known)
          const unreal = toComparable(await ask(event, filled(shape, pair.never).body), pair.never, known)
          const leaked = leaks(answer, pair.theirs, foreign)
          if (real !== unreal || leaked.length) found.push({ event, ...pair, real, unreal, leaked })
        }
      }
    }
    return found
  }

  it.each(['a user’s JWT', 'clientKey.user', 'an admin’s JWT'])(
    'with %s: answer as ids that never were, and change nothing',
    async (credential) => {
      const before = await rowsOfTenant(service.databaseUrl, theirs.tenant.tenantId)
      const socket = sockets[credential]!
      expect(await differences(chatCalls, (event, body) => socket.ask(event, body))).toEqual([])
      expect(await rowsOfTenant(service.databaseUrl, theirs.tenant.tenantId)).toEqual(before)
    },
  )

  it('by a plain WebSocket, too', async () => {
    const before = await rowsOfTenant(service.databaseUrl, theirs.tenant.tenantId)
    const plain = await mine.user.plain('/chat/ws')
    expect(await differences(roomsCalls, (event, data) => answersTo(plain, { event, data }))).toEqual([])
    expect(await rowsOfTenant(service.databaseUrl, theirs.tenant.tenantId)).toEqual(before)
  })

  it('without an acknowledgement, the exception is the same too', async () => {
    const socket = await mine.user.socket()
    const pair = mixtures({ body: eventSamples.get('send_message')![1] }, mine.hands.open, theirs.hands.open)[0]!
    for (const picks of [pair.theirs, pair.never]) {
      socket.socket.emit('send_message', filled({ body: eventSamples.get('send_message')![1] }, picks).body)
    }
    const [real, unreal] = await socket.next('exception', 2)
    expect(real).toMatchObject({ code: 'room_not_found', event: 'send_message' })
    expect(toComparable(real, pair.theirs, known)).toBe(toComparable(unreal, pair.never, known))
  })

  it('a token of theirs, or of somebody else here, makes nobody of anybody', async () => {
    const before = await rowsOfTenant(service.databaseUrl, theirs.tenant.tenantId)
    const witness = await theirs.user.socketIn(theirs.rooms.open)
    const strangers = [theirs.user, theirs.admin, mine.other, mine.admin]
    for (const socket of [await mine.user.socket(), sockets['clientKey.user']!]) {
      for (const { token } of strangers) {
        const answer = await socket.ask('refresh_token', { token })
        expect(answer).toMatchObject({ ok: false, error: { code: 'credentials_disagree', status: 400 } })
        expect(leaks(answer, [token], foreign)).toEqual([])
      }
      const theirRoom = { room_id: theirs.rooms.open, text_message: 'Hi' }
      expect(await socket.ask('send_message', theirRoom)).toMatchObject({ error: { code: 'room_not_found' } })
      const { message } = await socket.ask('send_message', { room_id: mine.rooms.open, text_message: 'Still me' })
      expect(message.sender.user_id).toBe(mine.user.userId)
    }
    expect(witness.heard).toEqual([])
    expect(await rowsOfTenant(service.databaseUrl, theirs.tenant.tenantId)).toEqual(before)
  })

  it('nothing that happens at theirs is heard here, nor the other way round', async () => {
    const here = await listen(mine)
    const there = await listen(theirs)
    for (const socket of here)
      for (const room of Object.values(theirs.rooms)) await socket.ask('join_room', { room_id: room })
    const heardHere = here.map(countEvents)
    await live(theirs)
    const heardThere = there.map(countEvents)
    expect(Math.min(...heardThere)).toBeGreaterThan(5)
    expect(here.map(countEvents)).toEqual(heardHere)
    await live(mine)
    const told = here.flatMap((socket) => socket.heard)
    expect(leaks(told, Object.values(theirs.rooms), foreign)).toEqual([])
    expect(there.map(countEvents)).toEqual(heardThere)
    expect(
      there.flatMap((socket) => socket.heard).filter((heard) => JSON.stringify(heard).includes(mine.word)),
    ).toEqual([])
  })
})
