/** Within a tenant: whoever may change a room without being in it is shown the room, and nothing that is said there. */
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'

describe('an admin who is not in an open room', () => {
  let service: Service
  let tenant: TestTenant
  let owner: TestUser
  let member: TestUser
  let admin: TestUser
  let room: string

  beforeAll(async () => {
    service = await startService()
    tenant = await service.tenant()
    ;[owner, member, admin] = await Promise.all([tenant.user(), tenant.user(), tenant.user({ role: 'admin' })])
  })
  beforeEach(async () => {
    room = await tenant.room([owner, member])
    await owner.send(room, 'between us')
  })
  afterAll(() => service.stop())

  it('changes it, and is answered the room without its last message', async () => {
    const { status, body } = await admin.rest.patch(`/room/${room}`, { name: 'New' })
    expect(status).toBe(200)
    expect(body).toMatchObject({ room_id: room, name: 'New', last_seq: 1, last_message: null, unread: 0 })
    const onRoom = ['room.update', 'room.hand_over', 'room.delete']
    expect(body.can).toEqual([...onRoom, 'member.remove', 'member.role', 'message.delete_any'])
    expect(JSON.stringify(body)).not.toContain('between us')
  })

  it('closes it, and is answered it although it is now invisible', async () => {
    const { status, body } = await admin.rest.patch(`/room/${room}`, { access: 'invite', owner_id: member.userId })
    expect(status).toBe(200)
    expect(body).toMatchObject({ room_id: room, access: 'invite', last_message: null })
    expect(await admin.rest.get(`/room/${room}`)).toMatchObject({ status: 404, body: { code: 'room_not_found' } })
    const { body: members } = await tenant.backend.get(`/room/${room}/member`)
    const roles = members.items.map((one: any) => [one.user_id, one.room_role])
    expect(new Map(roles)).toEqual(
      new Map([
        [owner.userId, 'moderator'],
        [member.userId, 'owner'],
      ]),
    )
  })

  it('removes a member, but neither reads, nor sends, nor adds', async () => {
    expect(await admin.rest.delete(`/room/${room}/member/${member.userId}`)).toMatchObject({ status: 204 })
    const refused = { status: 403, body: { code: 'not_a_member' } }
    expect(await admin.rest.get(`/room/${room}`)).toMatchObject(refused)
    expect(await admin.rest.get(`/room/${room}/message`)).toMatchObject(refused)
    expect(await admin.rest.get(`/room/${room}/member`)).toMatchObject(refused)
    expect(await admin.rest.post(`/room/${room}/message/send`, { text_message: 'x' })).toMatchObject(refused)
    expect(await admin.rest.post(`/room/${room}/member`, { user_ids: [member.userId] })).toMatchObject(refused)
  })
})
