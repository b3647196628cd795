/** Members: who is in a room, and who puts them there. */
import { badField, itAsksWhoCalls, itIsLimited, limitsOn, noId, problem } from '../support/problems.js'
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'

let service: Service
let tenant: TestTenant
let owner: TestUser
let moderator: TestUser
let member: TestUser
let stranger: TestUser
let room: string
const running = () => service

beforeAll(async () => {
  service = await startService(limitsOn)
  tenant = await service.tenant()
  owner = await tenant.user({ display_name: 'Olga', img_url: 'https://x.example/o.png' })
  moderator = await tenant.user({ display_name: 'Mo' })
  member = await tenant.user({ display_name: 'Meg' })
  stranger = await tenant.user({ display_name: 'Sam' })
})
beforeEach(async () => {
  room = await tenant.room([owner, member])
  await add(owner, [moderator], 'moderator')
})
afterAll(() => service.stop())

const add = (by: TestUser, users: TestUser[], room_role?: string, id = room) =>
  by.rest.post(`/room/${id}/member`, { user_ids: users.map(({ userId }) => userId), ...(room_role && { room_role }) })
const remove = (by: TestUser, user: TestUser, id = room) => by.rest.delete(`/room/${id}/member/${user.userId}`)
const privateRoom = async () =>
  (await owner.rest.post('/room', { type: 'private', member_ids: [member.userId] })).body.room_id as string

/** Names and roles in the order in which the users were made. */
const members = async (id = room): Promise<string[]> =>
  (await tenant.backend.get(`/room/${id}/member`)).body.items.map((one: any) => `${one.display_name} ${one.room_role}`)
const atFirst = ['Olga owner', 'Mo moderator', 'Meg member']

describe('GET /room/:room_id/member', () => {
  describe('200', () => {
    it('tells members who is there, and no email or phone', async () => {
      const { status, body } = await member.rest.get(`/room/${room}/member`)
      expect(status).toBe(200)
      expect(body.items[0]).toEqual({
        user_id: owner.userId,
        display_name: 'Olga',
        img_url: 'https://x.example/o.png',
        room_role: 'owner',
        joined_at: expect.stringMatching(/Z$/),
        last_read_seq: 0,
      })
      expect(body.items).toHaveLength(3)
    })

    it('pages by a cursor', async () => {
      const first = (await member.rest.get(`/room/${room}/member?limit=2`)).body
      const second = (await member.rest.get(`/room/${room}/member?limit=2&cursor=${first.next_cursor}`)).body
      const ids = [...first.items, ...second.items].map((one) => one.user_id)
      expect(ids).toEqual([owner.userId, moderator.userId, member.userId])
      expect(second.next_cursor).toBeNull()
    })
  })

  describe('400', () => {
    it('refuses a bad room id, limit or cursor', async () => {
      expect(await owner.rest.get('/room/x/member')).toMatchObject(badField('room_id'))
      expect(await owner.rest.get(`/room/${room}/member?limit=1.5`)).toMatchObject(badField('limit'))
      expect(await owner.rest.get(`/room/${room}/member?cursor=x`)).toMatchObject(problem(400, 'invalid_cursor'))
    })
  })

  describe('401', () => {
    itAsksWhoCalls(running, (caller) => caller.get(`/room/${room}/member`))
  })

  describe('403', () => {
    it('tells nobody else who is there, least of all who was removed', async () => {
      expect(await stranger.rest.get(`/room/${room}/member`)).toMatchObject(problem(403, 'not_a_member'))
      await remove(owner, member)
      expect(await member.rest.get(`/room/${room}/member`)).toMatchObject(problem(403, 'removed'))
    })
  })

  describe('404', () => {
    it('hides rooms that one may not see', async () => {
      for (const id of [noId(), await privateRoom(), await tenant.room([owner], { access: 'invite' })]) {
        expect(await stranger.rest.get(`/room/${id}/member`)).toMatchObject(problem(404, 'room_not_found'))
      }
    })
  })

  describe('429', () => {
    itIsLimited(running, (caller) => caller.get(`/room/${room}/member`))
  })
})

describe('POST /room/:room_id/member', () => {
  describe('201', () => {
    it('is for every member, also in rooms by invitation', async () => {
      const invite = await tenant.room([owner, member], { access: 'invite' })
      const { status, body } = await add(member, [stranger], undefined, invite)
      expect(status).toBe(201)
      expect(body).toMatchObject([{ user_id: stranger.userId, display_name: 'Sam', room_role: 'member' }])
      expect((await stranger.rest.get(`/room/${invite}`)).body.member_count).toBe(3)
    })

    it('makes moderators, by owners, moderators and the backend', async () => {
      await add(moderator, [stranger], 'moderator')
      expect(await members()).toEqual([...atFirst, 'Sam moderator'])
      const other = await tenant.room([owner])
      await tenant.backend.post(`/room/${other}/member`, { user_ids: [member.userId], room_role: 'moderator' })
      expect(await members(other)).toEqual(['Olga owner', 'Meg moderator'])
    })

    it('leaves as they are those who are members already', async () => {
      const { status, body } = await add(owner, [moderator, stranger])
      expect(status).toBe(201)
      expect(body.map((one: any) => one.room_role)).toEqual(['moderator', 'member'])
      expect((await owner.rest.get(`/room/${room}`)).body.member_count).toBe(4)
    })

    it('brings back who was removed', async () => {
      await remove(owner, member)
      await add(moderator, [member])
      expect((await member.rest.get(`/room/${room}`)).status).toBe(200)
    })
  })

  describe('400', () => {
    it.each([
      ['no list', 'user_ids', {}],
      ['an empty list', 'user_ids', { user_ids: [] }],
      ['an id for a list', 'user_ids', { user_ids: noId() }],
      ['an id that is no UUID', 'user_ids', { user_ids: [noId(), 'sam'] }],
      ['the same id twice', 'user_ids', { user_ids: Array(2).fill('019a9f40-11a2-7e0b-a7c3-5b0f7f3e9d31') }],
      ['a second owner', 'room_role', { user_ids: [noId()], room_role: 'owner' }],
      ['a field that there is not', 'role', { user_ids: [noId()], role: 'member' }],
    ])('refuses %s', async (_, field, body) => {
      expect(await owner.rest.post(`/room/${room}/member`, body)).toMatchObject(badField(field))
    })
  })

  describe('401', () => {
    itAsksWhoCalls(running, (caller) => caller.post(`/room/${room}/member`, { user_ids: [noId()] }))
  })

  describe('403', () => {
    it('is refused to who is not a member', async () => {
      expect(await add(stranger, [stranger])).toMatchObject(problem(403, 'not_a_member'))
      await remove(owner, member)
      expect(await add(member, [member])).toMatchObject(problem(403, 'removed'))
      expect(await members()).toEqual(['Olga owner', 'Mo moderator'])
    })

    it('lets no plain member make moderators', async () => {
      expect(await add(member, [stranger], 'moderator')).toMatchObject(problem(403, 'forbidden'))
      expect(await members()).toEqual(atFirst)
    })

    it('lets nobody into a private room', async () => {
      const id = await privateRoom()
      expect(await add(owner, [stranger], undefined, id)).toMatchObject(problem(403, 'forbidden'))
      const answer = await tenant.backend.post(`/room/${id}/member`, { user_ids: [stranger.userId] })
      expect(answer).toMatchObject(problem(403, 'forbidden'))
    })
  })

  describe('404', () => {
    it('adds all or none', async () => {
      const foreigner = await (await service.tenant()).user()
      for (const id of [noId(), foreigner.userId]) {
        const answer = await owner.rest.post(`/room/${room}/member`, { user_ids: [stranger.userId, id] })
        expect(answer).toMatchObject(problem(404, 'user_not_found'))
      }
      expect(await members()).toEqual(atFirst)
    })

    it('hides rooms that one may not see', async () => {
      const invite = await tenant.room([owner], { access: 'invite' })
      expect(await add(stranger, [stranger], undefined, invite)).toMatchObject(problem(404, 'room_not_found'))
      expect(await add(owner, [stranger], undefined, noId())).toMatchObject(problem(404, 'room_not_found'))
    })
  })

  describe('429', () => {
    itIsLimited(running, (caller) => caller.post(`/room/${room}/member`, { user_ids: [noId()] }))
  })
})

describe('DELETE /room/:room_id/member/:user_id', () => {
  describe('204', () => {
    it('ends a membership and bars from coming back', async () => {
      expect(await remove(moderator, member)).toMatchObject({ status: 204, body: '' })
      expect(await members()).toEqual(['Olga owner', 'Mo moderator'])
      expect((await owner.rest.get(`/room/${room}`)).body.member_count).toBe(2)
      for (const answer of [
        await member.rest.post(`/room/${room}/join`),
        await member.rest.get(`/room/${room}/message`),
        await member.rest.post(`/room/${room}/message/send`, { text_message: 'Hi' }),
      ]) {
        expect(answer).toMatchObject(problem(403, 'removed'))
      }
    })

    it.each(['moderator', 'admin'])('is for the tenant’s %ss in rooms that they may see', async (role) => {
      const { rest } = await tenant.user({ role })
      expect((await rest.delete(`/room/${room}/member/${member.userId}`)).status).toBe(204)
    })

    it('is for the backend, which may remove even the owner: the eldest moderator inherits', async () => {
      const answer = await tenant.backend.delete(`/room/${room}/member/${owner.userId}`)
      expect(answer.status).toBe(204)
      expect(await members()).toEqual(['Mo owner', 'Meg member'])
    })
  })

  describe('400', () => {
    it('wants UUIDs', async () => {
      expect(await owner.rest.delete(`/room/${room}/member/sam`)).toMatchObject(badField('user_id'))
    })
  })

  describe('401', () => {
    itAsksWhoCalls(running, (caller) => caller.delete(`/room/${room}/member/${member.userId}`))
  })

  describe('403', () => {
    it('is refused to members, and to who is none', async () => {
      expect(await remove(member, moderator)).toMatchObject(problem(403, 'forbidden'))
      expect(await remove(stranger, member)).toMatchObject(problem(403, 'not_a_member'))
      expect(await members()).toEqual(atFirst)
    })

    it('lets no moderator of the room remove its owner', async () => {
      expect(await remove(moderator, owner)).toMatchObject(problem(403, 'forbidden'))
      expect(await members()).toEqual(atFirst)
    })

    it('lets nobody out of a private room by force', async () => {
      expect(await remove(owner, member, await privateRoom())).toMatchObject(problem(403, 'forbidden'))
    })
  })

  describe('404', () => {
    it('knows only members', async () => {
      for (const id of [stranger.userId, noId()]) {
        const answer = await owner.rest.delete(`/room/${room}/member/${id}`)
        expect(answer).toMatchObject(problem(404, 'member_not_found'))
      }
    })

    it('hides rooms that one may not see, also from the tenant’s moderators', async () => {
      const invite = await tenant.room([owner, member], { access: 'invite' })
      const { rest } = await tenant.user({ role: 'moderator' })
      const answer = await rest.delete(`/room/${invite}/member/${member.userId}`)
      expect(answer).toMatchObject(problem(404, 'room_not_found'))
    })
  })

  describe('429', () => {
    itIsLimited(running, (caller) => caller.delete(`/room/${room}/member/${noId()}`))
  })
})
