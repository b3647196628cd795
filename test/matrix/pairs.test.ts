/** Every wire beside every wire, in the room of a stream, where all of them can be: each hears the others in its own shape. */
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'
import { until } from '../support/until.js'
import { heardBy, type Client, type Place, type Said, type Wire } from './client.js'
import { announce, placeOf } from './scene.js'
import { wires } from './wires.js'

let service: Service
let tenant: TestTenant
let place: Place

/** Who speaks, and what they are called: by the first of their names that they have. */
type Speaker = Pick<Said, 'userId' | 'displayName' | 'username'> & { clients: Map<Wire, Client> }

let speakers: Speaker[]
/** Somebody by each wire who only listens. */
let listeners: Map<Wire, Client>

beforeAll(async () => {
  service = await startService()
  tenant = await service.tenant()
  place = await placeOf(await tenant.user({ display_name: 'Streamer' }), 'livestream')
  listeners = await clientsOf(await tenant.user())
  speakers = await Promise.all([
    speaker({ display_name: 'Ann', username: 'ann', external_id: 'a-1' }, 'Ann'),
    speaker({ display_name: undefined, username: 'bob', external_id: 'b-1' }, 'bob'),
    speaker({ display_name: undefined, external_id: 'c-1' }, 'c-1'),
    speaker({ display_name: undefined }),
  ])
})
afterAll(() => service.stop())

/** The person, in the room by every wire. */
const clientsOf = async (user: TestUser): Promise<Map<Wire, Client>> =>
  new Map(
    await Promise.all(
      wires.map(async (wire) => {
        const client = wire.client(user, place)
        expect(await client.join()).toMatchObject({ ok: true })
        return [wire, client] as const
      }),
    ),
  )

interface Names {
  display_name: string | undefined
  username?: string
  external_id?: string
}

async function speaker(names: Names, username?: string): Promise<Speaker> {
  const user = await tenant.user({ ...names })
  const displayName = names.display_name ?? null
  return { userId: user.userId, displayName, username: username ?? user.userId, clients: await clientsOf(user) }
}

/** The frames that tell this text, once it was told and another one after it. */
async function framesOf(wire: Wire, listener: Client, text: string): Promise<unknown[]> {
  const last = `after ${text}`
  await announce(tenant, place, last)
  await until(async () => (await heardBy(wire, listener)).some((heard) => heard.text === last), last)
  return (await listener.frames()).filter((frame) => wire.heardIn(frame).some((heard) => heard.text === text))
}

const pairs = wires.flatMap((by) => wires.map((at) => ({ by, at, from: by.name, to: at.name })))

describe.each(pairs)('said by $from, heard by $to', ({ by, at, from, to }) => {
  it.each([
    ['display_name', 0],
    ['username', 1],
    ['external_id', 2],
    ['user_id', 3],
  ])('once, as a frame of its own, of who is called by their %s', async (called, index) => {
    const { clients, ...who } = speakers[index]!
    const text = `${from} to ${to}, by ${called}`
    expect(await clients.get(by)!.send(text, text)).toMatchObject({ ok: true })
    const said = { ...who, place, text, clientMessageId: text }
    expect(await framesOf(at, listeners.get(at)!, text)).toEqual([at.golden(said)])
  })
})

describe.each(wires.map((wire) => ({ wire, name: wire.name })))('$name', ({ wire, name }) => {
  it('hears the backend as the system', async () => {
    const text = `Maintenance, ${name}`
    await announce(tenant, place, text)
    expect(await framesOf(wire, listeners.get(wire)!, text)).toEqual([wire.goldenOfSystem(place, text)])
  })
})
