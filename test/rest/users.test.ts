/** Users: how the backend makes them. */
import {
  badField,
  countOf,
  itAsksWhoCalls,
  itIsLimited,
  limitsOn,
  noId,
  problem,
  statusesOf,
} from '../support/problems.js'
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'

let service: Service
let tenant: TestTenant
let ann: TestUser
const running = () => service

beforeAll(async () => {
  service = await startService(limitsOn)
})
beforeEach(async () => {
  tenant = await service.tenant()
  ann = await tenant.user({ display_name: 'Ann', email: 'ann@acme.example', phone: '+49 30 1' })
})
afterAll(() => service.stop())

const everything = {
  external_id: 'customer-42',
  username: 'bob',
  display_name: 'Bob 🐝',
  img_url: 'https://cdn.acme.example/bob.png',
  email: 'bob@acme.example',
  phone: '+49 30 1234567',
  role: 'moderator',
  metadata: { plan: 'pro', seats: [1, 2, null] },
}

const badFields: [what: string, field: string, body: object][] = [
  ['an empty username', 'username', { username: '' }],
  ['a username of 101 characters', 'username', { username: 'x'.repeat(101) }],
  ['a list for a display_name', 'display_name', { display_name: ['Ann'] }],
  ['a script for an image', 'img_url', { img_url: 'javascript:alert(1)' }],
  ['an address without @', 'email', { email: 'ann.example' }],
  ['a number for a phone', 'phone', { phone: 123 }],
  ['metadata beyond 4 KiB', 'metadata', { metadata: 'ä'.repeat(2048) }],
  ['a field that there is not', 'colour', { colour: 'red' }],
  ['an id, which is made here', 'user_id', { user_id: noId() }],
  ['another tenant', 'tenant_id', { tenant_id: noId() }],
]

describe('POST /user', () => {
  describe('201', () => {
    it('makes a user of nothing but an id', async () => {
      const { status, body } = await tenant.backend.post('/user', {})
      expect(status).toBe(201)
      expect(body).toEqual({
        user_id: expect.stringMatching(/^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[\da-f]{4}-[\da-f]{12}$/),
        external_id: null,
        username: null,
        display_name: null,
        img_url: null,
        email: null,
        phone: null,
        role: 'user',
        status: 'active',
        metadata: null,
        created_at: expect.stringMatching(/Z$/),
      })
    })

    it('keeps all that the backend says', async () => {
      const { status, body } = await tenant.backend.post('/user', everything)
      expect(status).toBe(201)
      expect(body).toEqual({ ...everything, user_id: body.user_id, status: 'active', created_at: body.created_at })
      expect((await tenant.backend.get(`/user/${body.user_id}`)).body).toEqual(body)
    })

    it.each(['text', 0, false, [], {}, null, { a: [{ b: '🐝' }] }])(
      'keeps any JSON as metadata: %j',
      async (metadata) => {
        expect((await tenant.backend.post('/user', { metadata })).body.metadata).toEqual(metadata)
      },
    )

    it('lets two tenants have users of the same names', async () => {
      const other = await service.tenant()
      const made = [await tenant.backend.post('/user', everything), await other.backend.post('/user', everything)]
      expect(made.map(({ status }) => status)).toEqual([201, 201])
      expect(made[0]!.body.user_id).not.toBe(made[1]!.body.user_id)
    })
  })

  describe('200', () => {
    it('changes and answers the user who has this external_id', async () => {
      const { body: made } = await tenant.backend.post('/user', everything)
      const again = { external_id: 'customer-42', display_name: 'Robert', phone: null }
      const { status, body } = await tenant.backend.post('/user', again)
      expect(status).toBe(200)
      expect(body).toEqual({ ...made, ...again })
    })

    it('makes one user when the same comes many times at once', async () => {
      const answers = await Promise.all(
        Array.from({ length: 10 }, () => tenant.backend.post('/user', { external_id: 'x' })),
      )
      expect(statusesOf(answers)).toEqual([...Array(9).fill(200), 201])
      expect(new Set(answers.map(({ body }) => body.user_id)).size).toBe(1)
    })
  })

  describe('400', () => {
    it.each([
      ...badFields,
      ['an empty external_id', 'external_id', { external_id: '' }],
      ['a role that there is not', 'role', { role: 'owner' }],
      ['a status, which it begins with', 'status', { status: 'delete' }],
    ])('refuses %s, and makes none', async (_, field, body) => {
      expect(await tenant.backend.post('/user', body)).toMatchObject(badField(field))
      expect(await countOf(tenant, 'tb_users')).toBe(1)
    })
  })

  describe('401', () => {
    itAsksWhoCalls(running, (caller) => caller.post('/user', {}))
  })

  describe('403', () => {
    it('lets no user make users, not even an admin', async () => {
      const admin = await tenant.user({ role: 'admin' })
      for (const caller of [ann.rest, admin.rest, service.anyone.as({ clientKey: admin.clientKey })]) {
        expect(await caller.post('/user', {})).toMatchObject(problem(403, 'backend_required'))
      }
    })
  })

  describe('409', () => {
    it('gives a username only once in a tenant', async () => {
      await tenant.backend.post('/user', { username: 'bob' })
      expect(await tenant.backend.post('/user', { username: 'bob' })).toMatchObject(problem(409, 'username_taken'))
    })

    it('…nor to the user who is changed by their external_id', async () => {
      await tenant.backend.post('/user', { username: 'bob' })
      await tenant.backend.post('/user', { external_id: 'c', username: 'carol' })
      const answer = await tenant.backend.post('/user', { external_id: 'c', username: 'bob' })
      expect(answer).toMatchObject(problem(409, 'username_taken'))
    })
  })

  describe('429', () => {
    itIsLimited(running, (caller) => caller.post('/user', {}))
  })
})
