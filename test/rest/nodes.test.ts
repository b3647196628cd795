/** How the nodes are, for the operator. That of several each is shown: test/redis/node-reports.test.ts. */
import { Lifecycle } from '../../src/infra/lifecycle.js'
import { addressLimitsOn, itAsksForTheOperator, itIsLimitedByAddress } from '../support/problems.js'
import { startService, type Service } from '../support/service.js'
import { until } from '../support/until.js'

let service: Service

beforeAll(async () => {
  service = await startService(addressLimitsOn)
})
afterAll(() => service.stop())

const theNode = async () => {
  const { status, body } = await service.operator.get('/admin/nodes')
  expect([status, body.items.length]).toEqual([200, 1])
  return body.items[0]
}

describe('GET /admin/nodes', () => {
  describe('200', () => {
    it('says of a single node that it is the only one, and how it is', async () => {
      expect(await theNode()).toEqual({
        node_id: expect.any(String),
        name: expect.any(String),
        version: expect.stringMatching(/^\d+\.\d+\.\d+/),
        started_at: expect.any(String),
        told_at: expect.any(String),
        draining: false,
        connections: 0,
        rooms: 0,
        messages_per_second: expect.any(Number),
        event_loop_lag_ms: expect.any(Number),
        memory_bytes: expect.any(Number),
        database: 'up',
        redis: 'none',
      })
    })

    it('counts sockets, and rooms that somebody listens to', async () => {
      const tenant = await service.tenant()
      const [ann, bob] = [await tenant.user(), await tenant.user()]
      const room = await tenant.room([ann, bob])
      const sockets = [await ann.socketIn(room), await bob.socketIn(room)]
      expect(await theNode()).toMatchObject({ connections: 2, rooms: 1 })
      await sockets[0]!.ask('leave_room', { room_id: room })
      expect(await theNode()).toMatchObject({ connections: 2, rooms: 1 })
      for (const socket of sockets) socket.close()
      await until(async () => (await theNode()).connections === 0, 'them to be gone')
      expect(await theNode()).toMatchObject({ rooms: 0 })
    })

    it('says how fast messages come', async () => {
      const tenant = await service.tenant()
      const ann = await tenant.user()
      const room = await tenant.room([ann])
      let sent = 0
      await until(async () => {
        await ann.send(room, `Message ${sent++}`)
        return (await theNode()).messages_per_second > 0
      }, 'the figure of a few seconds')
    })

    it('says how late what is to be done comes', async () => {
      await until(async () => {
        const busyUntilMs = performance.now() + 60
        while (performance.now() < busyUntilMs);
        return (await theNode()).event_loop_lag_ms > 30
      }, 'it to be noticed')
    })

    it('says that it is on its way out', async () => {
      const lifecycle = service.app.get(Lifecycle)
      lifecycle.phase = 'draining'
      expect((await theNode()).draining).toBe(true)
      lifecycle.phase = 'running'
    })
  })

  describe('401', () => {
    itAsksForTheOperator(
      () => service,
      (caller) => caller.get('/admin/nodes'),
    )
  })

  describe('429', () => {
    itIsLimitedByAddress(
      () => service,
      (caller) => caller.get('/admin/nodes'),
    )
  })
})
