/** Roles in a room: who gives them to whom, and what the room hears of it. */
import { problem } from '../support/problems.js'
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'
import { take } from '../support/friends.js'

let service: Service
let tenant: TestTenant
let owner: TestUser
let moderator: TestUser
let member: TestUser
let stranger: TestUser
let admin: TestUser
let room: string

beforeAll(async () => {
  service = await startService()
  tenant = await service.tenant()
  owner = await tenant.user({ display_name: 'Olga' })
  moderator = await tenant.user({ display_name: 'Mo' })
  member = await tenant.user({ display_name: 'Meg' })
  stranger = await tenant.user({ display_name: 'Sam' })
  admin = await tenant.user({ display_name: 'Ada', role: 'admin' })
})
beforeEach(async () => {
  room = await tenant.room([owner, member])
  await give(owner, [moderator], 'moderator')
})
afterAll(() => service.stop())

const give = (by: Pick<TestUser, 'rest'>, users: TestUser[], room_role?: string) =>
  by.rest.post(`/room/${room}/member`, { user_ids: users.map(({ userId }) => userId), ...(room_role && { room_role }) })
const backend = () => ({ rest: tenant.backend })
const members = async (): Promise<string[]> =>
  (await tenant.backend.get(`/room/${room}/member`)).body.items.map(
    (one: any) => `${one.display_name} ${one.room_role}`,
  )
const atFirst = ['Olga owner', 'Mo moderator', 'Meg member']
const updated = (user: TestUser, room_role: string) => ({ room_id: room, user_id: user.userId, room_role })

describe('POST /room/:room_id/member', () => {
  describe('201', () => {
    it.each([
      ['the owner', () => owner],
      ['an admin, who is no member', () => admin],
      ['the backend', backend],
    ])('makes members moderators and moderators members, by %s', async (_, by) => {
      const { status, body } = await give(by(), [member], 'moderator')
      expect({ status, body }).toMatchObject({
        status: 201,
        body: [{ user_id: member.userId, room_role: 'moderator' }],
      })
      expect((await give(by(), [moderator], 'member')).status).toBe(201)
      expect(await members()).toEqual(['Olga owner', 'Mo member', 'Meg moderator'])
      expect((await owner.rest.get(`/room/${room}`)).body.member_count).toBe(3)
    })

    it('gives the role to who is there and to who comes, and tells the room of each', async () => {
      const socket = await member.socketIn(room)
      await give(owner, [stranger, member, moderator], 'moderator')
      expect(await members()).toEqual(['Olga owner', 'Mo moderator', 'Meg moderator', 'Sam moderator'])
      expect(await socket.next('member_updated')).toEqual([updated(member, 'moderator')])
      expect(await socket.next('member_joined')).toMatchObject([{ user_id: stranger.userId }])
    })

    it('counts at once: what one can is another', async () => {
      const can = async (): Promise<string[]> => (await member.rest.get(`/room/${room}`)).body.can
      expect(await can()).not.toContain('member.remove')
      await give(owner, [member], 'moderator')
      expect(await can()).toContain('member.remove')
    })

    it('changes nothing where the role is the same, and tells nobody', async () => {
      const socket = await member.socketIn(room)
      expect((await give(moderator, [moderator], 'moderator')).status).toBe(201)
      await give(owner, [member], 'moderator')
      expect(await socket.next('member_updated')).toEqual([updated(member, 'moderator')])
    })
  })

  describe('403', () => {
    it.each([
      ['a moderator of the room', () => moderator],
      ['a member', () => member],
    ])('lets %s change nobody’s role', async (_, by) => {
      expect(await give(by(), [member], 'moderator')).toMatchObject(problem(403, 'forbidden'))
      expect(await give(by(), [moderator], 'member')).toMatchObject(problem(403, 'forbidden'))
      expect(await members()).toEqual(atFirst)
    })

    it('…nor who is no member, nor was removed', async () => {
      expect(await give(stranger, [member], 'moderator')).toMatchObject(problem(403, 'not_a_member'))
      await owner.rest.delete(`/room/${room}/member/${member.userId}`)
      expect(await give(member, [moderator], 'member')).toMatchObject(problem(403, 'removed'))
    })

    it('makes no owner something else, and then nobody', async () => {
      for (const by of [owner, admin, backend()]) {
        expect(await give(by, [member, owner], 'moderator')).toMatchObject(problem(403, 'forbidden'))
      }
      expect(await members()).toEqual(atFirst)
    })

    it('knows no roles in a private room', async () => {
      room = (await owner.rest.post('/room', { type: 'private', member_ids: [member.userId] })).body.room_id
      for (const by of [owner, backend()]) {
        expect(await give(by, [member], 'moderator')).toMatchObject(problem(403, 'forbidden'))
      }
    })

    it('keeps who is blocked from inviting, and not from giving a role to who is there', async () => {
      await take(member, owner, 'block')
      await take(stranger, owner, 'block')
      expect((await give(owner, [member], 'moderator')).status).toBe(201)
      expect(await give(owner, [stranger], 'moderator')).toMatchObject(problem(403, 'blocked'))
      await take(stranger, owner, 'unblock')
    })
  })
})

describe('who owns a room', () => {
  it('is told to the room when it is handed over, with who was the owner before', async () => {
    const socket = await member.socketIn(room)
    await owner.rest.patch(`/room/${room}`, { owner_id: moderator.userId })
    const told = await socket.next('member_updated', 2)
    expect(told).toHaveLength(2)
    expect(told).toEqual(expect.arrayContaining([updated(owner, 'moderator'), updated(moderator, 'owner')]))
  })

  it('and when the owner leaves', async () => {
    const socket = await member.socketIn(room)
    await owner.rest.post(`/room/${room}/leave`)
    expect(await socket.next('member_updated')).toEqual([updated(moderator, 'owner')])
  })
})
