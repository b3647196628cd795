/**
 * Whatever is done to a room: who fetched it before, and applies the events that come, shows in the end what a fresh fetch
 * shows. Commands and routes join by themselves, with the samples of the isolation tests.
 */
import { call } from '../isolation/answers.js'
import { chatCalls, missingCalls, roomsCalls } from '../isolation/calls.js'
import { documentedRoutes, type RouteInfo } from '../isolation/routes.js'
import { shapesOf } from '../isolation/samples.js'
import { filled, slotsOf, type Shape } from '../isolation/slots.js'
import { makeWorld, type World } from '../isolation/world.js'
import { Watcher } from '../support/client-state.js'
import { answersTo } from '../support/plain.js'
import { startService, type Service } from '../support/service.js'

/** What tells the room nothing, and why: it is not expected to be heard of. */
const unheard: ReadonlyMap<string, string> = new Map([
  ['room.join', 'who listens is a member already'],
  ['room.sync', 'who listens is a member already'],
  ['room.leave', 'one socket does not listen any more'],
  ['room.enter', 'told to who entered as seed 002 does'],
  ['room.exit', 'told to who entered as seed 002 does'],
  ['token.refresh', 'one socket lives on'],
  ['call.signal', 'told to the other one of a private room'],
  ...['join', 'send', 'leave'].map((verb) => [`stream.${verb}`, 'is of the room of a stream'] as const),
  ['notifications.join', 'is of no room'],
  ...['enter', 'send', 'type', 'exit'].map((verb) => [`ephemeral.${verb}`, 'is of no stored room'] as const),
  ['POST /room/{room_id}/member', 'who is added is a member already'],
  ['POST /room/{room_id}/join', 'who joins is a member already'],
])

let service: Service
let worlds = 0

beforeAll(async () => {
  service = await startService()
})
afterAll(() => service.stop())

const newWorld = (): Promise<World> => makeWorld(service, `World${worlds++}`)

const watch = ({ user, other, admin, rooms }: World): Promise<Watcher[]> =>
  Promise.all([user, other, admin].map((person) => Watcher.of(person, rooms.open)))

/** What happens where nobody listens is told on its own time. */
const countHeard = (watchers: Watcher[]): number =>
  watchers.flatMap(({ heard }) => heard).filter(([event]) => event !== 'room_activity' && event !== 'heads').length

const fill = (shape: Shape, { hands }: World) =>
  filled(
    shape,
    slotsOf(shape).map(({ kind }) => hands.open(kind)),
  )

async function converge(name: string, watchers: Watcher[], work: () => Promise<void>): Promise<void> {
  const before = countHeard(watchers)
  await work()
  for (const watcher of watchers) await watcher.converges()
  if (!unheard.has(name)) expect({ name, isHeard: countHeard(watchers) > before }).toMatchObject({ isHeard: true })
}

describe('every command', () => {
  it('has a sample', () => {
    expect(missingCalls()).toEqual([])
  })

  it('one after another: each client shows what a fresh fetch shows', async () => {
    const world = await newWorld()
    const watchers = await watch(world)
    const socket = await world.user.socket()
    for (const { event, command, shape } of chatCalls) {
      await converge(command!, watchers, async () => {
        expect({ event, reply: await socket.ask(event, fill(shape, world).body) }).toMatchObject({
          reply: { ok: true },
        })
      })
    }
  }, 60_000)

  it('by a plain WebSocket, too', async () => {
    const world = await newWorld()
    const watchers = await watch(world)
    const plain = await world.user.plain('/chat/ws')
    for (const { event, command, shape } of roomsCalls) {
      await converge(command!, watchers, async () => {
        const answers = await answersTo(plain, { event, data: fill(shape, world).body })
        expect(answers.filter((frame) => frame.event === 'error')).toEqual([])
      })
    }
  }, 60_000)
})

describe('every route that changes a room', () => {
  let routes: RouteInfo[]
  beforeAll(async () => {
    const all = await documentedRoutes(service)
    routes = all.filter(({ method, path }) => method !== 'GET' && path.startsWith('/room/{room_id}'))
  })

  /** As the first who may. */
  async function ask(route: RouteInfo, shape: Shape, world: World): Promise<void> {
    const answers = []
    for (const rest of Object.values(world.credentials)) {
      const { status, body } = await call(rest, route, fill(shape, world))
      if (status < 300) return
      answers.push(body)
    }
    expect({ route: route.name, shape, answers }).toBe('done by somebody')
  }

  /** What a deletion takes away is put there first, where it can be. */
  async function prepare({ method, path }: RouteInfo, world: World): Promise<void> {
    const put = routes.find((route) => method === 'DELETE' && route.method === 'PUT' && route.path === path)
    if (put) for (const shape of shapesOf(put)) await ask(put, shape, world)
  }

  it('in a fresh room: each client shows what a fresh fetch shows', async () => {
    expect(routes.length).toBeGreaterThan(12)
    for (const route of routes) {
      for (const shape of shapesOf(route)) {
        const world = await newWorld()
        await prepare(route, world)
        const watchers = await watch(world)
        await converge(route.name, watchers, () => ask(route, shape, world))
        for (const watcher of watchers) watcher.close()
      }
    }
  }, 90_000)
})

describe('what the samples leave out', () => {
  it('who comes, by themselves or added, and who goes', async () => {
    const world = await newWorld()
    const [joins, isAdded] = [await world.tenant.user(), await world.tenant.user({ display_name: 'Added' })]
    const path = `/room/${world.rooms.open}`
    const watchers = await watch(world)
    await converge('joins', watchers, async () => void (await joins.rest.post(`${path}/join`)))
    await converge('is added', watchers, async () => {
      await world.other.rest.post(`${path}/member`, { user_ids: [isAdded.userId] })
    })
    await converge('leaves', watchers, async () => void (await joins.rest.post(`${path}/leave`)))
  })

  it('much at once: sends, edits, reactions, pins and deletions of several people', async () => {
    const world = await newWorld()
    const { user, other, admin, tenant, rooms } = world
    const path = `/room/${rooms.open}/message`
    const sent = await Promise.all([user, other, admin].map((one) => one.send(rooms.open, 'Hi')))
    const watchers = await watch(world)
    const people = [user, other, admin]
    const emoji = ['👍', '❤️', '🎉'].map(encodeURIComponent)
    const deeds = Array.from({ length: 150 }, (_, n) => {
      const turn = Math.floor(n / 6)
      const { rest } = people[turn % 3]!
      const of = `${path}/${sent[2].message_id}`
      const reaction = `${path}/${sent[turn % 3].message_id}/reaction/${emoji[turn % 2]}`
      switch (n % 6) {
        case 0:
          return () => rest.put(reaction)
        case 1:
          return () => (turn % 4 ? rest.delete(reaction) : rest.put(reaction))
        case 2:
          return () => admin.rest.patch(of, { text_message: `edit ${n}` })
        case 3:
          return () => user.rest[n % 4 ? 'put' : 'delete'](`${of}/pin`)
        case 4:
          return () => rest.post(`${path}/send`, { text_message: `more ${n}` })
        default:
          return () => tenant.backend.post(`${path}/send`, { text_message: `system ${n}` })
      }
    })
    await converge('much at once', watchers, async () => {
      await Promise.all(deeds.map((deed) => deed()))
      await user.rest.delete(`${path}/${sent[0].message_id}`)
    })
  })
})
