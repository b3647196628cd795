/** Users: what is changed of them, by themselves and by others. */
import { badField, itAsksWhoCalls, itIsLimited, limitsOn, noId, problem } from '../support/problems.js'
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'

let service: Service
let tenant: TestTenant
let ann: TestUser
let admin: TestUser
const running = () => service
const viewOf = async (user: TestUser) => (await tenant.backend.get(`/user/${user.userId}`)).body

beforeAll(async () => {
  service = await startService(limitsOn)
})
beforeEach(async () => {
  tenant = await service.tenant()
  ann = await tenant.user({ display_name: 'Ann', email: 'ann@acme.example' })
  admin = await tenant.user({ role: 'admin' })
})
afterAll(() => service.stop())

const badFields: [what: string, field: string, body: object][] = [
  ['a username of 101 characters', 'username', { username: 'x'.repeat(101) }],
  ['an empty display_name', 'display_name', { display_name: '' }],
  ['a file for an image', 'img_url', { img_url: 'file:///etc/passwd' }],
  ['a list for an email', 'email', { email: ['ann@acme.example'] }],
  ['a field that there is not', 'password', { password: 'secret' }],
  ['another id', 'user_id', { user_id: noId() }],
  ['another tenant', 'tenant_id', { tenant_id: noId() }],
]

describe('GET /user/me', () => {
  describe('200', () => {
    it('answers the caller, with their own email', async () => {
      const { status, body } = await ann.rest.get('/user/me')
      expect(status).toBe(200)
      expect(body).toMatchObject({ user_id: ann.userId, display_name: 'Ann', email: 'ann@acme.example', role: 'user' })
    })
  })

  describe('400', () => {
    it('is not two callers at once', async () => {
      const answer = await ann.rest.get('/user/me', { headers: { clientKey: admin.clientKey } })
      expect(answer).toMatchObject(problem(400, 'credentials_disagree'))
    })
  })

  describe('401', () => {
    itAsksWhoCalls(running, (caller) => caller.get('/user/me'))
  })

  describe('403', () => {
    it('is nobody for the backend', async () => {
      expect(await tenant.backend.get('/user/me')).toMatchObject(problem(403, 'user_required'))
    })
  })

  describe('429', () => {
    itIsLimited(running, (caller) => caller.get('/user/me'))
  })
})

describe('PATCH /user/me', () => {
  describe('200', () => {
    it('changes what one says of oneself, and nothing else', async () => {
      const before = await viewOf(ann)
      const change = { username: 'ann', display_name: 'Anna', email: null, metadata: { theme: 'dark' } }
      const { status, body } = await ann.rest.patch('/user/me', change)
      expect(status).toBe(200)
      expect(body).toEqual({ ...before, ...change })
      expect(await viewOf(ann)).toEqual(body)
    })

    it('changes nothing when nothing is said', async () => {
      const before = await viewOf(ann)
      expect(await ann.rest.patch('/user/me', {})).toMatchObject({ status: 200, body: before })
    })
  })

  describe('400', () => {
    it.each([
      ...badFields,
      ['a role of one’s own', 'role', { role: 'admin' }],
      ['a status of one’s own', 'status', { status: 'active' }],
      ['an external_id of one’s own', 'external_id', { external_id: 'customer-1' }],
    ])('refuses %s, and changes nothing', async (_, field, body) => {
      const before = await viewOf(ann)
      expect(await ann.rest.patch('/user/me', body)).toMatchObject(badField(field))
      expect(await viewOf(ann)).toEqual(before)
    })
  })

  describe('401', () => {
    itAsksWhoCalls(running, (caller) => caller.patch('/user/me', {}))
  })

  describe('403', () => {
    it('is nobody for the backend', async () => {
      expect(await tenant.backend.patch('/user/me', {})).toMatchObject(problem(403, 'user_required'))
    })
  })

  describe('409', () => {
    it('takes nobody’s username', async () => {
      await tenant.user({ username: 'bob' })
      expect(await ann.rest.patch('/user/me', { username: 'bob' })).toMatchObject(problem(409, 'username_taken'))
    })
  })

  describe('429', () => {
    itIsLimited(running, (caller) => caller.patch('/user/me', {}))
  })
})

describe('PATCH /user/:user_id', () => {
  describe('200', () => {
    it('lets the backend change everything', async () => {
      const before = await viewOf(ann)
      const change = { external_id: 'c-1', username: 'ann', role: 'moderator', status: 'not_active', metadata: [1] }
      const { status, body } = await tenant.backend.patch(`/user/${ann.userId}`, change)
      expect(status).toBe(200)
      expect(body).toEqual({ ...before, ...change })
    })

    it('lets an admin change names, role and status of others', async () => {
      const change = { display_name: 'Anna', role: 'moderator', status: 'delete' }
      expect(await admin.rest.patch(`/user/${ann.userId}`, change)).toMatchObject({ status: 200, body: change })
    })

    it.each(['not_active', 'delete'])('locks with the status %s, and unlocks with active', async (status) => {
      await tenant.backend.patch(`/user/${ann.userId}`, { status })
      expect(await ann.rest.get('/user/me')).toMatchObject(problem(403, 'user_locked'))
      await tenant.backend.patch(`/user/${ann.userId}`, { status: 'active' })
      expect((await service.anyone.as({ clientKey: ann.clientKey }).get('/user/me')).status).toBe(200)
    })

    it('gives a role that counts at once', async () => {
      expect((await ann.rest.patch(`/user/${admin.userId}`, {})).status).toBe(403)
      await admin.rest.patch(`/user/${ann.userId}`, { role: 'admin' })
      expect((await ann.rest.patch(`/user/${admin.userId}`, {})).status).toBe(200)
    })
  })

  describe('400', () => {
    it.each([
      ...badFields,
      ['a role that there is not', 'role', { role: 'streamer' }],
      ['null for a role', 'role', { role: null }],
      ['a status that there is not', 'status', { status: 'locked' }],
    ])('refuses %s, and changes nothing', async (_, field, body) => {
      const before = await viewOf(ann)
      expect(await tenant.backend.patch(`/user/${ann.userId}`, body)).toMatchObject(badField(field))
      expect(await viewOf(ann)).toEqual(before)
    })
  })

  describe('401', () => {
    itAsksWhoCalls(running, (caller) => caller.patch(`/user/${ann.userId}`, {}))
  })

  describe('403', () => {
    it('is refused to users and moderators, also about themselves', async () => {
      const moderator = await tenant.user({ role: 'moderator' })
      for (const [caller, target] of [
        [ann, admin],
        [ann, ann],
        [moderator, ann],
      ] as const) {
        const answer = await caller.rest.patch(`/user/${target.userId}`, { display_name: 'X' })
        expect(answer).toMatchObject(problem(403, 'forbidden'))
      }
      expect((await viewOf(ann)).display_name).toBe('Ann')
    })

    it.each([{ role: 'user' }, { status: 'not_active' }])('lets no admin set their own %j', async (body) => {
      expect(await admin.rest.patch(`/user/${admin.userId}`, body)).toMatchObject(problem(403, 'forbidden'))
      expect(await viewOf(admin)).toMatchObject({ role: 'admin', status: 'active' })
    })

    it('lets no admin set an external_id, which is the backend’s', async () => {
      const answer = await admin.rest.patch(`/user/${ann.userId}`, { external_id: 'c-1' })
      expect(answer).toMatchObject(problem(403, 'backend_required'))
    })
  })

  describe('404', () => {
    it('knows no such user, nor one of another tenant', async () => {
      const { userId } = await (await service.tenant()).user()
      for (const id of [noId(), userId]) {
        const answer = await tenant.backend.patch(`/user/${id}`, { display_name: 'X' })
        expect(answer).toMatchObject(problem(404, 'user_not_found'))
      }
    })
  })

  describe('409', () => {
    it.each([
      ['username', 'username_taken'],
      ['external_id', 'external_id_taken'],
    ] as const)('gives a %s only once in a tenant', async (field, code) => {
      await tenant.backend.post('/user', { [field]: 'taken' })
      const answer = await tenant.backend.patch(`/user/${ann.userId}`, { [field]: 'taken' })
      expect(answer).toMatchObject(problem(409, code))
    })
  })

  describe('429', () => {
    itIsLimited(running, (caller) => caller.patch(`/user/${noId()}`, {}))
  })
})

describe('DELETE /user/:user_id', () => {
  describe('204', () => {
    it('sets the status delete, which locks', async () => {
      expect(await tenant.backend.delete(`/user/${ann.userId}`)).toMatchObject({ status: 204, body: '' })
      expect(await viewOf(ann)).toMatchObject({ status: 'delete', display_name: 'Ann' })
      expect(await ann.rest.get('/user/me')).toMatchObject(problem(403, 'user_locked'))
    })

    it('leaves what they wrote', async () => {
      const room = await tenant.room([ann])
      await ann.send(room, 'I was here')
      await admin.rest.delete(`/user/${ann.userId}`)
      const { items } = (await tenant.backend.get(`/room/${room}/message`)).body
      expect(items).toMatchObject([{ text_message: 'I was here', sender: { user_id: ann.userId } }])
    })

    it('may be said twice', async () => {
      await tenant.backend.delete(`/user/${ann.userId}`)
      expect((await tenant.backend.delete(`/user/${ann.userId}`)).status).toBe(204)
    })
  })

  describe('400', () => {
    it('wants a UUID', async () => {
      expect(await tenant.backend.delete('/user/me')).toMatchObject(badField('user_id'))
    })
  })

  describe('401', () => {
    itAsksWhoCalls(running, (caller) => caller.delete(`/user/${ann.userId}`))
  })

  describe('403', () => {
    it('is refused to users, and to admins about themselves', async () => {
      expect(await ann.rest.delete(`/user/${admin.userId}`)).toMatchObject(problem(403, 'forbidden'))
      expect(await admin.rest.delete(`/user/${admin.userId}`)).toMatchObject(problem(403, 'forbidden'))
      expect((await viewOf(admin)).status).toBe('active')
    })
  })

  describe('404', () => {
    it('knows no such user', async () => {
      expect(await tenant.backend.delete(`/user/${noId()}`)).toMatchObject(problem(404, 'user_not_found'))
    })
  })

  describe('429', () => {
    itIsLimited(running, (caller) => caller.delete(`/user/${noId()}`))
  })
})
