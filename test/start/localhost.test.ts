/** `HOST=localhost` may be two addresses: wherever it listens, it answers everything. */
import { startService, type Service } from '../support/service.js'

let service: Service

beforeAll(async () => {
  service = await startService({ HOST: 'localhost' })
})
afterAll(() => service.stop())

it('at every address where there is an answer, sockets and tenants’ paths are answered', async () => {
  const { tenantId } = await service.tenant()
  const { port } = service.app.getHttpServer().address() as { port: number }
  const answers = await Promise.all(
    ['127.0.0.1', '[::1]'].map(async (host) => {
      const url = `http://${host}:${port}`
      const isThere = await fetch(url).then(Boolean, () => false)
      if (!isThere) return null
      const paths = ['/socket.io/?EIO=4&transport=polling', `/t/${tenantId}/health/live`]
      return Promise.all(paths.map(async (path) => (await fetch(url + path)).status))
    }),
  )
  const there = answers.filter((one) => one !== null)
  expect(there).toEqual([[200, 200]])
})
