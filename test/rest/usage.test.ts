/** What a tenant uses, as the operator and its backend read it. */
import { randomUUID } from 'node:crypto'
import { Closing } from '../../src/usage/closing.js'
import { Meter } from '../../src/usage/meter.js'
import { Recorder } from '../../src/usage/recorder.js'
import { rowsOf } from '../support/database.js'
import {
  addressLimitsOn,
  badField,
  itAsksForTheOperator,
  itAsksWhoCalls,
  itIsLimitedByAddress,
  noId,
  problem,
} from '../support/problems.js'
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'
import { until } from '../support/until.js'

let service: Service
let tenant: TestTenant
let ann: TestUser
let bob: TestUser
let room: string
const running = () => service

beforeAll(async () => {
  service = await startService({ ...addressLimitsOn, MAX_TENANT_ROOMS: '1000' })
})
beforeEach(async () => {
  tenant = await service.tenant({ limits: { tenant_storage_bytes: 1_000_000_000 } })
  ;[ann, bob] = [await tenant.user(), await tenant.user()]
  room = await tenant.room([ann])
})
afterAll(() => service.stop())

const dayMs = 86_400_000
const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10)
const today = (): string => dayOf(Date.now())
const read = async (query = ''): Promise<any> => (await tenant.backend.get(`/usage${query}`)).body
const readToday = async (): Promise<any> => (await read()).items.at(-1)

describe('GET /usage', () => {
  describe('200', () => {
    it('is what was sent, by whom, and what there is', async () => {
      const text = 'Grüße'
      await ann.send(room, text, { metadata: { a: 1 }, file_url: 'https://cdn.acme.example/1' })
      await tenant.backend.post(`/room/${room}/message/send`, { text_message: 'System' })
      const bytes = 7 + 7 + 26 + 6
      const { items, months, now, limits, default_limits } = await read()
      expect(items).toHaveLength(30)
      expect(items[0]).toEqual({
        day: dayOf(Date.now() - 29 * dayMs),
        messages: 0,
        bytes: 0,
        peak_connections: 0,
        active_users: 0,
      })
      expect(items.at(-1)).toEqual({ day: today(), messages: 2, bytes, peak_connections: 0, active_users: 1 })
      expect(months.at(-1)).toEqual({ month: `${today().slice(0, 7)}-01`, monthly_active_users: 1 })
      expect(now).toEqual({ connections: 0, rooms: 1, storage_bytes: bytes })
      expect(limits).toMatchObject({ user_burst: 300, tenant_message_per_second: 500, tenant_sockets: 100_000 })
      expect(limits).toEqual({ ...default_limits, tenant_storage_bytes: 1_000_000_000 })
      expect(default_limits).toMatchObject({ user_burst: 300, tenant_rooms: 1000 })
      expect(default_limits).not.toHaveProperty('tenant_storage_bytes')
    })

    it('counts a message that is sent twice once, and an edit for what it adds', async () => {
      const { message_id } = await ann.send(room, 'Hello', { client_message_id: 'one' })
      await ann.send(room, 'Hello', { client_message_id: 'one' })
      await ann.rest.patch(`/room/${room}/message/${message_id}`, { text_message: 'Hello all' })
      expect(await readToday()).toMatchObject({ messages: 1, bytes: 5 + 9 })
    })

    it('counts people by REST and by sockets, each once, and the backend not', async () => {
      await Promise.all([ann.rest.get('/user/me'), ann.rest.get('/room'), tenant.backend.get('/user')])
      await bob.socket()
      await bob.socket()
      expect(await readToday()).toMatchObject({ active_users: 2 })
      expect((await read()).months.at(-1)).toMatchObject({ monthly_active_users: 2 })
    })

    it('counts the most sockets that there were, and those that there are', async () => {
      const sockets = [await ann.socket(), await ann.socket(), await bob.plain('/chat/ws')]
      sockets[0]!.close()
      await until(async () => (await read()).now.connections === 2, 'one socket to be gone')
      expect(await readToday()).toMatchObject({ peak_connections: 3 })
      for (const socket of sockets) socket.close()
      await until(async () => (await read()).now.connections === 0, 'all sockets to be gone')
      expect(await readToday()).toMatchObject({ peak_connections: 3 })
    })

    it('is of the days that are asked for', async () => {
      const { items, months } = await read('?from=2026-01-30&to=2026-02-02')
      expect(items.map(({ day }: any) => day)).toEqual(['2026-01-30', '2026-01-31', '2026-02-01', '2026-02-02'])
      expect(months).toEqual(['2026-01-01', '2026-02-01'].map((month) => ({ month, monthly_active_users: 0 })))
      expect((await read('?from=2024-01-01&to=2024-12-31')).items).toHaveLength(366)
    })
  })

  describe('400', () => {
    it.each(['from=2026-02-30', 'from=today', 'from=2026-11-22&to=2026-11-21', 'from=2024-01-01&to=2025-01-01'])(
      'refuses %s',
      async (query) => {
        expect(await tenant.backend.get(`/usage?${query}`)).toMatchObject(badField('from'))
      },
    )
  })

  describe('401', () => {
    itAsksWhoCalls(running, (rest) => rest.get('/usage'))
  })

  describe('403', () => {
    it('is not for users', async () => {
      expect(await ann.rest.get('/usage')).toMatchObject(problem(403, 'backend_required'))
    })
  })

  describe('429', () => {
    it('counts as any request', async () => {
      const small = await service.tenant({ limits: { tenant_burst: 1, tenant_per_second: 1 } })
      const answers = await Promise.all([1, 2, 3].map(() => small.backend.get('/usage')))
      expect(answers.map(({ status }) => status)).toContain(429)
    })
  })
})

describe('GET /admin/tenant/:tenant_id/usage', () => {
  const path = (tenantId: string): string => `/admin/tenant/${tenantId}/usage`

  describe('200', () => {
    it('is what the tenant’s backend reads', async () => {
      await ann.send(room, 'Hello')
      const { status, body } = await service.operator.get(`${path(tenant.tenantId)}?from=${today()}`)
      expect(status).toBe(200)
      expect(body).toEqual(await read(`?from=${today()}`))
      expect(body.items).toMatchObject([{ messages: 1 }])
    })
  })

  describe('400', () => {
    it('wants days', async () => {
      expect(await service.operator.get(`${path(tenant.tenantId)}?to=x`)).toMatchObject(badField('to'))
    })
  })

  describe('401', () => {
    itAsksForTheOperator(running, (caller) => caller.get(path(noId())))
  })

  describe('404', () => {
    it('knows no such tenant', async () => {
      expect(await service.operator.get(path(noId()))).toMatchObject(problem(404, 'tenant_not_found'))
    })
  })

  describe('429', () => {
    itIsLimitedByAddress(running, (caller) => caller.get(path(noId())))
  })
})

describe('on two nodes', () => {
  let other: Service
  beforeEach(async () => {
    other = await service.another()
  })
  afterEach(() => other.stop())

  it('all is added up, people are counted once, and sockets of both at a time', async () => {
    await ann.send(room, 'one')
    await ann.at(other).send(room, 'two')
    await ann.socket()
    const there = [await ann.at(other).socket(), await ann.at(other).socket()]
    await other.app.get(Recorder).write()
    const { items, months, now } = await read(`?from=${today()}`)
    expect(items).toMatchObject([{ messages: 2, bytes: 6, peak_connections: 3, active_users: 1 }])
    expect([months.at(-1).monthly_active_users, now.connections]).toEqual([1, 3])
    for (const socket of there) socket.close()
  })

  it('what a node counted is written when it stops, and it has no sockets then', async () => {
    const leaving = await service.another()
    await ann.at(leaving).socket()
    await ann.at(leaving).send(room, 'last words')
    await leaving.stop()
    expect((await read(`?from=${today()}`)).now.connections).toBe(0)
    expect(await readToday()).toMatchObject({ messages: 1, bytes: 10, active_users: 1, peak_connections: 1 })
  })
})

describe('while it cannot be written', () => {
  const rename = (from: string, to: string) => rowsOf(service.databaseUrl, `ALTER TABLE ${from} RENAME TO ${to}`)

  it('messages are sent, and counted when it can be again', async () => {
    await rename('usage_storage', 'elsewhere')
    const recorder = service.app.get(Recorder)
    expect(await ann.send(room, 'Hello')).toMatchObject({ seq: 1 })
    await expect(recorder.write()).rejects.toThrow('usage_storage')
    expect(await ann.send(room, 'again')).toMatchObject({ seq: 2 })
    await rename('elsewhere', 'usage_storage')
    expect(await readToday()).toMatchObject({ messages: 2, bytes: 10, active_users: 1 })
  })

  it('what was counted before is told all the same, and all of it when it can be again', async () => {
    await ann.send(room, 'Hello')
    expect(await readToday()).toMatchObject({ messages: 1 })
    await ann.send(room, 'again')
    await rowsOf(service.databaseUrl, 'REVOKE INSERT ON usage_days FROM parley_service')
    expect(await readToday()).toMatchObject({ messages: 1 })
    await rowsOf(service.databaseUrl, 'GRANT INSERT ON usage_days TO parley_service')
    expect(await readToday()).toMatchObject({ messages: 2 })
  })

  it('no number of people is too many to be written at once', async () => {
    const meter = service.app.get(Meter)
    for (let n = 0; n < 200_000; n++) meter.active({ tenantId: tenant.tenantId, userId: noId() })
    await service.app.get(Recorder).write()
    expect(meter.takeActive()).toEqual([])
    await ann.send(room, 'Hello')
    expect(await readToday()).toMatchObject({ messages: 1, active_users: 1 })
  })
})

describe('when a day is over', () => {
  const [yesterday, before] = [Date.now() - dayMs, Date.now() - 40 * dayMs]
  const close = (nowMs = Date.now() + 600_000) => service.app.get(Closing).pass(nowMs)

  const was = (ms: number, userIds: string[]) =>
    rowsOf(
      service.databaseUrl,
      `WITH day AS (INSERT INTO usage_days (tenant_id, day, messages, bytes) VALUES ($1, $2, 1, 10))
       INSERT INTO usage_users (tenant_id, month, user_id, days)
       SELECT $1, date_trunc('month', $2::date), id, 1 << (extract(day FROM $2::date)::int - 1) FROM unnest($3::uuid[]) id`,
      [tenant.tenantId, dayOf(ms), userIds],
    )

  /** An id of then, as a node gives it. */
  const idOf = (ms: number): string => {
    const hex = ms.toString(16).padStart(12, '0')
    return `${hex.slice(0, 8)}-${hex.slice(8)}-7${randomUUID().slice(15)}`
  }

  it('what a node that died did not write is counted from the messages', async () => {
    await ann.send(room, 'today')
    const noon = Date.parse(`${dayOf(yesterday)}T12:00:00Z`)
    await rowsOf(
      service.databaseUrl,
      `INSERT INTO tb_messages (tenant_id, room_id, seq, message_id, user_id, type, content, created_at)
       SELECT $1, $2, 10 + n, id, $3, 'text', 'said then', now() FROM unnest($4::uuid[]) WITH ORDINALITY AS i (id, n)`,
      [tenant.tenantId, room, ann.userId, Array.from({ length: 5 }, (_, n) => idOf(noon + n))],
    )
    await was(yesterday, [ann.userId])
    await close()
    const [then, now] = (await read(`?from=${dayOf(yesterday)}`)).items
    expect(then).toMatchObject({ messages: 5, bytes: 45, active_users: 1 })
    expect(now).toMatchObject({ messages: 1, bytes: 5 })
    await close()
    expect((await read(`?from=${dayOf(yesterday)}`)).items[0]).toEqual(then)
  })

  it('of a month that is longer over it is known how many there were, and no more who', async () => {
    const then = before - 40 * dayMs
    await was(then, [ann.userId, bob.userId])
    const query = `?from=${dayOf(then)}&to=${dayOf(then)}`
    const known = await read(query)
    expect(known).toMatchObject({ items: [{ active_users: 2 }], months: [{ monthly_active_users: 2 }] })
    await close()
    const left = await rowsOf(
      service.databaseUrl,
      'SELECT FROM usage_users WHERE tenant_id = $1 AND month < $2::date',
      [tenant.tenantId, dayOf(before)],
    )
    expect(left).toEqual([])
    expect(await read(query)).toMatchObject({ items: known.items, months: known.months })
  })
})

it('an erased person is still counted, and not known any more', async () => {
  await ann.send(room, 'Hello')
  await read()
  await tenant.backend.post(`/user/${ann.userId}/erase`)
  const { items, months } = await read(`?from=${today()}`)
  expect([items[0].active_users, months[0].monthly_active_users]).toEqual([1, 1])
  const rows = await rowsOf(service.databaseUrl, 'SELECT FROM usage_users WHERE user_id = $1', [ann.userId])
  expect(rows).toEqual([])
})
