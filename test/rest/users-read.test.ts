/** Users: how they are found, and what of them is shown to whom. */
import { badField, itAsksWhoCalls, itIsLimited, limitsOn, noId, problem } from '../support/problems.js'
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

const namesIn = ({ body }: { body: any }) => body.items.map((user: any) => user.display_name)

describe('GET /user', () => {
  describe('200', () => {
    it('pages through the users in the order in which they were made', async () => {
      for (const display_name of ['Bob', 'Carol']) await tenant.user({ display_name })
      const first = await tenant.backend.get('/user?limit=2')
      expect(first.status).toBe(200)
      expect(namesIn(first)).toEqual(['Ann', 'Bob'])
      const second = await tenant.backend.get(`/user?limit=2&cursor=${first.body.next_cursor}`)
      expect(namesIn(second)).toEqual(['Carol'])
      expect(second.body.next_cursor).toBeNull()
    })

    it('finds a user by external_id, username or status', async () => {
      const { body: bob } = await tenant.backend.post('/user', { external_id: 'customer-42', username: 'bob' })
      await tenant.backend.patch(`/user/${ann.userId}`, { status: 'not_active' })
      for (const query of ['external_id=customer-42', 'username=bob', 'status=active']) {
        expect((await tenant.backend.get(`/user?${query}`)).body.items).toEqual([bob])
      }
      expect(namesIn(await tenant.backend.get('/user?status=not_active'))).toEqual(['Ann'])
      expect(namesIn(await tenant.backend.get('/user?username=nobody'))).toEqual([])
    })

    it('finds users by a part of their names, as it is written and in whatever case, or by their id', async () => {
      const bob = await tenant.user({ display_name: 'Bob 100% Nguyễn', username: 'bobby', external_id: 'Customer_42' })
      await tenant.user({ display_name: 'Carol 1000', username: 'annabel' })
      const found = async (q: string, rest = ''): Promise<string[]> => {
        const answer = await tenant.backend.get(`/user?q=${encodeURIComponent(q)}${rest}`)
        expect(answer.status).toBe(200)
        return namesIn(answer)
      }
      for (const q of ['BOBBY', '100%', 'NGUYỄN', 'customer_', bob.userId, bob.userId.toUpperCase()]) {
        expect(await found(q)).toEqual(['Bob 100% Nguyễn'])
      }
      expect(await found('ann')).toEqual(['Ann', 'Carol 1000'])
      expect(await found('ann', '&username=annabel&status=active')).toEqual(['Carol 1000'])
      expect(await found('ann', '&status=delete')).toEqual([])
      for (const q of ['nobody', '%', '\\', '@acme'])
        expect(await found(q)).toEqual(q === '%' ? ['Bob 100% Nguyễn'] : [])
    })

    it('pages through what it finds', async () => {
      for (const display_name of ['Bob', 'Anna']) await tenant.user({ display_name })
      const first = await tenant.backend.get('/user?q=ann&limit=1')
      const second = await tenant.backend.get(`/user?q=ann&limit=1&cursor=${first.body.next_cursor}`)
      expect([first, second].map(namesIn)).toEqual([['Ann'], ['Anna']])
      expect(second.body.next_cursor).toBeNull()
    })

    it('finds nobody of another tenant', async () => {
      const other = await service.tenant()
      for (const q of ['Ann', ann.userId]) expect(namesIn(await other.backend.get(`/user?q=${q}`))).toEqual([])
    })

    it('shows plain users the active ones only, and of others no email or phone', async () => {
      const bob = await tenant.user({ display_name: 'Bob', email: 'bob@acme.example' })
      const carol = await tenant.user({ display_name: 'Carol' })
      await tenant.backend.delete(`/user/${carol.userId}`)
      const { items } = (await ann.rest.get('/user')).body
      expect(items.map((user: any) => user.user_id)).toEqual([ann.userId, bob.userId])
      expect(items[0]).toMatchObject({ email: 'ann@acme.example', phone: '+49 30 1' })
      expect(items[1]).not.toHaveProperty('email')
      expect(items[1]).not.toHaveProperty('phone')
    })

    it('shows an admin all of it', async () => {
      const admin = await tenant.user({ role: 'admin' })
      await tenant.backend.delete(`/user/${ann.userId}`)
      const { items } = (await admin.rest.get('/user')).body
      expect(items[0]).toMatchObject({ user_id: ann.userId, status: 'delete', email: 'ann@acme.example' })
    })
  })

  describe('400', () => {
    it.each([
      ['a limit of nothing', 'limit', 'limit=0'],
      ['an empty external_id', 'external_id', 'external_id='],
      ['to look for nothing', 'q', 'q='],
      ['a status that there is not', 'status', 'status=locked'],
      ['two usernames', 'username', 'username=a&username=b'],
      ['a parameter that there is not', 'role', 'role=admin'],
    ])('refuses %s', async (_, field, query) => {
      expect(await tenant.backend.get(`/user?${query}`)).toMatchObject(badField(field))
    })

    it('refuses a cursor that is none of ours', async () => {
      expect(await tenant.backend.get('/user?cursor=x')).toMatchObject(problem(400, 'invalid_cursor'))
    })
  })

  describe('401', () => {
    itAsksWhoCalls(running, (caller) => caller.get('/user'))
  })

  describe('403', () => {
    it('tells no plain user who is locked', async () => {
      expect(await ann.rest.get('/user?status=delete')).toMatchObject(problem(403, 'forbidden'))
    })

    it('lets no plain user look through everybody’s names', async () => {
      const admin = await tenant.user({ role: 'admin', display_name: 'Root' })
      expect(await ann.rest.get('/user?q=a')).toMatchObject(problem(403, 'forbidden'))
      expect(namesIn(await admin.rest.get('/user?q=a'))).toEqual(['Ann'])
    })
  })

  describe('429', () => {
    itIsLimited(running, (caller) => caller.get('/user'))
  })
})

describe('GET /user/:user_id', () => {
  describe('200', () => {
    it('answers the backend everything', async () => {
      const { status, body } = await tenant.backend.get(`/user/${ann.userId}`)
      expect(status).toBe(200)
      expect(body).toMatchObject({ user_id: ann.userId, email: 'ann@acme.example', phone: '+49 30 1' })
    })

    it('keeps email and phone from other users, but not from admins nor from the user', async () => {
      const [bob, moderator] = [await tenant.user(), await tenant.user({ role: 'moderator' })]
      const admin = await tenant.user({ role: 'admin' })
      for (const { rest } of [bob, moderator]) {
        const { body } = await rest.get(`/user/${ann.userId}`)
        expect(body).toMatchObject({ user_id: ann.userId, display_name: 'Ann' })
        expect(JSON.stringify(body)).not.toMatch(/email|phone|acme|\+49/)
      }
      for (const { rest } of [ann, admin]) {
        expect((await rest.get(`/user/${ann.userId}`)).body).toMatchObject({ email: 'ann@acme.example' })
      }
    })
  })

  describe('400', () => {
    it('wants a UUID', async () => {
      expect(await tenant.backend.get('/user/ann')).toMatchObject(badField('user_id'))
    })
  })

  describe('401', () => {
    itAsksWhoCalls(running, (caller) => caller.get(`/user/${ann.userId}`))
  })

  describe('403', () => {
    it('is refused to who is locked, even about themselves', async () => {
      await tenant.backend.delete(`/user/${ann.userId}`)
      expect(await ann.rest.get(`/user/${ann.userId}`)).toMatchObject(problem(403, 'user_locked'))
    })
  })

  describe('404', () => {
    it('knows no such user', async () => {
      expect(await ann.rest.get(`/user/${noId()}`)).toMatchObject(problem(404, 'user_not_found'))
    })

    it('knows nothing of another tenant’s user', async () => {
      const other = await service.tenant()
      expect(await other.backend.get(`/user/${ann.userId}`)).toMatchObject(problem(404, 'user_not_found'))
    })
  })

  describe('429', () => {
    itIsLimited(running, (caller) => caller.get(`/user/${noId()}`))
  })
})
