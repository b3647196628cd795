/** Clients that are cut, that repeat themselves, and that are many: all hear the same, and a reader sees no gap. */
import { setTimeout } from 'node:timers/promises'
import { freshDatabase } from '../support/database.js'
import { endAll } from '../support/process.js'
import { TcpProxy } from '../support/proxy.js'
import { until } from '../support/until.js'
import { inForm } from './form.js'
import { Node } from '../cluster/node.js'
import { Scene } from './scene.js'
import { Talk } from './talk.js'

let database: Awaited<ReturnType<typeof freshDatabase>>
let node: Node
let proxy: TcpProxy
let scene: Scene

beforeAll(async () => {
  database = await freshDatabase()
  node = await new Node(database.url).start()
  proxy = await TcpProxy.start({ host: '127.0.0.1', port: Number(new URL(node.url).port) })
})

afterEach(() => scene.stop())

afterAll(async () => {
  await proxy.stop()
  await endAll()
  await database.drop()
})

it('cut thirty times at random, each comes back to where it was', async () => {
  const url = `http://127.0.0.1:${proxy.port}`
  scene = await Scene.open({ urls: [() => url], databaseUrl: database.url, people: 4 })
  const talk = new Talk(scene, 2)
  for (let cut = 0; cut < 30; cut++) {
    await talk.more(inForm(2, 20))
    await setTimeout(Math.random() * inForm(20, 200))
    await until(() => proxy.cutOne(), 'a connection to cut')
  }
  await talk.more()
  await scene.expectRight(await talk.stop())
})

it('each send is fired one to five times at once, over REST and two sockets: it is stored once', async () => {
  const each = inForm(30, 500)
  scene = await Scene.open({ urls: [() => node.url], databaseUrl: database.url, people: 4, clients: 2 })
  const fireAll = scene.people.map(async (person, who) => {
    for (let n = 1; n <= each; n++) await person.fire(`${who}.${n}`, 1 + Math.floor(Math.random() * 5))
  })
  await Promise.all(fireAll)
  expect(scene.recorder.log.sends.length).toBeGreaterThan(4 * each)
  await scene.expectRight(4 * each)
})

it('twenty talk in one room: who reads what came after their last finds no gap, and nothing before its time', async () => {
  scene = await Scene.open({ urls: [() => node.url], databaseUrl: database.url, people: 20 })
  const talk = new Talk(scene, 1)
  const enough = inForm(400, 10_000)
  for (let seq = 0; seq < enough;) ({ seq } = await scene.readAfter(seq))
  await scene.expectRight(await talk.stop())
  expect(scene.recorder.log.reads.length).toBeGreaterThan(10)
})
