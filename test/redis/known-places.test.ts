/** Two nodes on one Redis: where somebody logged in lately at the one, they can at the other, whoever else tries. */
import { Redis } from '../../src/infra/redis/redis.js'
import { openTenant, password } from '../support/accounts.js'
import { RedisServer, whereRedisIs } from '../support/redis.js'
import { startService, type Service, type TestTenant } from '../support/service.js'
import { until } from '../support/until.js'

whereRedisIs('who logged in', () => {
  let redis: RedisServer
  let nodes: Service[]
  let tenant: TestTenant

  beforeAll(async () => {
    redis = await RedisServer.start()
    const settings = {
      REDIS_URL: redis.url,
      RATE_LIMITS: 'on',
      TRUST_PROXY: '127.0.0.1',
      RATE_LOGIN_USER_BURST: '5',
      RATE_LOGIN_USER_PER_MINUTE: '1',
    }
    const first = await startService(settings)
    nodes = [first, await first.another(settings)]
    await areUp()
    tenant = await openTenant(first)
  })
  afterAll(async () => {
    for (const node of nodes.toReversed()) await node.stop()
    await redis.kill()
  })

  const areUp = () => until(() => nodes.every(({ app }) => app.get(Redis).isUp), 'Redis to be found')

  const post = (node: Service, address: string, path: string, fields: object) =>
    node.anyone.as({ 'x-forwarded-for': address }).post(`/auth/${path}`, { tenant_id: tenant.tenantId, ...fields })
  const logIn = (node: Service, address: string, username: string) =>
    post(node, address, 'login', { username, password })

  /** Strangers try until nobody may any more who was not here before. */
  async function besiege(username: string) {
    const wrong = { username, password: 'wrong horse battery staple' }
    for (let n = 0; n < 6; n++) await post(nodes[0]!, `198.18.0.${n}`, 'login', wrong)
    for (const node of nodes) expect((await logIn(node, '198.18.1.1', username)).status).toBe(429)
  }

  async function loggedIn(username: string, address: string) {
    expect((await post(nodes[0]!, address, 'register', { username, password })).status).toBe(201)
    expect((await logIn(nodes[0]!, address, username)).status).toBe(200)
  }

  it('there still can at every node, when strangers have used up what all may try', async () => {
    await loggedIn('ann', '203.0.113.1')
    await besiege('ann')
    for (const node of nodes) expect((await logIn(node, '203.0.113.1', 'ann')).status).toBe(200)
  })

  it('there still can at the node that saw it, when Redis has lost it', async () => {
    await loggedIn('bob', '203.0.113.2')
    redis.command('FLUSHALL')
    await besiege('bob')
    expect((await logIn(nodes[1]!, '203.0.113.2', 'bob')).status).toBe(429)
    expect((await logIn(nodes[0]!, '203.0.113.2', 'bob')).status).toBe(200)
  })
})
