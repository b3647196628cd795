/** What a client is made with, and where. */
import { ParleyClient } from '@parley/client'
import { startService, type Service } from '../support/service.js'
import { clientOf, closeAll } from './people.js'

let service: Service

beforeAll(async () => {
  service = await startService()
})
afterEach(() => {
  closeAll()
  Reflect.deleteProperty(globalThis, 'window')
})
afterAll(() => service.stop())

it('a token is taken with the line break behind it', async () => {
  const bob = await (await service.tenant()).user()
  const client = await clientOf(bob, { token: () => `${bob.token}\n` })
  expect(await client.rest.get('/user/me')).toMatchObject({ user_id: bob.userId })
})

it.each(['localhost:3000', 'ws://localhost:3000', '/chat', ''])('“%s” is no address of a service', (url) => {
  expect(() => new ParleyClient({ url, token: () => '' })).toThrow(/url/i)
})

it('connects where a window tells no events, as in React Native', async () => {
  Object.assign(globalThis, { window: {} })
  const ann = await (await service.tenant()).user()
  expect((await clientOf(ann)).connection.get()).toMatchObject({ status: 'online' })
})
