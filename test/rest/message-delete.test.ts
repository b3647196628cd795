/** Messages: how they are deleted. Their place stays, and nothing of what they said. */
import { rowsOf } from '../support/database.js'
import { badField, itAsksWhoCalls, itIsLimited, limitsOn, noId, problem, statusesOf } from '../support/problems.js'
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'

let service: Service
let tenant: TestTenant
let owner: TestUser
let ann: TestUser
let bob: TestUser
let carol: TestUser
let room: string
let sent: any
const running = () => service

beforeAll(async () => {
  service = await startService(limitsOn)
  tenant = await service.tenant()
  owner = await tenant.user()
  ann = await tenant.user({ display_name: 'Ann' })
  bob = await tenant.user()
  carol = await tenant.user()
})
beforeEach(async () => {
  room = await tenant.room([owner, ann, bob])
  sent = await ann.send(room, secret, { ...secrets(), client_message_id: 'my-1' })
})
afterAll(() => service.stop())

type Caller = Pick<TestUser, 'rest'>

const secret = 'never to be seen again'
const secrets = () => ({
  file_url: `https://x.example/${encodeURI(secret)}`,
  mentions: [bob.userId],
  metadata: { secret },
})
const tombstone = () => ({
  ...sent,
  text_message: null,
  file_url: null,
  mentions: [],
  metadata: null,
  rev: 1,
  deleted_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
})

const remove = ({ rest }: Caller, id: string = sent.message_id, of = room) => rest.delete(`/room/${of}/message/${id}`)
const stored = async (id: string = sent.message_id) => (await tenant.backend.get(`/room/${room}/message/${id}`)).body
const lastRev = async () => (await tenant.backend.get(`/room/${room}`)).body.last_rev
const unchanged = async () => expect([await stored(), await lastRev()]).toEqual([sent, 0])

/** A member with this role. */
async function added(room_role: string, fields: object = {}): Promise<TestUser> {
  const user = await tenant.user({ ...fields })
  await tenant.backend.post(`/room/${room}/member`, { user_ids: [user.userId], room_role })
  return user
}

describe('DELETE /room/:room_id/message/:message_id', () => {
  describe('204', () => {
    it('leaves a tombstone in its place, and nothing of what it said anywhere', async () => {
      await bob.send(room, 'before it', { reply_to: sent.message_id })
      expect(await remove(ann, sent.message_id.toUpperCase())).toMatchObject({ status: 204, body: '' })
      const answers = await Promise.all([
        bob.rest.get(`/room/${room}/message/${sent.message_id}`),
        bob.rest.get(`/room/${room}/message?around_seq=1&limit=1`),
        ann.rest.post(`/room/${room}/message/send`, { text_message: 'repeat', client_message_id: 'my-1' }),
      ])
      const [got, page, repeat] = answers.map(({ body }) => body)
      expect(got).toEqual(tombstone())
      expect(page.items).toEqual([tombstone()])
      expect(repeat).toEqual({ ...tombstone(), duplicate: true })
      const [row] = await rowsOf<object>(service.databaseUrl, 'SELECT * FROM tb_messages WHERE message_id = $1', [
        sent.message_id,
      ])
      for (const shown of [...answers.map(({ body }) => body), row]) expect(JSON.stringify(shown)).not.toMatch(/never/)
    })

    it('is what the room and the list of rooms show last', async () => {
      await remove(ann)
      const { body } = await bob.rest.get(`/room/${room}`)
      expect(body).toMatchObject({ last_seq: 1, last_rev: 1, last_message: tombstone() })
      const { body: list } = await bob.rest.get('/room')
      expect(list.items.find(({ room_id }: any) => room_id === room).last_message).toEqual(tombstone())
    })

    it('takes what was edited, too, and says that it was', async () => {
      const { body } = await ann.rest.patch(`/room/${room}/message/${sent.message_id}`, { text_message: `${secret}!` })
      await remove(ann)
      expect(await stored()).toEqual({ ...tombstone(), rev: 2, edited_at: body.edited_at })
    })

    it('may be repeated, and spends one rev', async () => {
      const answers = await Promise.all([ann, owner, ann, owner, { rest: tenant.backend }].map((who) => remove(who)))
      expect(statusesOf(answers)).toEqual([204, 204, 204, 204, 204])
      const first = await stored()
      expect((await remove(ann)).status).toBe(204)
      expect([await stored(), await lastRev()]).toEqual([first, 1])
      expect(first.rev).toBe(1)
    })

    it('is the author’s, the owner’s and the moderators’ of the room, and the backend’s', async () => {
      const moderator = await added('moderator')
      for (const caller of [ann, owner, moderator, { rest: tenant.backend }]) {
        const { message_id } = await ann.send(room, 'Hi')
        expect((await remove(caller, message_id)).status).toBe(204)
        expect(await stored(message_id)).toMatchObject({ text_message: null, sender: { user_id: ann.userId } })
      }
      expect(await lastRev()).toBe(4)
    })

    it.each(['admin', 'moderator'])('is a tenant’s %s’s, in a room of theirs and in an open one', async (role) => {
      const [member, stranger] = [await added('member', { role }), await tenant.user({ role })]
      for (const caller of [member, stranger]) {
        const { message_id } = await ann.send(room, 'Hi')
        expect((await remove(caller, message_id)).status).toBe(204)
        expect(await stored(message_id)).toMatchObject({ text_message: null })
      }
      const { body } = await stranger.rest.get(`/room/${room}/message`)
      expect(body.code).toBe('not_a_member')
    })

    it('takes what the backend said, by the room’s owner and by the backend', async () => {
      for (const caller of [owner, { rest: tenant.backend }]) {
        const { body } = await tenant.backend.post(`/room/${room}/message/send`, { text_message: secret })
        expect((await remove(caller, body.message_id)).status).toBe(204)
        expect(await stored(body.message_id)).toMatchObject({ type: 'system', sender: null, text_message: null })
      }
    })

    it('goes on in an archived room', async () => {
      await owner.rest.patch(`/room/${room}`, { archived: true })
      expect((await remove(ann)).status).toBe(204)
      expect(await stored()).toEqual(tombstone())
    })

    it('may be replied to afterwards, as any place in the room', async () => {
      await remove(ann)
      expect(await bob.send(room, 'What was it?', { reply_to: sent.message_id })).toMatchObject({ seq: 2 })
    })

    it('makes unread messages fewer', async () => {
      const unread = async () => {
        const { body } = await bob.rest.get(`/room/${room}`)
        const { body: list } = await bob.rest.get('/room')
        expect(list.items.find(({ room_id }: any) => room_id === room).unread).toBe(body.unread)
        return body.unread
      }
      const second = await ann.send(room, 'two')
      expect(await unread()).toBe(2)
      await remove(ann)
      expect(await unread()).toBe(1)
      await remove(ann)
      expect(await unread()).toBe(1)
      await remove(owner, second.message_id)
      expect(await unread()).toBe(0)
    })

    it('in a private room is each one’s for what they said', async () => {
      const { body } = await ann.rest.post('/room', { type: 'private', member_ids: [bob.userId] })
      const [mine, theirs] = [await ann.send(body.room_id, 'Hi'), await bob.send(body.room_id, 'Hi')]
      expect((await remove(ann, mine.message_id, body.room_id)).status).toBe(204)
      expect(await remove(ann, theirs.message_id, body.room_id)).toMatchObject(problem(403, 'forbidden'))
    })
  })

  describe('400', () => {
    it('wants UUIDs', async () => {
      expect(await remove(ann, '1')).toMatchObject(badField('message_id'))
      expect(await remove(ann, sent.message_id, 'general')).toMatchObject(badField('room_id'))
      await unchanged()
    })
  })

  describe('401', () => {
    itAsksWhoCalls(running, (rest) => remove({ rest }))
  })

  describe('403', () => {
    it('is refused to another member', async () => {
      expect(await remove(bob)).toMatchObject(problem(403, 'forbidden'))
      await unchanged()
    })

    it('is refused to a member for what the backend said', async () => {
      const { body } = await tenant.backend.post(`/room/${room}/message/send`, { text_message: 'Welcome' })
      expect(await remove(ann, body.message_id)).toMatchObject(problem(403, 'forbidden'))
    })

    it('is refused to who is not a member, or no longer, also for what they said', async () => {
      expect(await remove(carol)).toMatchObject(problem(403, 'not_a_member'))
      await tenant.backend.delete(`/room/${room}/member/${ann.userId}`)
      expect(await remove(ann)).toMatchObject(problem(403, 'removed'))
      await unchanged()
    })

    it('is refused to who ruled the room, or the tenant, until a moment ago', async () => {
      const moderator = await tenant.user({ role: 'moderator' })
      await owner.rest.patch(`/room/${room}`, { owner_id: bob.userId })
      await owner.rest.post(`/room/${room}/leave`)
      await tenant.backend.patch(`/user/${moderator.userId}`, { role: 'user' })
      expect(await remove(owner)).toMatchObject(problem(403, 'not_a_member'))
      expect(await remove(moderator)).toMatchObject(problem(403, 'not_a_member'))
      await unchanged()
    })
  })

  describe('404', () => {
    it('knows no such message, nor one of another room', async () => {
      const elsewhere = await ann.send(await tenant.room([ann]), 'elsewhere')
      for (const id of [noId(), elsewhere.message_id]) {
        for (const caller of [ann, owner, { rest: tenant.backend }]) {
          expect(await remove(caller, id)).toMatchObject(problem(404, 'message_not_found'))
        }
      }
    })

    it('hides messages of rooms that one may not see, also from who rules the tenant', async () => {
      await tenant.backend.patch(`/room/${room}`, { access: 'invite' })
      const rulers = [await tenant.user({ role: 'admin' }), await tenant.user({ role: 'moderator' })]
      const foreigner = await (await service.tenant()).user({ role: 'admin' })
      for (const caller of [carol, ...rulers, foreigner, { rest: foreigner.tenant.backend }]) {
        expect(await remove(caller)).toMatchObject(problem(404, 'room_not_found'))
      }
      await unchanged()
    })
  })

  describe('429', () => {
    itIsLimited(running, (rest) => remove({ rest }))
  })
})
