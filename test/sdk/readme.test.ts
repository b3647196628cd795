/** The snippets of the client's README, run one after the other against the real service. Those of pages: browser.test.ts. */
import * as library from '@parley/client'
import * as server from '@parley/client/server'
import type { ParleyClient, Room } from '@parley/client'
import { hasty } from '../support/presence.js'
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'
import { until } from '../support/until.js'
import { clientOf, closeAll, inRoom, live, shows } from './people.js'
import { snippetsOf } from './readme.js'

const inBrowser = ['backend.js', 'chat.js', 'index.html']
const snippets = snippetsOf('client').filter(({ title }) => !inBrowser.includes(title))
const modules: Record<string, object> = { '@parley/client': library, '@parley/client/server': server }

let service: Service
let tenant: TestTenant
let ann: TestUser
let bob: TestUser
let roomId: string
let hers: Room
/** What a snippet finds there: of the page that it stands in, and of the snippets before it. */
let scope: Record<string, any>
let shown: unknown[][]

beforeAll(async () => {
  service = await startService(hasty)
  tenant = await service.tenant()
  ann = await tenant.user({ display_name: 'Ann' })
  bob = await tenant.user({ display_name: 'Bob' })
})
afterAll(() => service.stop())

beforeEach(async () => {
  roomId = await tenant.room([bob, ann])
  hers = await inRoom(ann, roomId)
  const client = await clientOf(bob)
  const room = client.room(roomId)
  await live(room)
  shown = []
  const show = (...what: unknown[]) => void shown.push(what)
  scope = { client, room, show, userId: ann.userId, document: {}, apiToken: tenant.apiToken }
})
afterEach(closeAll)

/** As a module, with what is imported and what stands above it; returns what it declares. */
async function run(title: string): Promise<any> {
  const { code } = snippets.find((one) => one.title === title)!
  const body = code
    .replace(/^import (\{.*\}) from '(.*)'$/gm, (_, names, from) => `const ${names} = modules['${from}']`)
    .replaceAll('https://chat.example.com', service.url)
  const declared = [...body.matchAll(/^const (?:(\w+)|\{ ([\w, ]+) \}) =/gm)].map(([, one, many]) => one ?? many)
  const names = Object.keys(scope).filter((name) => !declared.includes(name))
  const make = Object.getPrototypeOf(async () => undefined).constructor as FunctionConstructor
  const call = make('modules', ...names, `${body}\nreturn { ${declared.join(', ')} }`)
  return call(modules, ...names.map((name) => scope[name]))
}

const said = async (text = 'Hello'): Promise<string> => {
  const { message_id } = await ann.send(roomId, text)
  await shows(scope['room'], ({ messages }) => messages.at(-1)?.text_message === text)
  return message_id
}

const effects: Record<string, () => Promise<void>> = {
  async connection() {
    const { stop } = await run('connection')
    scope['client'].close()
    expect(shown).toEqual([['closed', undefined]])
    stop()
    scope['client'].connect()
    expect(shown).toHaveLength(1)
  },

  async token() {
    let isLoggedIn = false
    Object.assign(scope, { isLoggedIn: () => isLoggedIn, myBackend: { chatToken: () => bob.token } })
    const { client } = (await run('token')) as { client: ParleyClient }
    client.connect()
    await until(() => client.connection.get().status === 'refused', 'nobody to be logged in')
    isLoggedIn = true
    client.connect()
    await until(() => client.connection.get().status === 'online', 'the client to be online')
    client.close()
  },

  async sending() {
    const { id } = await run('sending')
    await shows(hers, ({ messages }) => messages[0]?.client_message_id === id)
    await bob.rest.patch(`/room/${roomId}`, { archived: true })
    const { room } = scope as { room: Room }
    room.send('refused')
    await shows(room, ({ outgoing }) => outgoing[0]?.status === 'failed')
    await run('sending')
    await shows(room, ({ outgoing }) => outgoing.length === 1 && outgoing[0]!.text_message === 'See the plan')
  },

  async changing() {
    const { room } = scope as { room: Room }
    room.send('See the plan')
    await shows(room, ({ messages }) => messages.length === 1)
    const seen: string[] = []
    hers.store.subscribe(() => {
      const one = hers.store.get().messages[0]!
      seen.push(`${one.text_message} ${one.reactions.length} ${one.pinned} ${one.deleted_at !== null}`)
    })
    await shows(hers, ({ messages }) => messages.length === 1)
    await run('changing')
    await shows(hers, ({ messages }) => messages[0]!.deleted_at !== null)
    expect([...new Set(seen)].filter((one) => !one.startsWith('See the plan'))).toEqual([
      'See the new plan 0 false false',
      'See the new plan 1 false false',
      'See the new plan 0 true false',
      'null 0 false true',
    ])
  },

  async reading() {
    for (let n = 0; n < 60; n++) await ann.send(roomId, `message ${n}`)
    const { room, client } = scope as { room: Room; client: ParleyClient }
    client.leaveRoom(roomId)
    await shows(room, ({ messages }) => messages.length === 60)
    client.room(roomId)
    await run('reading')
    await shows(hers, ({ members }) => members.get(bob.userId)!.last_read_seq === 60)
    const isShown = (count: number) => shown.some(([name, unread]) => name === 'A room' && unread === count)
    await until(() => isShown(0) && scope['document'].title === '(0) Chat', 'nothing to be unread')
    await said('one more')
    await until(() => isShown(1) && scope['document'].title === '(1) Chat', 'one to be unread')
  },

  async there() {
    hers.typing()
    await shows(scope['room'], ({ typists }) => typists.length === 1)
    expect(await run('there')).toMatchObject({ names: ['Ann'] })
    await shows(hers, ({ typists }) => typists[0]?.user_id === bob.userId)
    await until(() => shown.some(([isOnline]) => isOnline === true), 'Ann to be there')
  },

  async beyond() {
    await run('beyond')
    await until(() => shown.length, 'the friendship to be told')
    expect(shown).toEqual([[ann.userId, 'pending']])
  },

  async errors() {
    scope['message_id'] = await said()
    await run('errors')
    expect(shown).toEqual([['forbidden', expect.any(String)]])
  },

  async server() {
    const { ann, items } = await run('server')
    expect(items).toMatchObject([
      { text_message: 'It is on its way.', type: 'system', client_message_id: 'order-42-shipped' },
      { text_message: 'Thank you!', sender: { user_id: ann.user_id } },
    ])
  },
}

it('each has an effect that is checked', () => {
  expect(snippets.map(({ title }) => title)).toEqual(Object.keys(effects))
})

it.each(Object.entries(effects))('%s', (_, effect) => effect())
