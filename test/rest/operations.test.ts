/** What whoever runs the service looks at: health, figures, headers and documents. */
import { Lifecycle } from '../../src/infra/lifecycle.js'
import { addressLimitsOn, itAsksForTheOperator, itIsLimitedByAddress, problem } from '../support/problems.js'
import { redisIsHere, RedisServer } from '../support/redis.js'
import { startService, type Service, type TestTenant } from '../support/service.js'
import { until } from '../support/until.js'

let service: Service
let tenant: TestTenant

beforeAll(async () => {
  service = await startService(addressLimitsOn)
  tenant = await service.tenant({ name: 'Acme' })
})
afterAll(() => service.stop())

/** Runs the work while the service is on its way out. */
async function draining(work: () => Promise<void>): Promise<void> {
  const lifecycle = service.app.get(Lifecycle)
  lifecycle.phase = 'draining'
  await work().finally(() => (lifecycle.phase = 'running'))
}

describe('GET /health/live', () => {
  describe('200', () => {
    it('says to anybody that the process answers, also on its way out', async () => {
      expect(await service.anyone.get('/health/live')).toMatchObject({ status: 200, body: { status: 'ok' } })
      await draining(async () => {
        expect((await service.anyone.get('/health/live')).status).toBe(200)
      })
    })
  })
})

describe('GET /health/ready', () => {
  describe('200', () => {
    it('says to anybody that traffic may come', async () => {
      const answer = await service.anyone.get('/health/ready')
      expect(answer).toMatchObject({ status: 200, body: { status: 'ok', database: 'up' } })
      expect(answer.body).not.toHaveProperty('redis')
    })

    it('says that a node of several goes on without Redis, and whether it is there', async () => {
      const redis = redisIsHere ? await RedisServer.start() : null
      const node = await service.another({ REDIS_URL: redis?.url ?? 'redis://127.0.0.1:1' })
      const ready = () => node.anyone.get('/health/ready')
      try {
        if (redis) await until(async () => (await ready()).body.status === 'ok', 'it to be ready')
        if (redis) expect((await ready()).body).toEqual({ status: 'ok', database: 'up', redis: 'up' })
        await redis?.kill()
        await until(async () => (await ready()).body.status === 'degraded', 'Redis to be missed')
        expect(await ready()).toMatchObject({
          status: 200,
          body: { status: 'degraded', database: 'up', redis: 'down' },
        })
      } finally {
        await node.stop()
        await redis?.kill()
      }
    })
  })

  describe('503', () => {
    it('says that none should, on the way out', async () => {
      await draining(async () => {
        expect(await service.anyone.get('/health/ready')).toMatchObject(
          problem(503, 'unavailable', { retryable: true }),
        )
      })
      expect((await service.anyone.get('/health/ready')).status).toBe(200)
    })
  })
})

const count = (route: string, status: number) =>
  `parley_http_request_seconds_count{method="GET",route="${route}",status="${status}"}`

const read = async (): Promise<string> => (await service.operator.get('/metrics')).body

/** The figure of this name and these labels; 0 if it was never counted. */
function figure(text: string, name: string): number {
  const line = text.split('\n').find((line) => line.startsWith(`${name} `))
  return Number(line?.slice(name.length + 1) ?? 0)
}

/** By how much the work raises the figure. */
async function raised(name: string, work: () => Promise<unknown>): Promise<number> {
  const before = figure(await read(), name)
  await work()
  return figure(await read(), name) - before
}

describe('GET /metrics', () => {
  describe('200', () => {
    it('is text for Prometheus', async () => {
      const { status, headers, body } = await service.operator.get('/metrics')
      expect(status).toBe(200)
      expect(headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
      expect(body).toMatch(/^# HELP parley_http_request_seconds /m)
      expect(body).toMatch(/^# TYPE parley_messages_stored_total counter$/m)
    })

    it('says how the process and its connections are', async () => {
      const text = await read()
      expect(figure(text, 'parley_draining')).toBe(0)
      expect(figure(text, 'parley_database_pool_total')).toBeGreaterThan(0)
      for (const name of ['idle', 'waiting'])
        expect(text).toMatch(new RegExp(`^parley_database_pool_${name} \\d+$`, 'm'))
      expect(text).not.toContain('parley_redis_up')
      await draining(async () => expect(figure(await read(), 'parley_draining')).toBe(1))
    })

    it('counts requests by method, route and status', async () => {
      const { userId } = await tenant.user()
      const get = (path: string) => () => tenant.backend.get(path)
      expect(await raised(count('/user/:user_id', 200), get(`/user/${userId}`))).toBe(1)
      expect(await raised(count('/user/:user_id', 400), get('/user/x'))).toBe(1)
      expect(await raised(count('/user', 401), () => service.anyone.get('/user'))).toBe(1)
      expect(await raised(count('unknown', 404), get('/wp-admin'))).toBe(1)
    })

    it('counts messages that were stored, each once, and sockets and deliveries', async () => {
      const ann = await tenant.user()
      const room = await tenant.room([ann])
      const send = () => ann.send(room, 'Hi', { client_message_id: 'once' })
      expect(await raised('parley_messages_stored_total', send)).toBe(1)
      expect(await raised('parley_messages_stored_total', send)).toBe(0)
      const socket = await ann.socketIn(room)
      expect(figure(await read(), 'parley_sockets')).toBe(1)
      const heard = async () => {
        await ann.send(room, 'Ho')
        await socket.next('new_message')
      }
      expect(await raised('parley_deliveries_total', heard)).toBeGreaterThanOrEqual(1)
      expect(
        await raised('parley_command_seconds_count{command="room.join",outcome="ok"}', () =>
          socket.ask('join_room', { room_id: room }),
        ),
      ).toBe(1)
    })

    it('names no tenant, user, room or text', async () => {
      const ann = await tenant.user({ display_name: 'Ann-Sophie' })
      const room = await tenant.room([ann])
      await ann.send(room, 'a secret')
      await ann.rest.get(`/room/${room}?q=a-secret`)
      const text = await read()
      for (const word of [tenant.tenantId, ann.userId, room, 'Acme', 'Ann-Sophie', 'secret', tenant.apiToken]) {
        expect(text).not.toContain(word)
      }
    })
  })

  describe('401', () => {
    itAsksForTheOperator(
      () => service,
      (caller) => caller.get('/metrics'),
    )
  })

  describe('429', () => {
    itIsLimitedByAddress(
      () => service,
      (caller) => caller.get('/metrics'),
    )
  })
})

describe('headers', () => {
  it.each(['/health/live', '/docs', '/user', '/nothing'])('of %s are those of a careful service', async (path) => {
    const { headers } = await service.anyone.get(path)
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('x-frame-options')).toBe('SAMEORIGIN')
    expect(headers.get('referrer-policy')).toBe('no-referrer')
    expect(headers.get('content-security-policy')).toMatch(/default-src 'self'/)
    expect(headers.get('content-security-policy')).not.toMatch(/unsafe-eval|script-src[^;]*unsafe-inline/)
    expect(headers.get('x-powered-by')).toBeNull()
    expect(headers.get('server')).toBeNull()
  })
})

describe('GET /docs', () => {
  it('is Swagger’s page, whose parts come from here', async () => {
    const { status, body, headers } = await service.anyone.get('/docs')
    expect(status).toBe(200)
    expect(headers.get('content-type')).toMatch(/^text\/html/)
    const parts = [...(body as string).matchAll(/(?:src|href)="([^"]+)"/g)].map(([, part]) => part!)
    expect(parts.length).toBeGreaterThan(2)
    for (const part of parts) expect((await fetch(new URL(part, `${service.url}/docs`))).status).toBe(200)
  })
})

describe('GET /docs-json', () => {
  it('is the document, with the security schemes of the contract', async () => {
    const { status, body } = await service.anyone.get('/docs-json')
    expect(status).toBe(200)
    expect(body.openapi).toMatch(/^3\./)
    expect(body.components.securitySchemes).toMatchObject({
      clientKey: { type: 'apiKey', in: 'header', name: 'clientKey' },
      bearer: { type: 'http', scheme: 'bearer' },
      internalKey: { type: 'apiKey', in: 'header', name: 'x-internal-api-key' },
      adminKey: { type: 'http', scheme: 'bearer' },
    })
  })

  it('says of every route what it does, who may call it and how it fails', async () => {
    const { paths } = (await service.anyone.get('/docs-json')).body
    const routes = Object.entries<any>(paths).flatMap(([path, methods]) =>
      Object.entries<any>(methods).map(([method, route]) => ({ name: `${method} ${path}`, ...route })),
    )
    expect(routes.length).toBeGreaterThan(25)
    for (const { name, summary } of routes) expect([name, summary]).toEqual([name, expect.any(String)])
    for (const { name, responses } of routes) {
      const failures = Object.keys(responses).filter((status) => Number(status) >= 400)
      const types = failures.flatMap((status) => Object.keys(responses[status].content))
      expect([name, new Set(types)]).toEqual([name, new Set(['application/problem+json'])])
    }
    for (const { name, security, responses } of routes.filter(({ name }) => !name.startsWith('get /health/'))) {
      expect([name, security?.length > 0, '401' in responses]).toEqual([name, true, true])
    }
  })
})

describe('GET /docs/errors', () => {
  describe('200', () => {
    it('is a page for anybody, with a place for every code', async () => {
      const { status, body, headers } = await service.anyone.get('/docs/errors')
      expect(status).toBe(200)
      expect(headers.get('content-type')).toMatch(/^text\/html/)
      for (const code of ['room_not_found', 'rate_limited', 'internal']) expect(body).toContain(`id="${code}"`)
    })
  })
})
