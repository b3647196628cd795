/** PostgreSQL itself does not answer for a while: what was acknowledged is there, and all goes on by itself. */
import { setTimeout } from 'node:timers/promises'
import { OwnPostgres } from '../support/postgres.js'
import { endAll } from '../support/process.js'
import { Rest } from '../support/rest.js'
import { until } from '../support/until.js'
import { Node } from '../cluster/node.js'
import { Scene } from './scene.js'
import { Talk } from './talk.js'

const hungMs = 2000

let postgres: OwnPostgres
let node: Node
let scene: Scene

beforeAll(async () => {
  postgres = await OwnPostgres.start()
  node = await new Node(postgres.url).start()
})

beforeEach(async () => {
  const patienceMs = hungMs / 2
  scene = await Scene.open({ urls: [() => node.url], databaseUrl: postgres.url, people: 4, patienceMs })
})

afterEach(() => scene.stop())

afterAll(async () => {
  await endAll()
  await postgres.stop()
})

const status = async (path: string): Promise<number> => (await new Rest(node.url).get(path)).status

it(`hung for ${hungMs / 1000} s while four people talk`, async () => {
  const talk = new Talk(scene)
  await talk.more()
  const wake = await postgres.hang()
  await setTimeout(hungMs)
  expect(await status('/health/live')).toBe(200)
  wake()
  await talk.more()
  await scene.expectRight(await talk.stop(), false)
  await until(async () => (await status('/health/ready')) === 200, 'the service to be ready')
})
