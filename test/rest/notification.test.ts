/** What a backend tells one of its users. */
import { EventBus } from '../../src/contract/ports.js'
import type { Publication } from '../../src/contract/events.js'
import { badField, itAsksWhoCalls, itIsLimited, limitsOn, noId, problem } from '../support/problems.js'
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'

let service: Service
let tenant: TestTenant
let ann: TestUser
const running = () => service
const told: Publication[] = []

beforeAll(async () => {
  service = await startService(limitsOn)
  service.app.get(EventBus).subscribe((publication) => told.push(publication))
  tenant = await service.tenant()
  ann = await tenant.user()
})
beforeEach(() => void (told.length = 0))
afterAll(() => service.stop())

const notify = (body: object, userId = ann.userId) => tenant.backend.post(`/user/${userId}/notification`, body)

describe('POST /user/:user_id/notification', () => {
  describe('201', () => {
    it.each([
      [{ type: 'like' }, { type: 'like', title: null, body: null, data: null }],
      [
        { type: 'like', title: null, body: null, data: null },
        { type: 'like', title: null, body: null, data: null },
      ],
      [
        { type: '🎉', title: 'Ann', body: 'follows you', data: { id: [1, 'a'] } },
        { type: '🎉', title: 'Ann', body: 'follows you', data: { id: [1, 'a'] } },
      ],
    ])('tells %j to whoever listens to the user’s notifications', async (input, shown) => {
      const { status, body } = await notify(input)
      const notification = { user_id: ann.userId, ...shown, created_at: expect.any(String) }
      expect({ status, body }).toEqual({ status: 201, body: notification })
      const audience = { tenantId: tenant.tenantId, topic: `notification:${ann.userId}` }
      expect(told).toEqual([{ audience, event: { type: 'notification', notification: body } }])
    })
  })

  describe('400', () => {
    it.each([
      ['type', {}],
      ['type', { type: '' }],
      ['type', { type: 'x'.repeat(101) }],
      ['title', { type: 'a', title: 1 }],
      ['body', { type: 'a', body: 'x'.repeat(2001) }],
      ['data', { type: 'a', data: 'x'.repeat(4096) }],
      ['user_id', { type: 'a', user_id: noId() }],
    ])('refuses %s in %j, and tells nothing', async (field, body) => {
      expect(await notify(body)).toMatchObject(badField(field))
      expect(told).toEqual([])
    })

    it('wants a UUID', async () => {
      expect(await notify({ type: 'a' }, 'ann')).toMatchObject(badField('user_id'))
    })
  })

  describe('401', () => {
    itAsksWhoCalls(running, (caller) => caller.post(`/user/${ann.userId}/notification`, { type: 'a' }))
  })

  describe('403', () => {
    it('refuses users, admins too', async () => {
      const admin = await tenant.user({ role: 'admin' })
      for (const { rest } of [ann, admin]) {
        const answer = await rest.post(`/user/${ann.userId}/notification`, { type: 'a' })
        expect(answer).toMatchObject(problem(403, 'backend_required'))
      }
    })
  })

  describe('404', () => {
    it('finds no user that is not there, nor another tenant’s', async () => {
      const other = await (await service.tenant()).user()
      for (const id of [noId(), other.userId]) {
        expect(await notify({ type: 'a' }, id)).toMatchObject(problem(404, 'user_not_found'))
      }
      expect(told).toEqual([])
    })
  })

  describe('429', () => {
    itIsLimited(running, (caller) => caller.post(`/user/${noId()}/notification`, { type: 'a' }))
  })
})
