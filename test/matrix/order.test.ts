/** Promises 2 and 3 across all wires: one order for everybody, none missing, none twice; and sent again is the same. */
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'
import { until } from '../support/until.js'
import { heardBy, type Answer, type Client, type Heard, type Place, type Wire } from './client.js'
import { announce, logOf, placeOf } from './scene.js'
import { wires } from './wires.js'

let service: Service
let tenant: TestTenant
let streamer: TestUser
let place: Place

beforeAll(async () => {
  service = await startService()
  tenant = await service.tenant()
  streamer = await tenant.user({ display_name: 'Streamer' })
})
beforeEach(async () => {
  place = await placeOf(streamer, 'livestream')
})
afterAll(() => service.stop())

interface Person {
  wire: Wire
  client: Client
}

async function personBy(wire: Wire, user: TestUser): Promise<Person> {
  const client = wire.client(user, place)
  expect(await client.join()).toMatchObject({ ok: true })
  return { wire, client }
}

const oneByEach = (user: TestUser): Promise<Person[]> => Promise.all(wires.map((wire) => personBy(wire, user)))

const heard = ({ wire, client }: Person): Promise<Heard[]> => heardBy(wire, client)

/** All that they heard, once they heard so much. */
const heardAll = (person: Person, count: number): Promise<Heard[]> =>
  until(
    async () => {
      const all = await heard(person)
      return all.length >= count ? all : null
    },
    `${count} messages by ${person.wire.name}`,
    20_000,
  )

describe('200 messages, sent at once over all wires', () => {
  const waveSize = 50
  let talkers: Person[]
  let restless: Person[]

  beforeEach(async () => {
    const users = await Promise.all([tenant.user(), tenant.user(), tenant.user()])
    const [first, second, third] = (await Promise.all(users.map(oneByEach))) as [Person[], Person[], Person[]]
    talkers = [...first, ...second]
    restless = third
  })

  async function wave(number: number): Promise<void> {
    const sending = Array.from({ length: waveSize }, (_, n) =>
      talkers[n % talkers.length]!.client.send(`wave ${number}, message ${n}`),
    )
    for (const answer of await Promise.all(sending)) expect(answer).toMatchObject({ ok: true })
  }

  /** After what they have: where the wire numbers nothing, who was there from the first knows by counting. */
  async function comeBack(person: Person): Promise<void> {
    const had = await heard(person)
    expect(await person.client.join(had.at(-1)?.seq ?? had.length)).toMatchObject({ ok: true })
  }

  it('come to everybody in one order, none missing, none twice, also to who was away meanwhile', async () => {
    const away = restless.filter(({ wire }) => wire.resumes)
    expect(away.length).toBeGreaterThan(3)
    await wave(0)
    for (const { client } of away) client.drop()
    await wave(1)
    await Promise.all([wave(2), ...away.map(comeBack)])
    await wave(3)
    const log = await logOf(streamer, place)
    expect(log.map(({ seq }) => seq)).toEqual(Array.from({ length: 4 * waveSize }, (_, n) => n + 1))
    const texts = log.map(({ text_message }) => text_message)
    for (const person of [...talkers, ...restless]) {
      const all = await heardAll(person, texts.length)
      expect({ by: person.wire.name, texts: all.map(({ text }) => text) }).toEqual({ by: person.wire.name, texts })
    }
  }, 60_000)
})

describe('one message, sent at once over three wires', () => {
  const triples = wires.flatMap((a, i) =>
    wires.slice(i + 1).flatMap((b, j) => wires.slice(i + j + 2).map((c) => [a, b, c] as const)),
  )
  /** Each of the three begins once. */
  const orders = triples.flatMap(([a, b, c]) => [[a, b, c] as const, [b, c, a] as const, [c, a, b] as const])
  const textOf = (triple: readonly Wire[]): string => triple.map(({ name }) => name).join(', ')
  let own: Map<Wire, Person>
  let listeners: Person[]

  beforeEach(async () => {
    const [sender, listener] = await Promise.all([tenant.user({ display_name: 'Bob' }), tenant.user()])
    own = new Map((await oneByEach(sender)).map((person) => [person.wire, person]))
    listeners = await oneByEach(listener)
  })

  const textsOf = async (person: Person): Promise<string[]> => (await heard(person)).map(({ text }) => text)

  /** Was it told that it had been sent before? A plain WebSocket says so by telling the message once more. */
  async function isRepeat(person: Person, answer: Answer, text: string): Promise<boolean> {
    const times = (await textsOf(person)).filter((one) => one === text).length
    if (person.wire.repeats === 'in the answer') return answer.ok && times === 1 && answer.duplicate === true
    return times === 2
  }

  /** Everything was told, and answered, that is to be. */
  async function settle(people: Person[], text: string): Promise<void> {
    const last = `after ${text}`
    await announce(tenant, place, last)
    for (const person of people) {
      await until(async () => (await textsOf(person)).includes(last), last)
      await person.client.babbled()
    }
  }

  it('is stored once, told once, and answered to each', async () => {
    expect(orders).toHaveLength(60)
    for (const triple of orders) {
      const text = textOf(triple)
      const people = triple.map((wire) => own.get(wire)!)
      const answers = await Promise.all(people.map(({ client }) => client.send(text, text)))
      for (const answer of answers) expect({ text, answer }).toMatchObject({ answer: { ok: true } })
      await settle(people, text)
      const repeats = await Promise.all(people.map((person, n) => isRepeat(person, answers[n]!, text)))
      expect({ text, repeats: repeats.filter(Boolean).length }).toEqual({ text, repeats: 2 })
    }
    const said = orders.map(textOf).flatMap((text) => [text, `after ${text}`])
    expect((await logOf(streamer, place)).map(({ text_message }) => text_message)).toEqual(said)
    for (const listener of listeners) {
      await heardAll(listener, said.length)
      expect(await textsOf(listener)).toEqual(said)
    }
  }, 60_000)
})
