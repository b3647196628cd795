import { rowsOf } from '../support/database.js'
import {
  badField,
  countOf,
  addressLimitsOn,
  itAsksForTheOperator,
  itIsLimitedByAddress,
  noId,
  problem,
} from '../support/problems.js'
import { startService, type Service, type TestTenant } from '../support/service.js'

let service: Service
let tenant: TestTenant
const running = () => service
const tokensOf = ({ tenantId }: TestTenant) => `/admin/tenant/${tenantId}/api-token`

beforeAll(async () => {
  service = await startService(addressLimitsOn)
})
beforeEach(async () => {
  tenant = await service.tenant()
})
afterAll(() => service.stop())

/** A further API token of the tenant. */
async function issue(name = 'second'): Promise<{ id: string; apiToken: string }> {
  const { body } = await service.operator.post(tokensOf(tenant), { name })
  return { id: body.api_token_id, apiToken: body.api_token }
}

const using = (clientKey: string) => service.anyone.as({ clientKey })

describe('POST /admin/tenant/:tenant_id/api-token', () => {
  describe('201', () => {
    it('answers a further token, this once', async () => {
      const { status, body } = await service.operator.post(tokensOf(tenant), { name: 'staging' })
      expect(status).toBe(201)
      expect(body).toEqual({
        api_token_id: expect.any(String),
        name: 'staging',
        last_four: body.api_token.slice(-4),
        created_at: expect.any(String),
        last_used_at: null,
        revoked_at: null,
        api_token: expect.stringMatching(/^parley_[\w-]{43}$/),
      })
    })

    it('leaves the tokens good that there are', async () => {
      const { apiToken } = await issue()
      expect((await using(apiToken).get('/user')).status).toBe(200)
      expect((await tenant.backend.get('/user')).status).toBe(200)
    })

    it('needs no name', async () => {
      expect((await service.operator.post(tokensOf(tenant))).body.name).toBeNull()
      expect((await service.operator.post(tokensOf(tenant), { name: null })).body.name).toBeNull()
    })

    it('never makes the same token twice', async () => {
      const tokens = await Promise.all(Array.from({ length: 20 }, () => issue()))
      expect(new Set(tokens.map(({ apiToken }) => apiToken)).size).toBe(20)
    })
  })

  describe('400', () => {
    it.each([
      ['an empty name', 'name', { name: '' }],
      ['a number for a name', 'name', { name: 4 }],
      ['a token of one’s own', 'api_token', { api_token: `parley_${'x'.repeat(43)}` }],
    ])('refuses %s, and makes none', async (_, field, body) => {
      expect(await service.operator.post(tokensOf(tenant), body)).toMatchObject(badField(field))
      expect(await countOf(tenant, 'api_tokens')).toBe(1)
    })
  })

  describe('401', () => {
    itAsksForTheOperator(running, (caller) => caller.post(tokensOf(tenant), {}))
  })

  describe('404', () => {
    it('knows no such tenant', async () => {
      const answer = await service.operator.post(`/admin/tenant/${noId()}/api-token`, {})
      expect(answer).toMatchObject(problem(404, 'tenant_not_found'))
    })
  })

  describe('429', () => {
    itIsLimitedByAddress(running, (caller) => caller.post(tokensOf(tenant), {}))
  })
})

describe('GET /admin/tenant/:tenant_id/api-token', () => {
  describe('200', () => {
    it('lists the tokens by their last four characters, eldest first', async () => {
      const { id, apiToken } = await issue()
      const { status, body } = await service.operator.get(tokensOf(tenant))
      expect(status).toBe(200)
      expect(body).toMatchObject({
        items: [{ name: 'first' }, { api_token_id: id, name: 'second' }],
        next_cursor: null,
      })
      expect(body.items[1].last_four).toBe(apiToken.slice(-4))
      expect(JSON.stringify(body)).not.toContain(apiToken.slice(7, 40))
    })

    it('says when a token was used last', async () => {
      const before = Date.now()
      await tenant.backend.get('/user')
      const [used] = (await service.operator.get(tokensOf(tenant))).body.items
      expect(Date.parse(used.last_used_at)).toBeGreaterThanOrEqual(before)
    })

    it('pages by a cursor', async () => {
      const { id } = await issue()
      const first = (await service.operator.get(`${tokensOf(tenant)}?limit=1`)).body
      const second = (await service.operator.get(`${tokensOf(tenant)}?limit=1&cursor=${first.next_cursor}`)).body
      expect(first.items).toMatchObject([{ name: 'first' }])
      expect(second).toMatchObject({ items: [{ api_token_id: id }], next_cursor: null })
    })

    it('shows nothing of another tenant', async () => {
      const other = await service.tenant()
      await issue()
      expect((await service.operator.get(tokensOf(other))).body.items).toHaveLength(1)
    })
  })

  describe('400', () => {
    it('refuses a limit that is no number', async () => {
      expect(await service.operator.get(`${tokensOf(tenant)}?limit=all`)).toMatchObject(badField('limit'))
    })

    it('refuses a cursor that is none of ours', async () => {
      const answer = await service.operator.get(`${tokensOf(tenant)}?cursor=x`)
      expect(answer).toMatchObject(problem(400, 'invalid_cursor'))
    })
  })

  describe('401', () => {
    itAsksForTheOperator(running, (caller) => caller.get(tokensOf(tenant)))
  })

  describe('404', () => {
    it('knows no such tenant', async () => {
      const answer = await service.operator.get(`/admin/tenant/${noId()}/api-token`)
      expect(answer).toMatchObject(problem(404, 'tenant_not_found'))
    })
  })

  describe('429', () => {
    itIsLimitedByAddress(running, (caller) => caller.get(tokensOf(tenant)))
  })
})

const listed = async () => (await service.operator.get(tokensOf(tenant))).body.items[1]

describe('DELETE /admin/tenant/:tenant_id/api-token/:api_token_id', () => {
  describe('204', () => {
    it('ends this token and no other', async () => {
      const { id, apiToken } = await issue()
      expect(await service.operator.delete(`${tokensOf(tenant)}/${id}`)).toMatchObject({ status: 204, body: '' })
      expect(await using(apiToken).get('/user')).toMatchObject(problem(401, 'client_key_invalid'))
      expect((await tenant.backend.get('/user')).status).toBe(200)
    })

    it('lets the JWTs that it minted live', async () => {
      const { id, apiToken } = await issue()
      const ann = await tenant.user()
      const { token } = (await using(apiToken).post(`/auth/${ann.userId}`)).body
      await service.operator.delete(`${tokensOf(tenant)}/${id}`)
      expect((await ann.rest.as({ authorization: `Bearer ${token}` }).get('/user/me')).status).toBe(200)
    })

    it('ends them too with ?tokens=true, and no others', async () => {
      const { id, apiToken } = await issue()
      const ann = await tenant.user()
      const { token } = (await using(apiToken).post(`/auth/${ann.userId}`)).body
      await service.operator.delete(`${tokensOf(tenant)}/${id}?tokens=true`)
      const refused = await ann.rest.as({ authorization: `Bearer ${token}` }).get('/user/me')
      expect(refused).toMatchObject(problem(401, 'token_revoked'))
      expect((await ann.rest.get('/user/me')).status).toBe(200)
    })

    it('ends them also when the token itself was revoked before', async () => {
      const { id, apiToken } = await issue()
      const ann = await tenant.user()
      const { token } = (await using(apiToken).post(`/auth/${ann.userId}`)).body
      for (const query of ['', '?tokens=true']) await service.operator.delete(`${tokensOf(tenant)}/${id}${query}`)
      const refused = await ann.rest.as({ authorization: `Bearer ${token}` }).get('/user/me')
      expect(refused).toMatchObject(problem(401, 'token_revoked'))
    })

    it('keeps it in the list with the time of its first revocation', async () => {
      const { id } = await issue()
      const revoke = () => service.operator.delete(`${tokensOf(tenant)}/${id}`)
      await revoke()
      const first = await listed()
      expect(Date.parse(first.revoked_at)).toBeLessThanOrEqual(Date.now())
      expect((await revoke()).status).toBe(204)
      expect(await listed()).toEqual(first)
    })
  })

  describe('400', () => {
    it('wants true or false for tokens, and revokes nothing', async () => {
      const { id, apiToken } = await issue()
      const answer = await service.operator.delete(`${tokensOf(tenant)}/${id}?tokens=maybe`)
      expect(answer).toMatchObject(badField('tokens'))
      expect((await using(apiToken).get('/user')).status).toBe(200)
    })

    it('wants a UUID', async () => {
      expect(await service.operator.delete(`${tokensOf(tenant)}/first`)).toMatchObject(badField('api_token_id'))
    })
  })

  describe('401', () => {
    itAsksForTheOperator(running, (caller) => caller.delete(`${tokensOf(tenant)}/${noId()}`))
  })

  describe('404', () => {
    it('knows no such token', async () => {
      const answer = await service.operator.delete(`${tokensOf(tenant)}/${noId()}`)
      expect(answer).toMatchObject(problem(404, 'api_token_not_found'))
    })

    it('knows no such tenant', async () => {
      const answer = await service.operator.delete(`/admin/tenant/${noId()}/api-token/${noId()}`)
      expect(answer).toMatchObject(problem(404, 'tenant_not_found'))
    })

    it('knows nothing of another tenant’s token', async () => {
      const { id, apiToken } = await issue()
      const answer = await service.operator.delete(`${tokensOf(await service.tenant())}/${id}`)
      expect(answer).toMatchObject(problem(404, 'api_token_not_found'))
      const [row] = await rowsOf<{ revoked_at: Date | null }>(
        service.databaseUrl,
        'SELECT revoked_at FROM api_tokens WHERE api_token_id = $1',
        [id],
      )
      expect(row!.revoked_at).toBeNull()
      expect((await using(apiToken).get('/user')).status).toBe(200)
    })
  })

  describe('429', () => {
    itIsLimitedByAddress(running, (caller) => caller.delete(`${tokensOf(tenant)}/${noId()}`))
  })
})
