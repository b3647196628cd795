/** One tenant: how it is read, changed and taken away. */
import { openTenant, registered } from '../support/accounts.js'
import { ask } from '../support/friends.js'
import { rowsOf } from '../support/database.js'
import {
  addressLimitsOn,
  badField,
  countOf,
  itAsksForTheOperator,
  itIsLimitedByAddress,
  noId,
  problem,
} from '../support/problems.js'
import { startService, type Service } from '../support/service.js'

let service: Service
const running = () => service

beforeAll(async () => {
  service = await startService(addressLimitsOn)
})
afterAll(() => service.stop())

describe('GET /admin/tenant/:tenant_id', () => {
  describe('200', () => {
    it('answers the tenant, without an API token', async () => {
      const { api_token: _, ...tenant } = (await service.operator.post('/admin/tenant', { name: 'Acme' })).body
      const { status, body } = await service.operator.get(`/admin/tenant/${tenant.tenant_id}`)
      expect(status).toBe(200)
      expect(body).toEqual(tenant)
    })
  })

  describe('400', () => {
    it('wants a UUID', async () => {
      expect(await service.operator.get('/admin/tenant/acme')).toMatchObject(badField('tenant_id'))
    })
  })

  describe('401', () => {
    itAsksForTheOperator(running, (caller) => caller.get(`/admin/tenant/${noId()}`))
  })

  describe('404', () => {
    it('knows no such tenant', async () => {
      const answer = await service.operator.get(`/admin/tenant/${noId()}`)
      expect(answer).toMatchObject(problem(404, 'tenant_not_found'))
    })
  })

  describe('429', () => {
    itIsLimitedByAddress(running, (caller) => caller.get(`/admin/tenant/${noId()}`))
  })
})

describe('PATCH /admin/tenant/:tenant_id', () => {
  describe('200', () => {
    it.each([
      { name: 'Acme II' },
      { allowed_origins: ['*'] },
      { self_registration: true },
      { guests: true },
      { limits: { tenant_burst: 3 } },
      { retention_days: 1 },
      { retention_days: null },
      { status: 'suspended' },
    ])('changes what is named and nothing else: %j', async (change) => {
      const { tenantId } = await service.tenant({ name: 'Acme', limits: { user_burst: 9 }, retention_days: 30 })
      const before = (await service.operator.get(`/admin/tenant/${tenantId}`)).body
      const { status, body } = await service.operator.patch(`/admin/tenant/${tenantId}`, change)
      expect(status).toBe(200)
      expect(body).toEqual({ ...before, ...change })
      expect((await service.operator.get(`/admin/tenant/${tenantId}`)).body).toEqual(body)
    })

    it('refuses the whole tenant while it is suspended, and no other', async () => {
      const tenant = await service.tenant()
      const other = await service.tenant()
      const ann = await tenant.user()
      await service.operator.patch(`/admin/tenant/${tenant.tenantId}`, { status: 'suspended' })
      expect(await tenant.backend.get('/user')).toMatchObject(problem(403, 'tenant_suspended'))
      expect(await ann.rest.get('/user/me')).toMatchObject(problem(403, 'tenant_suspended'))
      expect((await other.backend.get('/user')).status).toBe(200)
      await service.operator.patch(`/admin/tenant/${tenant.tenantId}`, { status: 'active' })
      expect((await ann.rest.get('/user/me')).status).toBe(200)
    })
  })

  describe('400', () => {
    it.each([
      ['null for a name', 'name', { name: null }],
      ['a status that there is not', 'status', { status: 'deleted' }],
      ['null for whether guests may', 'guests', { guests: null }],
      ['null for origins', 'allowed_origins', { allowed_origins: null }],
      ['half a request a second', 'limits', { limits: { user_per_second: 1.5 } }],
      ['days of retention below nothing', 'retention_days', { retention_days: -1 }],
      ['a field that is not to be set', 'created_at', { created_at: '2026-01-01T00:00:00Z' }],
    ])('refuses %s, and changes nothing', async (_, field, body) => {
      const { tenantId } = await service.tenant()
      const before = (await service.operator.get(`/admin/tenant/${tenantId}`)).body
      expect(await service.operator.patch(`/admin/tenant/${tenantId}`, body)).toMatchObject(badField(field))
      expect((await service.operator.get(`/admin/tenant/${tenantId}`)).body).toEqual(before)
    })
  })

  describe('401', () => {
    itAsksForTheOperator(running, (caller) => caller.patch(`/admin/tenant/${noId()}`, {}))
  })

  describe('404', () => {
    it.each([{}, { name: 'Acme' }])('knows no such tenant: %j', async (body) => {
      const answer = await service.operator.patch(`/admin/tenant/${noId()}`, body)
      expect(answer).toMatchObject(problem(404, 'tenant_not_found'))
    })
  })

  describe('429', () => {
    itIsLimitedByAddress(running, (caller) => caller.patch(`/admin/tenant/${noId()}`, {}))
  })
})

/** A tenant with a row in every table. */
async function lively() {
  const tenant = await openTenant(service)
  const [ann, bob] = [await tenant.user(), await tenant.user()]
  const room = await tenant.room([ann, bob])
  await ann.rest.post(`/room/${room}/message/send`, { text_message: 'Hi' }, { headers: { 'idempotency-key': 'a' } })
  const { message_id } = await ann.send(room, 'Hello')
  await ann.rest.patch(`/room/${room}/message/${message_id}`, { text_message: 'Hello all' })
  await ann.rest.put(`/room/${room}/message/${message_id}/reaction/${encodeURIComponent('👍')}`)
  await ann.rest.patch('/user/me/status', { invisible: true })
  await tenant.backend.delete(`/room/${room}/member/${bob.userId}`)
  await ask(ann, bob)
  const { body } = await tenant.backend.post('/user', { external_id: 'erased' })
  await tenant.backend.post(`/user/${body.user_id}/erase`)
  await ann.rest.post('/api/chat/thread', { stream_id: 'stream' })
  await (await registered(tenant, 'carol')).rest.post('/auth/logout')
  await service.operator.post(`/admin/tenant/${tenant.tenantId}/token-key`, {
    secret: 'x'.repeat(32),
    issuer: noId(),
  })
  await ann.socket()
  await tenant.backend.get('/usage')
  return { tenant, ann }
}

describe('DELETE /admin/tenant/:tenant_id', () => {
  const tables = ['tenants', 'api_tokens', 'signing_keys', 'tb_roles', 'tb_users', 'tb_chat_rooms'].concat([
    'tb_user_room',
    'room_removals',
    'tb_messages',
    'tb_reaction',
    'message_edits',
    'tb_user_status',
    'idempotency_keys',
    'tb_friendships',
    'tb_passwords',
    'revoked_tokens',
    'erased_ids',
    'token_issuers',
    'token_keys',
    'chat_threads',
    'usage_days',
    'usage_users',
    'usage_nodes',
    'usage_storage',
  ])

  describe('204', () => {
    it('takes everything of the tenant away, and nothing of another', async () => {
      const { tenant, ann } = await lively()
      const { tenant: other } = await lively()
      expect(await service.operator.delete(`/admin/tenant/${tenant.tenantId}`)).toMatchObject({ status: 204, body: '' })
      for (const table of tables) {
        expect([table, await countOf(tenant, table)]).toEqual([table, 0])
        expect([table, await countOf(other, table)]).not.toEqual([table, 0])
      }
      expect(await tenant.backend.get('/user')).toMatchObject(problem(401, 'client_key_invalid'))
      expect(await ann.rest.get('/user/me')).toMatchObject(problem(401, 'token_invalid'))
    })

    it('has no table forgotten', async () => {
      const owned = await rowsOf<{ table_name: string }>(
        service.databaseUrl,
        `SELECT table_name FROM information_schema.columns WHERE column_name = 'tenant_id' AND table_schema = 'public'`,
      )
      expect(owned.map((row) => row.table_name).sort()).toEqual([...tables].sort())
    })
  })

  describe('400', () => {
    it('wants a UUID', async () => {
      expect(await service.operator.delete('/admin/tenant/*')).toMatchObject(badField('tenant_id'))
    })
  })

  describe('401', () => {
    itAsksForTheOperator(running, (caller) => caller.delete(`/admin/tenant/${noId()}`))
  })

  describe('404', () => {
    it('knows no such tenant, also when it was deleted before', async () => {
      const { tenantId } = await service.tenant()
      await service.operator.delete(`/admin/tenant/${tenantId}`)
      const again = await service.operator.delete(`/admin/tenant/${tenantId}`)
      expect(again).toMatchObject(problem(404, 'tenant_not_found'))
    })
  })

  describe('429', () => {
    itIsLimitedByAddress(running, (caller) => caller.delete(`/admin/tenant/${noId()}`))
  })
})
