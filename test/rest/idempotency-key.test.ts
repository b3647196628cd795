/** `Idempotency-Key`: a POST that is repeated is done once. */
import { Client } from 'pg'
import { rowsOf } from '../support/database.js'
import { countOf, problem } from '../support/problems.js'
import type { Answer, Rest } from '../support/rest.js'
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'
import { until } from '../support/until.js'

let service: Service
let tenant: TestTenant
let ann: TestUser
let bob: TestUser

beforeAll(async () => {
  service = await startService()
})
beforeEach(async () => {
  tenant = await service.tenant()
  ann = await tenant.user()
  bob = await tenant.user()
})
afterAll(() => service.stop())

const post = (caller: Rest, path: string, body?: unknown, key = 'key-1'): Promise<Answer> =>
  caller.post(path, body, { headers: { 'idempotency-key': key } })
const isReplay = ({ headers }: Answer): boolean => headers.get('idempotent-replayed') === 'true'

/** Whether any row of any table holds the text: as text, or as bytes in any of their usual writings. */
async function isStored(text: string): Promise<boolean> {
  const tables = await rowsOf<{ name: string }>(
    service.databaseUrl,
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname = 'public'`,
  )
  const writings = [text, Buffer.from(text).toString('hex'), Buffer.from(text).toString('base64').replace(/=+$/, '')]
  for (const { name } of tables) {
    const rows = await rowsOf<{ row: string }>(service.databaseUrl, `SELECT t::text AS row FROM ${name} t`)
    if (rows.some(({ row }) => writings.some((writing) => row.includes(writing)))) return true
  }
  return false
}

/** Holds a room's row, so that whoever sends to the room waits. */
async function holding(room: string, work: () => Promise<void>): Promise<void> {
  const client = new Client({ connectionString: service.databaseUrl })
  await client.connect()
  await client.query('BEGIN')
  await client.query('SELECT FROM tb_chat_rooms WHERE chat_room_id = $1 FOR UPDATE', [room])
  try {
    await work()
  } finally {
    await client.end()
  }
}

const someoneWaits = async (): Promise<boolean> => {
  const waiting = await rowsOf(
    service.databaseUrl,
    `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
  )
  return waiting.length > 0
}

describe('a repeat', () => {
  it('is answered as the first was, and does nothing', async () => {
    const first = await post(tenant.backend, '/user', { display_name: 'Carol' })
    const again = await post(tenant.backend, '/user', { display_name: 'Carol' })
    expect([first.status, again.status]).toEqual([201, 201])
    expect(again.body).toEqual(first.body)
    expect([isReplay(first), isReplay(again)]).toEqual([false, true])
    expect(await countOf(tenant, 'tb_users')).toBe(3)
  })

  it('keeps the status of the first, also 200 and 204', async () => {
    await tenant.backend.post('/user', { external_id: 'c' })
    const upserts = [
      await post(tenant.backend, '/user', { external_id: 'c' }),
      await post(tenant.backend, '/user', { external_id: 'c' }),
    ]
    expect(upserts.map(({ status }) => status)).toEqual([200, 200])
    const room = await tenant.room([ann, bob])
    const leaves = [await post(bob.rest, `/room/${room}/leave`), await post(bob.rest, `/room/${room}/leave`)]
    expect(leaves.map(({ status, body }) => [status, body])).toEqual([
      [204, ''],
      [204, ''],
    ])
    expect(leaves.map(isReplay)).toEqual([false, true])
  })

  it('is answered as the first was even when things are different now', async () => {
    const first = await post(ann.rest, '/room', { name: 'R' })
    await ann.rest.delete(`/room/${first.body.room_id}`)
    expect((await post(ann.rest, '/room', { name: 'R' })).body).toEqual(first.body)
    expect(await countOf(tenant, 'tb_chat_rooms')).toBe(0)
  })

  it('may come by another credential of the same user', async () => {
    const byKey = service.anyone.as({ clientKey: ann.clientKey })
    const newer = (await tenant.backend.post(`/auth/${ann.userId}`)).body.token
    const first = await post(ann.rest, '/room', { name: 'R' })
    for (const caller of [byKey, service.anyone.as({ authorization: `Bearer ${newer}` })]) {
      const again = await post(caller, '/room', { name: 'R' })
      expect(again).toMatchObject({ status: 201, body: first.body })
      expect(isReplay(again)).toBe(true)
    }
  })

  it('needs no key: without one, all is done again', async () => {
    for (const _ of [1, 2]) expect((await tenant.backend.post('/user', { display_name: 'Carol' })).status).toBe(201)
    expect(await countOf(tenant, 'tb_users')).toBe(4)
  })
})

describe('the same key', () => {
  it.each([
    ['another body', '/room', { name: 'S' }],
    ['a further field', '/room', { name: 'R', access: 'open' }],
    ['no body', '/room', undefined],
    ['another address', '/room?x=1', { name: 'R' }],
  ])('with %s is 422, and does nothing', async (_, path, body) => {
    await post(ann.rest, '/room', { name: 'R' })
    expect(await post(ann.rest, path, body)).toMatchObject(problem(422, 'idempotency_key_reused', { retryable: false }))
    expect(await countOf(tenant, 'tb_chat_rooms')).toBe(1)
  })

  it('is another key for another user, for the backend, for another tenant and for the operator', async () => {
    const other = await service.tenant()
    const foreigner = await other.user()
    for (const caller of [ann.rest, bob.rest, tenant.backend, other.backend, foreigner.rest]) {
      const answer = await post(caller, '/room', { name: 'R' })
      expect([answer.status, isReplay(answer)]).toEqual([201, false])
    }
    for (const name of ['One', 'Two']) {
      const answer = await post(service.operator, '/admin/tenant', { name }, `of-the-operator-${name}`)
      expect([answer.status, isReplay(answer)]).toEqual([201, false])
    }
  })

  it('is free again when the first failed', async () => {
    const room = await tenant.room([ann])
    expect(await post(bob.rest, `/room/${room}/leave`)).toMatchObject(problem(403, 'not_a_member'))
    await bob.rest.post(`/room/${room}/join`)
    expect(await post(bob.rest, `/room/${room}/leave`)).toMatchObject({ status: 204 })
    expect((await post(ann.rest, '/room', { name: 7 })).status).toBe(400)
    expect((await post(ann.rest, '/room', { name: 'R' })).status).toBe(201)
  })

  it.each([
    ['an empty one', ''],
    ['one with a space', 'a b'],
    ['one beyond ASCII', '\u00e4'],
    ['one of 201 characters', 'x'.repeat(201)],
  ])('must be one that there can be: not %s', async (_, key) => {
    const answer = await post(ann.rest, '/room', {}, key)
    expect(answer).toMatchObject(problem(400, 'validation_failed'))
    expect(await countOf(tenant, 'tb_chat_rooms')).toBe(0)
  })

  it('means nothing to a GET, a PATCH or a DELETE', async () => {
    const headers = { 'idempotency-key': 'key-1' }
    for (const display_name of ['A', 'B']) {
      const { body } = await ann.rest.patch('/user/me', { display_name }, { headers })
      expect(body.display_name).toBe(display_name)
      expect((await ann.rest.get('/user/me', { headers })).body.display_name).toBe(display_name)
    }
    expect(await countOf(tenant, 'idempotency_keys')).toBe(0)
  })
})

describe('while the first runs', () => {
  it('a repeat is 409, and then the replay', async () => {
    const room = await tenant.room([ann])
    const send = () => post(ann.rest, `/room/${room}/message/send`, { text_message: 'Hi' })
    let first!: Promise<Answer>
    await holding(room, async () => {
      first = send()
      await until(someoneWaits, 'the first to wait')
      const second = await send()
      expect(second).toMatchObject(problem(409, 'idempotency_key_in_use', { retryable: true, retry_after_ms: 1000 }))
      expect(second.headers.get('retry-after')).toBe('1')
      const different = await post(ann.rest, `/room/${room}/message/send`, { text_message: 'Ho' })
      expect(different).toMatchObject(problem(422, 'idempotency_key_reused'))
    })
    const { status, body } = await first
    expect(status).toBe(201)
    expect(await send()).toMatchObject({ status: 201, body })
    expect(await countOf(tenant, 'tb_messages')).toBe(1)
  })

  it('others are not in its way', async () => {
    const [room, another] = [await tenant.room([ann, bob]), await tenant.room([bob])]
    let first!: Promise<Answer>
    await holding(room, async () => {
      first = post(ann.rest, `/room/${room}/message/send`, { text_message: 'Hi' })
      await until(someoneWaits, 'the first to wait')
      expect((await post(bob.rest, '/room', { name: 'R' })).status).toBe(201)
      expect(await bob.send(another, 'Hi')).toMatchObject({ seq: 1 })
      expect((await post(ann.rest, '/room', { name: 'R' }, 'key-2')).status).toBe(201)
    })
    expect((await first).status).toBe(201)
  })

  it('what comes many times at once is done once', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(tenant.backend, '/user', {})))
    const made = answers.filter(({ status }) => status === 201)
    expect(new Set(made.map(({ body }) => body.user_id)).size).toBe(1)
    for (const answer of answers.filter(({ status }) => status !== 201)) {
      expect(answer).toMatchObject(problem(409, 'idempotency_key_in_use'))
    }
    expect(await countOf(tenant, 'tb_users')).toBe(3)
  })
})

describe('POST /room/:room_id/message/send with an Idempotency-Key alone', () => {
  it('stores once what is sent at once', async () => {
    const room = await tenant.room([ann])
    const sends = Array.from({ length: 20 }, () => post(ann.rest, `/room/${room}/message/send`, { text_message: 'Hi' }))
    const statuses = (await Promise.all(sends)).map(({ status }) => status)
    expect(statuses).toContain(201)
    expect(statuses.every((status) => status === 201 || status === 409)).toBe(true)
    expect(await countOf(tenant, 'tb_messages')).toBe(1)
  })

  it('is stored under the key, so that the sockets know it too', async () => {
    const room = await tenant.room([ann])
    const { body } = await post(ann.rest, `/room/${room}/message/send`, { text_message: 'Hi' }, 'send-7')
    expect(body.client_message_id).toBe('send-7')
    const socket = await ann.socketIn(room)
    const answer = await socket.ask('send_message', { room_id: room, text_message: 'Hi', client_message_id: 'send-7' })
    expect(answer).toMatchObject({ ok: true, message: { message_id: body.message_id } })
    expect(await countOf(tenant, 'tb_messages')).toBe(1)
  })

  it('leaves the sender’s own client_message_id to the sender', async () => {
    const room = await tenant.room([ann])
    const body = { text_message: 'Hi', client_message_id: 'mine' }
    const answer = await post(ann.rest, `/room/${room}/message/send`, body)
    expect(answer.body.client_message_id).toBe('mine')
  })
})

describe('an answer that holds a token', () => {
  it.each<[string, () => Promise<Answer>, string]>([
    ['a JWT', () => post(tenant.backend, `/auth/${ann.userId}`), 'token'],
    ['a tenant’s first API token', () => post(service.operator, '/admin/tenant', { name: 'A' }, 'first'), 'api_token'],
    [
      'a further API token',
      () => post(service.operator, `/admin/tenant/${tenant.tenantId}/api-token`, {}, `of-${tenant.tenantId}`),
      'api_token',
    ],
  ])('is replayed, and never stored in clear: %s', async (_, ask, field) => {
    const first = await ask()
    const again = await ask()
    expect(first.status).toBe(201)
    expect(first.body[field]).toEqual(expect.any(String))
    expect([again.status, again.body, isReplay(again)]).toEqual([201, first.body, true])
    for (const part of first.body[field].split('.')) expect([part, await isStored(part)]).toEqual([part, false])
  })

  it('would be found if it were stored', async () => {
    const needle = `needle-${tenant.tenantId}`
    await tenant.backend.post('/user', { display_name: needle })
    expect(await isStored(needle)).toBe(true)
  })

  it('is told only to the API token that asked', async () => {
    const { api_token } = (await service.operator.post(`/admin/tenant/${tenant.tenantId}/api-token`)).body
    const first = await post(tenant.backend, `/auth/${ann.userId}`)
    const other = await post(service.anyone.as({ clientKey: api_token }), `/auth/${ann.userId}`)
    expect([other.status, isReplay(other)]).toEqual([201, false])
    expect(other.body.token).not.toBe(first.body.token)
  })
})
