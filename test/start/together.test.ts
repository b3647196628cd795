/** Nodes that start together on an empty database, as a deployment does: the schema is made once, by one of them. */
import { migrations } from '../../src/infra/database/options.js'
import { emptyDatabase, rowsOf } from '../support/database.js'
import { endAll, ServiceProcess } from '../support/process.js'
import { adminKey, Rest } from '../support/rest.js'

const many = 4

afterAll(() => endAll())

it(`${many} nodes start at once, and each serves what another made`, async () => {
  const database = await emptyDatabase()
  const settings = { DATABASE_URL: database.url, ADMIN_KEY: adminKey, RATE_LIMITS: 'off' }
  const nodes = Array.from({ length: many }, () => new ServiceProcess(settings))
  const urls = await Promise.all(nodes.map((node) => node.url()))
  const noted = await rowsOf<{ name: string }>(database.url, 'SELECT name FROM parley_migrations')
  expect(noted.map(({ name }) => name).sort()).toEqual(migrations.map(({ name }) => name).sort())

  const [first, ...others] = urls.map((url) => new Rest(url, { authorization: `Bearer ${adminKey}` }))
  const { tenant_id } = (await first!.post('/admin/tenant', { name: 'Acme' })).body
  for (const other of others) {
    expect((await other.get(`/admin/tenant/${tenant_id}`)).status).toBe(200)
  }
  for (const node of nodes) expect(await node.kill('SIGTERM')).toEqual({ code: 0, signal: null })
  await database.drop()
})
