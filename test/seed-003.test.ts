/** The ten workflows of seed 003, by the names that it gives them: what people see, and what then stands in its tables. */
import { logIn, loggedIn, openTenant, register, registered } from './support/accounts.js'
import { rowsOf } from './support/database.js'
import { ask, listed, take } from './support/friends.js'
import { hasty } from './support/presence.js'
import { problem, statusesOf } from './support/problems.js'
import { startService, type Service, type TestTenant, type TestUser } from './support/service.js'
import type { TestSocket } from './support/sockets.js'
import { until } from './support/until.js'
import { time, uuid7 } from './sockets/golden.js'

describe('seed 003: people, rooms, messages, reactions, friends', () => {
  let service: Service
  let tenant: TestTenant
  let ann: TestUser
  let bob: TestUser
  let anns: TestSocket
  let bobs: TestSocket
  let room_id: string
  let private_id: string
  let message_id: string

  beforeAll(async () => {
    service = await startService(hasty)
    tenant = await openTenant(service)
  })
  afterAll(() => service.stop())

  /** A moment, as `NOW()` in the seed. */
  const now = expect.any(Date)
  const rows = (sql: string, ...values: string[]): Promise<any[]> => rowsOf<any>(service.databaseUrl, sql, values)
  const members = () => rows('SELECT * FROM tb_user_room WHERE room_id = $1 ORDER BY joined_at', room_id)
  const messages = () => rows('SELECT * FROM tb_messages WHERE room_id = $1 ORDER BY seq', room_id)
  const reactions = () => rows('SELECT * FROM tb_reaction ORDER BY reaction_id')
  const friendships = () => rows('SELECT * FROM tb_friendships')

  const roleAndFlag = (userId: string) =>
    rows(`SELECT u.*, role_enum FROM tb_users u JOIN tb_roles USING (tenant_id, role_id) WHERE user_id = $1`, userId)

  /** The row of `tb_user_status`, as soon as it says so: who comes and who goes is written a moment later. */
  const status = (userId: string, is_online: boolean): Promise<any> =>
    until(async () => {
      const [row] = await rows('SELECT * FROM tb_user_status WHERE user_id = $1', userId)
      return row?.is_online === is_online && row
    }, `is_online = ${is_online}`)

  /** What a socket heard last of somebody's presence, as soon as it says so. */
  const presence = (socket: TestSocket, of: TestUser, is_online: boolean): Promise<any> =>
    until(() => {
      const last = socket.payloads('presence').findLast(({ user_id }) => user_id === of.userId)
      return last?.is_online === is_online && last
    }, `presence ${is_online}`)

  it('1. Đăng ký và Đăng nhập', async () => {
    const profile = {
      username: 'ann',
      display_name: 'Ann',
      email: 'ann@acme.example',
      phone: '+84 28 1234567',
      img_url: 'https://cdn.acme.example/ann.png',
    }
    const { status: made, body } = await register(tenant, profile)
    expect(made).toBe(201)
    expect(body.user).toMatchObject({ ...profile, user_id: uuid7, role: 'user', status: 'active', created_at: time })
    const row = { ...profile, user_id: body.user_id, role_enum: 'user', flag_delete: 'active', created_at: now }
    expect(await roleAndFlag(body.user_id)).toMatchObject([row])
    const [{ hash }] = await rows('SELECT hash FROM tb_passwords WHERE user_id = $1', body.user_id)
    expect(hash).toMatch(/^\$argon2id\$/)

    expect(await logIn(tenant, { username: 'ann', password: 'not hers' })).toMatchObject(problem(401, 'login_failed'))
    expect(await rows('SELECT * FROM tb_user_status')).toEqual([])
    ann = await loggedIn(tenant, 'ann')
    expect(ann.userId).toBe(body.user_id)
    expect(await status(ann.userId, true)).toMatchObject({ last_seen: now })
    expect((await ann.rest.get('/user/me')).body).toMatchObject(profile)
  })

  it('2. Tạo phòng chat (room)', async () => {
    const group = await ann.rest.post('/room', { name: 'Bạn bè', access: 'invite' })
    expect(group).toMatchObject({ status: 201, body: { name: 'Bạn bè', is_group: true, created_by: ann.userId } })
    room_id = group.body.room_id
    const room = { chat_room_id: room_id, name: 'Bạn bè', type: 'group', created_by: ann.userId, created_at: now }
    expect(await rows('SELECT * FROM tb_chat_rooms')).toMatchObject([room])
    const owner = { user_room_id: uuid7, room_id, user_id: ann.userId, room_role: 'owner', joined_at: now }
    expect(await members()).toMatchObject([owner])

    bob = await registered(tenant, 'bob')
    const pair = { type: 'private', member_ids: [bob.userId] }
    const [one, again] = await Promise.all([ann.rest.post('/room', pair), ann.rest.post('/room', pair)])
    expect(statusesOf([one, again])).toEqual([200, 201])
    expect(again.body).toMatchObject({ room_id: one.body.room_id, is_group: false, member_count: 2 })
    private_id = one.body.room_id
  })

  it('3. Mời thêm người vào phòng', async () => {
    anns = await ann.socketIn(room_id)
    bobs = await bob.socket()
    expect(await bobs.ask('join_room', { room_id })).toMatchObject({ ok: false, error: { code: 'room_not_found' } })

    const added = await ann.rest.post(`/room/${room_id}/member`, { user_ids: [bob.userId] })
    expect(added).toMatchObject({ status: 201, body: [{ user_id: bob.userId, room_role: 'member' }] })
    expect(await members()).toMatchObject([{ user_id: ann.userId }, { user_id: bob.userId, room_id, joined_at: now }])

    expect(await anns.next('member_joined')).toMatchObject([{ room_id, user_id: bob.userId }])
    expect(await bobs.next('room_added')).toMatchObject([{ room: { room_id, member_count: 2 } }])
    expect(await bobs.ask('join_room', { room_id })).toMatchObject({ ok: true, room: { room_id } })
  })

  it('4. Gửi tin nhắn', async () => {
    const { ok, message } = await anns.ask('send_message', { room_id, text_message: 'Chào Bob' })
    expect(ok).toBe(true)
    message_id = message.message_id
    const file_url = 'https://cdn.acme.example/plan.pdf'
    const sent = await bob.rest.post(`/room/${room_id}/message/send`, { text_message: 'Xem đi', file_url })
    expect(sent).toMatchObject({ status: 201, body: { seq: 2, file_url, sender: { user_id: bob.userId } } })
    for (const socket of [anns, bobs]) expect(await socket.next('new_message', 2)).toEqual([message, sent.body])
    expect(await messages()).toMatchObject([
      { message_id, user_id: ann.userId, room_id, content: 'Chào Bob', file_url: null, created_at: now },
      { message_id: uuid7, user_id: bob.userId, room_id, content: 'Xem đi', file_url, created_at: now },
    ])
  })

  it('5. Phản ứng với tin nhắn (emoji)', async () => {
    const emojiPath = `/room/${room_id}/message/${message_id}/reaction/${encodeURIComponent('👍')}`
    for (let time = 0; time < 2; time++) {
      const { status, body } = await bob.rest.put(emojiPath)
      expect([status, body.reactions]).toEqual([200, [{ emoji: '👍', count: 1, mine: true }]])
    }
    const heart = await anns.ask('add_reaction', { room_id, message_id, emoji: '❤️' })
    expect(heart).toMatchObject({ ok: true, message: { message_id, reactions: [{ emoji: '👍' }, { emoji: '❤️' }] } })
    for (const socket of [anns, bobs])
      expect(await socket.next('reaction_added', 2)).toMatchObject([
        { room_id, message_id, user_id: bob.userId, emoji: '👍', count: 1, rev: 1 },
        { room_id, message_id, user_id: ann.userId, emoji: '❤️', count: 1, rev: 2 },
      ])
    expect(await reactions()).toMatchObject([
      { reaction_id: uuid7, user_id: bob.userId, message_id, emoji: '👍', created_at: now },
      { reaction_id: uuid7, user_id: ann.userId, message_id, emoji: '❤️', created_at: now },
    ])
    expect((await bob.rest.delete(emojiPath)).status).toBe(204)
    expect(await anns.next('reaction_removed')).toMatchObject([{ user_id: bob.userId, emoji: '👍', count: 0 }])
    expect(await reactions()).toMatchObject([{ user_id: ann.userId, emoji: '❤️' }])
  })

  it('6. Xem trạng thái online', async () => {
    const statusOfAnn = async () => (await bob.rest.get(`/user/${ann.userId}/status`)).body
    expect(await statusOfAnn()).toEqual({ user_id: ann.userId, is_online: true, last_seen: time })
    const { last_seen: before } = await status(ann.userId, true)
    anns.close()
    const gone = await presence(bobs, ann, false)
    expect(await status(ann.userId, false)).toMatchObject({ last_seen: new Date(gone.last_seen) })
    expect(Date.parse(gone.last_seen)).toBeGreaterThan(before.getTime())
    expect(await statusOfAnn()).toEqual(gone)

    anns = await ann.socketIn(room_id)
    await presence(bobs, ann, true)
    expect(await ann.rest.post('/auth/logout')).toMatchObject({ status: 204 })
    await anns.disconnected()
    await presence(bobs, ann, false)
    ann = await loggedIn(tenant, 'ann')
    await presence(bobs, ann, true)
    anns = await ann.socketIn(room_id)
  })

  it('7. Kết bạn', async () => {
    expect(await ask(ann, bob)).toMatchObject({ status: 201, body: { user_id: bob.userId, status: 'pending' } })
    const friendship = { user_id: ann.userId, friend_id: bob.userId, created_at: now }
    expect(await friendships()).toMatchObject([{ ...friendship, status: 'pending' }])
    expect(await bobs.next('friendship')).toMatchObject([{ user_id: ann.userId, status: 'pending' }])

    expect(await take(bob, ann, 'accept')).toMatchObject({ status: 200, body: { status: 'accepted' } })
    expect(await friendships()).toMatchObject([{ ...friendship, status: 'accepted' }])
    const ofSeed = `SELECT * FROM tb_friendships WHERE status = 'accepted' AND (user_id = $1 OR friend_id = $1)`
    for (const [one, other] of [
      [ann, bob],
      [bob, ann],
    ] as const) {
      expect(await listed(one, 'accepted')).toMatchObject([{ user_id: other.userId, requested_by: ann.userId }])
      expect(await rows(ofSeed, one.userId)).toMatchObject([friendship])
    }

    expect(await take(bob, ann, 'block')).toMatchObject({ status: 200, body: { status: 'blocked' } })
    expect(await friendships()).toMatchObject([{ user_id: bob.userId, friend_id: ann.userId, status: 'blocked' }])
    const written = await ann.rest.post(`/room/${private_id}/message/send`, { text_message: 'Bob?' })
    expect(written).toMatchObject(problem(403, 'blocked'))
    expect(await take(bob, ann, 'unblock')).toMatchObject({ status: 200, body: { status: 'none' } })
    expect(await friendships()).toEqual([])
  })

  it('8. Vai trò người dùng', async () => {
    const roles = await rows('SELECT role_enum FROM tb_roles ORDER BY role_enum')
    expect(roles.map(({ role_enum }) => role_enum)).toEqual(['admin', 'moderator', 'user'])
    const deleteAnns = () => bob.rest.delete(`/room/${room_id}/message/${message_id}`)
    const capabilities = async () => (await bob.rest.get(`/room/${room_id}`)).body.can
    expect(await roleAndFlag(bob.userId)).toMatchObject([{ role_enum: 'user' }])
    expect(await bob.rest.patch('/user/me', { role: 'moderator' })).toMatchObject(problem(400, 'validation_failed'))
    expect(await deleteAnns()).toMatchObject(problem(403, 'forbidden'))
    expect(await capabilities()).not.toContain('message.delete_any')

    const given = await tenant.backend.patch(`/user/${bob.userId}`, { role: 'moderator' })
    expect(given).toMatchObject({ status: 200, body: { role: 'moderator' } })
    expect(await roleAndFlag(bob.userId)).toMatchObject([{ role_enum: 'moderator' }])
    expect(await capabilities()).toContain('message.delete_any')
    expect((await deleteAnns()).status).toBe(204)
    expect(await anns.next('message_deleted')).toMatchObject([{ room_id, message_id, seq: 1 }])
    expect(await messages()).toMatchObject([{ message_id, content: null, deleted_at: now }, { content: 'Xem đi' }])
    expect(await reactions()).toEqual([])
  })

  it('9. Xóa hoặc vô hiệu hóa người dùng', async () => {
    const before = [await members(), await messages()]
    for (const flag of ['not_active', 'delete']) {
      expect((await tenant.backend.patch(`/user/${bob.userId}`, { status: flag })).status).toBe(200)
      expect(await roleAndFlag(bob.userId)).toMatchObject([{ flag_delete: flag }])
      await bobs.disconnected()
      expect(await bob.rest.get('/user/me')).toMatchObject(problem(403, 'user_locked'))
      expect(await logIn(tenant, { username: 'bob' })).toMatchObject(problem(403, 'user_locked'))
      expect([await members(), await messages()]).toEqual(before)

      expect((await tenant.backend.patch(`/user/${bob.userId}`, { status: 'active' })).status).toBe(200)
      expect(await roleAndFlag(bob.userId)).toMatchObject([{ flag_delete: 'active' }])
      bob = await loggedIn(tenant, 'bob')
      bobs = await bob.socketIn(room_id)
    }
    expect((await bob.rest.get(`/room/${room_id}/message`)).body.items).toHaveLength(2)
  })

  it('10. Rời khỏi phòng chat', async () => {
    expect((await bob.rest.post(`/room/${room_id}/leave`)).status).toBe(204)
    expect(await members()).toMatchObject([{ user_id: ann.userId }])
    expect(await bobs.next('room_removed')).toEqual([{ room_id }])
    expect(await anns.next('member_left')).toMatchObject([{ room_id, user_id: bob.userId }])

    await anns.ask('send_message', { room_id, text_message: 'Bob?' })
    expect(await bobs.ask('join_room', { room_id })).toMatchObject({ ok: false, error: { code: 'room_not_found' } })
    expect(bobs.payloads('new_message')).toEqual([])
    expect((await bob.rest.get('/room')).body.items.map((room: any) => room.room_id)).toEqual([private_id])
    expect(await messages()).toMatchObject([{ content: null }, { content: 'Xem đi', user_id: bob.userId }, { seq: 3 }])
  })
})
