import { v7 as uuid } from 'uuid'
import { AccountsRepository } from '../../src/auth/accounts.repository.js'
import { loggedIn, openTenant, registered } from '../support/accounts.js'
import { rowsOf } from '../support/database.js'
import { badField, countOf, itAsksWhoCalls, itIsLimited, limitsOn, problem } from '../support/problems.js'
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'

let service: Service
let tenant: TestTenant
let ann: TestUser
let again: TestUser
const running = () => service

beforeAll(async () => {
  service = await startService({ ...limitsOn, RATE_REGISTER_BURST: '1000', RATE_LOGIN_BURST: '1000' })
})
beforeEach(async () => {
  tenant = await openTenant(service)
  ann = await registered(tenant, 'ann')
  again = await loggedIn(tenant, 'ann')
})
afterAll(() => service.stop())

const logOut = ({ rest }: TestUser) => rest.post('/auth/logout')
const me = ({ rest }: TestUser) => rest.get('/user/me')
const revoked = problem(401, 'token_revoked')

describe('POST /auth/logout', () => {
  describe('204', () => {
    it('ends this JWT, for everything, and no other of the user', async () => {
      expect(await logOut(ann)).toMatchObject({ status: 204, body: '' })
      expect(await me(ann)).toMatchObject(revoked)
      expect(await logOut(ann)).toMatchObject(revoked)
      await expect(ann.socket()).rejects.toMatchObject({ data: { code: 'token_revoked' } })
      expect((await me(again)).status).toBe(200)
      const socket = await again.socket()
      expect(await socket.ask('refresh_token', { token: ann.token })).toMatchObject({
        error: { code: 'token_revoked' },
      })
    })

    it('is for JWTs that a backend minted too, whether or not people log in there', async () => {
      const bob = await (await service.tenant()).user()
      expect((await logOut(bob)).status).toBe(204)
      expect(await me(bob)).toMatchObject(revoked)
    })

    it('counts on another node at once', async () => {
      const other = await service.another()
      try {
        await logOut(ann)
        expect(await me(ann.at(other))).toMatchObject(revoked)
      } finally {
        await other.stop()
      }
    })

    it('is remembered for an hour after the JWT would have ended by itself: clocks differ', async () => {
      await logOut(ann)
      const endedFor = (time: string, tokenId: string) =>
        rowsOf(
          service.databaseUrl,
          `INSERT INTO revoked_tokens (tenant_id, token_id, user_id, expires_at) VALUES ($1, $2, $3, now() - $4::interval)`,
          [tenant.tenantId, tokenId, ann.userId, time],
        )
      const [lately, long] = [uuid(), uuid()]
      await endedFor('59 min', lately)
      await endedFor('61 min', long)
      await service.app.get(AccountsRepository).forgetRevoked()
      expect(await countOf(tenant, 'revoked_tokens')).toBe(2)
      const sql = 'SELECT token_id FROM revoked_tokens WHERE token_id = ANY ($1)'
      expect(await rowsOf(service.databaseUrl, sql, [[lately, long]])).toEqual([{ token_id: lately }])
      expect(await me(ann)).toMatchObject(revoked)
    })
  })

  describe('400', () => {
    it('takes no fields', async () => {
      expect(await ann.rest.post('/auth/logout', { everywhere: true })).toMatchObject(badField('everywhere'))
      expect((await me(ann)).status).toBe(200)
    })
  })

  describe('401', () => {
    itAsksWhoCalls(running, (caller) => caller.post('/auth/logout'))
  })

  describe('403', () => {
    it('has nothing to end for a clientKey', async () => {
      expect(await tenant.backend.post('/auth/logout')).toMatchObject(problem(403, 'user_required'))
      const byKey = service.anyone.as({ clientKey: ann.clientKey })
      expect(await byKey.post('/auth/logout')).toMatchObject(problem(403, 'forbidden'))
    })
  })

  describe('429', () => {
    itIsLimited(running, (caller) => caller.post('/auth/logout'))
  })
})
