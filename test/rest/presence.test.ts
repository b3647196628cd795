/** Presence by REST. What is told of it on sockets is in test/sockets/presence.test.ts. */
import { block, patient } from '../support/presence.js'
import { badField, countOf, itAsksWhoCalls, itIsLimited, limitsOn, noId, problem } from '../support/problems.js'
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'

let service: Service
let tenant: TestTenant
let ann: TestUser
let bob: TestUser
const running = () => service

beforeAll(async () => {
  service = await startService({ ...limitsOn, ...patient })
})
beforeEach(async () => {
  tenant = await service.tenant()
  ann = await tenant.user({ display_name: 'Ann' })
  bob = await tenant.user({ display_name: 'Bob' })
})
afterAll(() => service.stop())

const pathOf = (user: TestUser): string => `/user/${user.userId}/status`

describe('GET /user/:user_id/status', () => {
  describe('200', () => {
    it('answers that somebody was never there', async () => {
      const never = { user_id: ann.userId, is_online: false, last_seen: null }
      for (const caller of [bob.rest, tenant.backend]) {
        expect(await caller.get(pathOf(ann))).toMatchObject({ status: 200, body: never })
      }
    })

    it('answers that somebody is there, from their first socket on', async () => {
      await ann.socket()
      const { body } = await bob.rest.get(pathOf(ann))
      expect(body).toEqual({ user_id: ann.userId, is_online: true, last_seen: expect.any(String) })
    })

    it('says to nobody but oneself that one is invisible', async () => {
      await ann.socket()
      await ann.rest.patch('/user/me/status', { invisible: true })
      expect((await ann.rest.get(pathOf(ann))).body).toMatchObject({ is_online: true, invisible: true })
      for (const caller of [bob.rest, tenant.backend]) {
        const { body } = await caller.get(pathOf(ann))
        expect(body).toEqual({ user_id: ann.userId, is_online: false, last_seen: expect.any(String) })
      }
    })

    it('says to who is blocked what it says of who was never there', async () => {
      await ann.socket()
      await block(ann, bob)
      const { body } = await bob.rest.get(pathOf(ann))
      expect(body).toEqual({ user_id: ann.userId, is_online: false, last_seen: null })
    })
  })

  describe('400', () => {
    it.each(['me', 'ann', '1'])('is not of %s', async (id) => {
      expect(await ann.rest.get(`/user/${id}/status`)).toMatchObject(badField('user_id'))
    })
  })

  describe('401', () => {
    itAsksWhoCalls(running, (caller) => caller.get(pathOf(ann)))
  })

  describe('403', () => {
    it('is not for a locked user', async () => {
      await tenant.backend.delete(`/user/${bob.userId}`)
      const locked = service.anyone.as({ clientKey: bob.clientKey })
      expect(await locked.get(pathOf(ann))).toMatchObject(problem(403, 'user_locked'))
    })
  })

  describe('404', () => {
    it('knows no such user, nor one of another tenant', async () => {
      const foreigner = await (await service.tenant()).user()
      for (const id of [noId(), foreigner.userId]) {
        expect(await ann.rest.get(`/user/${id}/status`)).toMatchObject(problem(404, 'user_not_found'))
      }
    })
  })

  describe('429', () => {
    itIsLimited(running, (caller) => caller.get(pathOf(ann)))
  })
})

describe('PATCH /user/me/status', () => {
  const change = { invisible: true }

  describe('200', () => {
    it('answers one’s own status', async () => {
      const { status, body } = await ann.rest.patch('/user/me/status', change)
      expect(status).toBe(200)
      expect(body).toEqual({ user_id: ann.userId, is_online: false, last_seen: null, invisible: true })
    })

    it('changes nothing when it is so already', async () => {
      await ann.socket()
      const { body } = await ann.rest.patch('/user/me/status', change)
      expect(body).toMatchObject({ is_online: true, invisible: true, last_seen: expect.any(String) })
      expect((await ann.rest.patch('/user/me/status', change)).body).toEqual(body)
    })
  })

  describe('400', () => {
    it.each([[{}], [{ invisible: 'yes' }], [{ invisible: null }]])('is not %j', async (body) => {
      expect(await ann.rest.patch('/user/me/status', body)).toMatchObject(badField('invisible'))
      expect(await countOf(tenant, 'tb_user_status')).toBe(0)
    })

    it('sets nothing else', async () => {
      const answer = await ann.rest.patch('/user/me/status', { ...change, is_online: true })
      expect(answer).toMatchObject(badField('is_online'))
    })
  })

  describe('401', () => {
    itAsksWhoCalls(running, (caller) => caller.patch('/user/me/status', change))
  })

  describe('403', () => {
    it('is nobody for the backend', async () => {
      expect(await tenant.backend.patch('/user/me/status', change)).toMatchObject(problem(403, 'user_required'))
    })
  })

  describe('429', () => {
    itIsLimited(running, (caller) => caller.patch('/user/me/status', change))
  })
})
