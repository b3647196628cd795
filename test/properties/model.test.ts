/**
 * Random lives of two rooms, by REST and by sockets, beside a model of them: every answer, the history with its changes and
 * reactions, who is in the rooms, what is unread and what each socket was told are the model's.
 */
import fc, { type AsyncCommand } from 'fast-check'
import { startService, type Service } from '../support/service.js'
import { Model, type Outcome, type Who } from './model.js'
import { Real, type Result } from './real.js'

const users = [0, 1, 2]
const rooms = [
  { open: true, members: [0, 1] },
  { open: false, members: [1, 0] },
]

type Step = AsyncCommand<Model, Real>

/** One step: what the model says must be what the service answers. */
const step = (
  words: string,
  ofModel: (model: Model) => Outcome,
  ofReal: (real: Real, model: Model) => Promise<Result>,
): Step => ({
  check: () => true,
  async run(model, real) {
    const expected = ofModel(model)
    const { outcome, shown } = await ofReal(real, model)
    expect({ words, outcome, shown }).toMatchObject({ outcome: expected })
  },
  toString: () => words,
})

let texts = 0
const name = (who: Who): string => (who === null ? 'backend' : `user ${who}`)

/** A locked user has no socket: they try by REST. */
const has = (model: Model, who: Who): boolean => who !== null && !model.locked.has(who)

const send = (by: Who, room: number, clientId: string | null, socket: boolean): Step => {
  const text = `text ${texts++}`
  return {
    check: () => true,
    async run(model, real) {
      const before = model.sent(by, room, clientId)
      const expected = model.send(by, room, text, clientId)
      const { outcome, shown } = await real.send(by, room, text, clientId, socket && has(model, by))
      expect({ outcome, shown }).toMatchObject({ outcome: expected })
      if (before && outcome === 'repeated')
        expect(shown).toMatchObject({ text_message: before.text, client_message_id: clientId })
      if (outcome === 'done')
        expect(shown).toMatchObject({ text_message: text, seq: model.rooms[room]!.messages.length })
    },
    toString: () => `${name(by)} sends ${clientId ?? 'nameless'} to ${room} by ${socket ? 'socket' : 'REST'}`,
  }
}

/** Of one of the messages that are there; few texts, so that many edits change nothing. */
const change = (by: Who, room: number, nth: number, text: string | null, socket: boolean): Step => ({
  check: (model) => model.rooms[room]!.messages.length > 0,
  async run(model, real) {
    const { messages } = model.rooms[room]!
    const place = nth % messages.length
    const bySocket = socket && has(model, by)
    const expected = text === null ? model.delete(by, room, place) : model.edit(by, room, place, text)
    const { outcome, shown } =
      text === null ? await real.delete(by, room, place, bySocket) : await real.edit(by, room, place, text, bySocket)
    expect({ outcome, shown }).toMatchObject({ outcome: expected })
    if (outcome === 'done' && shown) expect(shown).toMatchObject({ text_message: text, rev: messages[place]!.rev })
  },
  toString: () => `${name(by)} makes ${text} of the ${nth}th in ${room} by ${socket ? 'socket' : 'REST'}`,
})

/** Few emoji and people, so that many are there already; what is shown is the message with the person's own. */
const react = (by: number, room: number, nth: number, emoji: string, adds: boolean, socket: boolean): Step => ({
  check: (model) => model.rooms[room]!.messages.length > 0,
  async run(model, real) {
    const { messages } = model.rooms[room]!
    const place = nth % messages.length
    const expected = model.react(by, room, place, emoji, adds)
    const { outcome, shown } = await real.react(by, room, place, emoji, adds, socket && has(model, by))
    expect({ outcome, shown }).toMatchObject({ outcome: expected })
    if (outcome !== 'done' || !shown) return
    const { reactions, rev } = messages[place]!
    const mine = [...reactions].map(([one, people]) => ({ emoji: one, count: people.size, mine: people.has(by) }))
    expect(shown).toMatchObject({ rev, reactions: mine })
  },
  toString: () => `${name(by)} ${adds ? 'adds' : 'takes'} ${emoji} of the ${nth}th in ${room}`,
})

const pin = (by: Who, room: number, nth: number, pinned: boolean): Step => ({
  check: (model) => model.rooms[room]!.messages.length > 0,
  async run(model, real) {
    const place = nth % model.rooms[room]!.messages.length
    const expected = model.pin(by, room, place, pinned)
    expect(await real.pin(by, room, place, pinned)).toMatchObject({ outcome: expected })
  },
  toString: () => `${name(by)} pins the ${nth}th in ${room}: ${pinned}`,
})

const read = (by: number, room: number, seq: number, socket: boolean): Step => ({
  check: () => true,
  async run(model, real) {
    const expected = model.read(by, room, seq)
    const { outcome, shown } = await real.read(by, room, seq, socket && has(model, by))
    expect({ outcome, shown }).toMatchObject({ outcome: expected })
    if (shown && outcome === 'done') expect(shown).toMatchObject({ unread: model.unread(by, room) })
  },
  toString: () => `${name(by)} has read ${room} to ${seq}`,
})

const saying = ({ by, clientId }: { by: Who; clientId: string }): string => `${name(by)} says ${clientId}`

/** Many at once, of which some are the same send: what is stored is in the order of the history. */
const burst = (room: number, sends: { by: Who; clientId: string; socket: boolean }[]): Step => ({
  check: (model) => !model.rooms[room]!.archived,
  async run(model, real) {
    const { messages } = model.rooms[room]!
    const before = messages.length
    const news = new Set<string>()
    const probe = model.copy()
    const expected = sends.map(({ by, clientId }) => {
      const outcome = probe.send(by, room, '', clientId)
      if (outcome !== 'done') return outcome
      news.add(saying({ by, clientId }))
      return 'repeated'
    })
    const results = await Promise.all(
      sends.map(({ by, clientId, socket }) =>
        real.send(by, room, saying({ by, clientId }), clientId, socket && has(model, by)),
      ),
    )
    expect(results.map(({ outcome }) => (outcome === 'done' ? 'repeated' : outcome))).toEqual(expected)
    expect(results.filter(({ outcome }) => outcome === 'done')).toHaveLength(news.size)
    const stored = await real.history(room, before)
    expect(new Set(stored.map((message) => message.text_message))).toEqual(news)
    for (const { sender, text_message, client_message_id } of stored) {
      model.send(real.numberOf(sender?.user_id), room, text_message, client_message_id)
    }
  },
  toString: () => `at once in ${room}: ${sends.map(({ by, clientId }) => `${name(by)} ${clientId}`).join(', ')}`,
})

const listen = (by: number, room: number): Step => ({
  check: (model) => !model.locked.has(by),
  async run(model, real) {
    const joined = model.join(by, room)
    const { outcome, shown } = await real.listen(by, room)
    expect({ outcome, shown }).toMatchObject({ outcome: joined === 'repeated' ? 'done' : joined })
    if (outcome === 'done') model.listen(by, room)
  },
  toString: () => `${name(by)} listens to ${room}`,
})

const lock = (user: number, locked: boolean): Step => ({
  check: (model) => model.locked.has(user) !== locked,
  async run(model, real) {
    model[locked ? 'lock' : 'unlock'](user)
    await real[locked ? 'lock' : 'unlock'](user)
  },
  toString: () => `${name(user)} is ${locked ? 'locked' : 'unlocked'}`,
})

const user = fc.constantFrom(...users)
const who: fc.Arbitrary<Who> = fc.oneof({ weight: 3, arbitrary: user }, { weight: 1, arbitrary: fc.constant(null) })
const room = fc.nat(rooms.length - 1)
/** Few of them, so that many are repeats. */
const clientId = fc.constantFrom('a', 'b', 'c')
const edited = fc.constantFrom('once', 'twice', null)
const emoji = fc.constantFrom('👍', '❤️')
const role = fc.constantFrom('member' as const, 'moderator' as const)
const some = fc.uniqueArray(user, { minLength: 1 })
const sends = fc.array(fc.record({ by: who, clientId, socket: fc.boolean() }), { minLength: 2, maxLength: 10 })

const steps = fc.commands<Model, Real, false>(
  [
    fc.tuple(who, room, fc.option(clientId), fc.boolean()).map((args) => send(...args)),
    fc.tuple(who, room, clientId, fc.boolean()).map((args) => send(...args)),
    fc.tuple(room, sends).map((args) => burst(...args)),
    fc.tuple(who, room, fc.nat(5), edited, fc.boolean()).map((args) => change(...args)),
    fc.tuple(who, room, fc.nat(5), edited, fc.boolean()).map((args) => change(...args)),
    fc.tuple(user, room, fc.nat(5), emoji, fc.boolean(), fc.boolean()).map((args) => react(...args)),
    fc.tuple(user, room, fc.nat(2), emoji, fc.boolean(), fc.boolean()).map((args) => react(...args)),
    fc.tuple(who, room, fc.nat(5), fc.boolean()).map((args) => pin(...args)),
    fc.tuple(user, room, fc.nat(8), fc.boolean()).map((args) => read(...args)),
    fc.tuple(user, room).map((args) => listen(...args)),
    fc.tuple(user, fc.boolean()).map((args) => lock(...args)),
    fc.tuple(user, room).map(([by, at]) =>
      step(
        `${name(by)} joins ${at}`,
        (m) => m.join(by, at),
        (r) => r.join(by, at),
      ),
    ),
    fc.tuple(user, room).map(([by, at]) =>
      step(
        `${name(by)} leaves ${at}`,
        (m) => m.leave(by, at),
        (r) => r.leave(by, at),
      ),
    ),
    fc.tuple(who, room, some, role).map(([by, at, added, as]) =>
      step(
        `${name(by)} adds ${added.join()} to ${at} as ${as}`,
        (m) => m.add(by, at, added, as),
        (r) => r.add(by, at, added, as),
      ),
    ),
    fc.tuple(who, room, user).map(([by, at, out]) =>
      step(
        `${name(by)} removes ${out} from ${at}`,
        (m) => m.remove(by, at, out),
        (r) => r.remove(by, at, out),
      ),
    ),
    fc.tuple(who, room, fc.boolean()).map(([by, at, flag]) =>
      step(
        `${name(by)} archives ${at}: ${flag}`,
        (m) => m.archive(by, at, flag),
        (r) => r.archive(by, at, flag),
      ),
    ),
  ],
  { maxCommands: 60, size: '+1' },
)

describe('two rooms', () => {
  let service: Service
  let real: Real

  beforeAll(async () => {
    service = await startService()
    const tenant = await service.tenant()
    real = new Real(tenant, await Promise.all(users.map(() => tenant.user())))
  })
  afterAll(() => service.stop())

  it('are as the model of them, whatever happens in them', async () => {
    const property = fc.asyncProperty(steps, async (life) => {
      const model = new Model(users.length, rooms)
      await real.reset(rooms)
      await fc.asyncModelRun(() => ({ model, real }), life)
      for (const at of rooms.keys()) expect(await real.state(at)).toEqual(model.state(at))
    })
    await fc.assert(property, { numRuns: 15 })
  }, 60_000)
})
