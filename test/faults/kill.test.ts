/** `kill -9` of the service at any moment: what was acknowledged is there, once, in the order in which all heard it. */
import { setTimeout } from 'node:timers/promises'
import { freshDatabase } from '../support/database.js'
import { endAll } from '../support/process.js'
import { inForm } from './form.js'
import { Node } from '../cluster/node.js'
import { Scene } from './scene.js'
import { Talk } from './talk.js'

const rounds = inForm(2, 5)

let database: Awaited<ReturnType<typeof freshDatabase>>
let node: Node
let scene: Scene

beforeAll(async () => {
  database = await freshDatabase()
  node = await new Node(database.url).start()
  scene = await Scene.open({ urls: [() => node.url], databaseUrl: database.url, people: 4 })
})

afterAll(async () => {
  await scene.stop()
  await endAll()
  await database.drop()
})

it(`killed ${rounds} times at random while four people talk`, async () => {
  const talk = new Talk(scene)
  for (let round = 0; round < rounds; round++) {
    await talk.more()
    await setTimeout(Math.random() * 150)
    await node.kill()
    await node.start()
  }
  await talk.more()
  await scene.expectRight(await talk.stop())
  expect(node.stderr).toBe('')
})
