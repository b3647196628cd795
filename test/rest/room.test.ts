/** One room: how it is read, changed and taken away. */
import { badField, countOf, itAsksWhoCalls, itIsLimited, limitsOn, noId, problem } from '../support/problems.js'
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'

let service: Service
let tenant: TestTenant
let owner: TestUser
let moderator: TestUser
let member: TestUser
let stranger: TestUser
let removed: TestUser
let room: string
const running = () => service

beforeAll(async () => {
  service = await startService(limitsOn)
  tenant = await service.tenant()
  const users = Array.from({ length: 5 }, () => tenant.user())
  ;[owner, moderator, member, stranger, removed] = (await Promise.all(users)) as [
    TestUser,
    TestUser,
    TestUser,
    TestUser,
    TestUser,
  ]
})
beforeEach(async () => {
  room = await tenant.room([owner, member, removed])
  await owner.rest.post(`/room/${room}/member`, { user_ids: [moderator.userId], room_role: 'moderator' })
  await owner.rest.delete(`/room/${room}/member/${removed.userId}`)
})
afterAll(() => service.stop())

const privateRoom = async () =>
  (await owner.rest.post('/room', { type: 'private', member_ids: [member.userId] })).body.room_id as string

/** What nobody sees who is not in it: like what never was. */
async function hiddenRooms(): Promise<[room: string, caller: TestUser][]> {
  const another = await (await service.tenant()).user()
  return [
    [noId(), owner],
    [await tenant.room([owner], { access: 'invite' }), stranger],
    [await privateRoom(), stranger],
    [room, another],
  ]
}

const can = async ({ rest }: TestUser) => (await rest.get(`/room/${room}`)).body.can

describe('GET /room/:room_id', () => {
  describe('200', () => {
    it('answers each member what they may do there', async () => {
      expect(await can(member)).toEqual([
        'room.read',
        'room.leave',
        'room.mark_read',
        'member.add',
        'message.send',
        'message.edit',
        'message.delete',
        'message.react',
      ])
      expect(await can(moderator)).toEqual(expect.arrayContaining(['room.update', 'member.remove']))
      expect(await can(moderator)).not.toEqual(expect.arrayContaining(['room.delete']))
      expect(await can(owner)).toEqual(expect.arrayContaining(['room.update', 'room.hand_over', 'room.delete']))
    })

    it('answers the backend, whatever the room', async () => {
      for (const id of [room, await privateRoom()]) {
        expect(await tenant.backend.get(`/room/${id}`)).toMatchObject({ status: 200, body: { room_id: id, unread: 0 } })
      }
    })
  })

  describe('400', () => {
    it('wants a UUID', async () => {
      expect(await owner.rest.get('/room/general')).toMatchObject(badField('room_id'))
    })
  })

  describe('401', () => {
    itAsksWhoCalls(running, (caller) => caller.get(`/room/${room}`))
  })

  describe('403', () => {
    it('tells who is not in an open room to join it, and who was removed that they were', async () => {
      expect(await stranger.rest.get(`/room/${room}`)).toMatchObject(problem(403, 'not_a_member'))
      expect(await removed.rest.get(`/room/${room}`)).toMatchObject(problem(403, 'removed'))
    })
  })

  describe('404', () => {
    it('hides what one may not see', async () => {
      for (const [id, { rest }] of await hiddenRooms()) {
        expect(await rest.get(`/room/${id}`)).toMatchObject(problem(404, 'room_not_found'))
      }
    })
  })

  describe('429', () => {
    itIsLimited(running, (caller) => caller.get(`/room/${room}`))
  })
})

const send = () => member.rest.post(`/room/${room}/message/send`, { text_message: 'Hi' })
const change = (caller: TestUser, body: object, id = room) => caller.rest.patch(`/room/${id}`, body)

describe('PATCH /room/:room_id', () => {
  describe('200', () => {
    it.each([
      { name: 'Another' },
      { name: null },
      { img_url: 'https://x.example/r.png' },
      { access: 'invite' },
      { archived: true },
      { metadata: { topic: 'all' } },
      {},
    ])('changes what is named and nothing else: %j', async (fields) => {
      const before = (await owner.rest.get(`/room/${room}`)).body
      const { status, body } = await change(owner, fields)
      expect(status).toBe(200)
      expect(body).toEqual({ ...before, ...fields })
    })

    it('is for moderators of the room, for the tenant’s admins and for the backend too', async () => {
      const admin = await tenant.user({ role: 'admin' })
      expect((await change(moderator, { name: 'M' })).body.name).toBe('M')
      await admin.rest.post(`/room/${room}/join`)
      expect((await change(admin, { name: 'A' })).body.name).toBe('A')
      expect((await tenant.backend.patch(`/room/${room}`, { name: 'B' })).body.name).toBe('B')
    })

    it('archives: nobody sends, until it is undone', async () => {
      await change(owner, { archived: true })
      expect(await send()).toMatchObject(problem(403, 'room_archived'))
      await change(owner, { archived: false })
      expect((await send()).status).toBe(201)
    })

    it('hands the room over to a member; the owner until then becomes a moderator', async () => {
      expect((await change(owner, { owner_id: member.userId })).status).toBe(200)
      const { items } = (await tenant.backend.get(`/room/${room}/member`)).body
      const roleOf = Object.fromEntries(items.map((one: any) => [one.user_id, one.room_role]))
      expect(roleOf).toMatchObject({ [member.userId]: 'owner', [owner.userId]: 'moderator' })
    })
  })

  describe('400', () => {
    it.each([
      ['an empty name', 'name', { name: '' }],
      ['an access that there is not', 'access', { access: 'closed' }],
      ['a text for a flag', 'archived', { archived: 'yes' }],
      ['another type', 'type', { type: 'private' }],
      ['another number of messages', 'last_seq', { last_seq: 7 }],
      ['an owner who is no member', 'owner_id', { name: 'X', owner_id: noId() }],
    ])('refuses %s, and changes nothing', async (_, field, body) => {
      const before = (await owner.rest.get(`/room/${room}`)).body
      expect(await change(owner, body)).toMatchObject(badField(field))
      expect((await owner.rest.get(`/room/${room}`)).body).toEqual(before)
    })

    it('opens no private room', async () => {
      const answer = await tenant.backend.patch(`/room/${await privateRoom()}`, { access: 'open' })
      expect(answer).toMatchObject(badField('access'))
    })
  })

  describe('401', () => {
    itAsksWhoCalls(running, (caller) => caller.patch(`/room/${room}`, {}))
  })

  describe('403', () => {
    it('is refused to members, and to whoever is none', async () => {
      expect(await change(member, { name: 'X' })).toMatchObject(problem(403, 'forbidden'))
      expect(await change(stranger, { name: 'X' })).toMatchObject(problem(403, 'not_a_member'))
      expect(await change(removed, { name: 'X' })).toMatchObject(problem(403, 'removed'))
      expect((await owner.rest.get(`/room/${room}`)).body.name).toBe('A room')
    })

    it('lets no moderator hand the room over, least of all to themselves', async () => {
      expect(await change(moderator, { owner_id: moderator.userId })).toMatchObject(problem(403, 'forbidden'))
    })
  })

  describe('404', () => {
    it('hides what one may not see', async () => {
      for (const [id, caller] of await hiddenRooms()) {
        expect(await change(caller, { name: 'X' }, id)).toMatchObject(problem(404, 'room_not_found'))
      }
    })
  })

  describe('429', () => {
    itIsLimited(running, (caller) => caller.patch(`/room/${room}`, {}))
  })
})

describe('DELETE /room/:room_id', () => {
  describe('204', () => {
    it('takes the room away with all that was said in it', async () => {
      const own = await service.tenant()
      const [ann, bob] = [await own.user(), await own.user()]
      const theirs = await own.room([ann, bob])
      await ann.send(theirs, 'Hi')
      await ann.rest.delete(`/room/${theirs}/member/${bob.userId}`)
      expect(await ann.rest.delete(`/room/${theirs}`)).toMatchObject({ status: 204, body: '' })
      expect(await ann.rest.get(`/room/${theirs}`)).toMatchObject(problem(404, 'room_not_found'))
      for (const table of ['tb_chat_rooms', 'tb_user_room', 'tb_messages', 'room_removals']) {
        expect(await countOf(own, table)).toBe(0)
      }
    })

    it('is for the tenant’s admins and for the backend too', async () => {
      const admin = await tenant.user({ role: 'admin' })
      expect((await admin.rest.delete(`/room/${room}`)).status).toBe(204)
      expect((await tenant.backend.delete(`/room/${await tenant.room([owner])}`)).status).toBe(204)
    })
  })

  describe('400', () => {
    it('wants a UUID', async () => {
      expect(await owner.rest.delete('/room/general')).toMatchObject(badField('room_id'))
    })
  })

  describe('401', () => {
    itAsksWhoCalls(running, (caller) => caller.delete(`/room/${room}`))
  })

  describe('403', () => {
    it('is refused to moderators and members, and to whoever is none', async () => {
      const remove = ({ rest }: TestUser) => rest.delete(`/room/${room}`)
      expect(await remove(moderator)).toMatchObject(problem(403, 'forbidden'))
      expect(await remove(member)).toMatchObject(problem(403, 'forbidden'))
      expect(await remove(stranger)).toMatchObject(problem(403, 'not_a_member'))
      expect(await remove(removed)).toMatchObject(problem(403, 'removed'))
      expect((await owner.rest.get(`/room/${room}`)).status).toBe(200)
    })

    it('lets neither of two people take their private room from the other', async () => {
      expect(await owner.rest.delete(`/room/${await privateRoom()}`)).toMatchObject(problem(403, 'forbidden'))
    })
  })

  describe('404', () => {
    it('hides what one may not see', async () => {
      for (const [id, { rest }] of await hiddenRooms()) {
        expect(await rest.delete(`/room/${id}`)).toMatchObject(problem(404, 'room_not_found'))
      }
    })
  })

  describe('429', () => {
    itIsLimited(running, (caller) => caller.delete(`/room/${room}`))
  })
})
