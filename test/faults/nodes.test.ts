/** Two nodes on one database: what they promise, they promise together. */
import { freshDatabase } from '../support/database.js'
import { endAll } from '../support/process.js'
import { inForm } from './form.js'
import { Node } from '../cluster/node.js'
import { Scene } from './scene.js'

const each = inForm(20, 500)

let database: Awaited<ReturnType<typeof freshDatabase>>
let nodes: Node[]
let scene: Scene

beforeAll(async () => {
  database = await freshDatabase()
  const first = await new Node(database.url).start()
  nodes = [first, await new Node(database.url).start()]
})

afterAll(async () => {
  await scene.stop()
  await endAll()
  await database.drop()
})

it('each send is fired at both at once: it is stored once, and what either acknowledged is read at either', async () => {
  const urls = nodes.map((node) => () => node.url)
  scene = await Scene.open({ urls, databaseUrl: database.url, people: 4, clients: 2 })
  let firing = true
  const fireAll = scene.people.map(async (person, who) => {
    for (let n = 1; n <= each; n++) await person.fireEverywhere(`${who}.${n}`)
  })
  const fired = Promise.all(fireAll).finally(() => (firing = false))
  for (let seq = 0; firing;) ({ seq } = await scene.readAfter(seq))
  await fired
  await scene.expectRight(4 * each)
  expect(scene.recorder.log.reads.length).toBeGreaterThan(5)
})
