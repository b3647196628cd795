/** Messages: how they are edited by who wrote them. */
import { badField, itAsksWhoCalls, itIsLimited, limitsOn, noId, problem } from '../support/problems.js'
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'

let service: Service
let tenant: TestTenant
let ann: TestUser
let bob: TestUser
let carol: TestUser
let room: string
let sent: any
const running = () => service

beforeAll(async () => {
  service = await startService(limitsOn)
  tenant = await service.tenant()
  ann = await tenant.user({ display_name: 'Ann', img_url: 'https://x.example/ann.png' })
  bob = await tenant.user({ display_name: 'Bob' })
  carol = await tenant.user({ display_name: 'Carol' })
})
beforeEach(async () => {
  room = await tenant.room([bob, ann])
  sent = await ann.send(room, 'Helo', { ...carried(), client_message_id: 'my-1' })
})
afterAll(() => service.stop())

type Caller = Pick<TestUser, 'rest'>

/** All that a message carries beside its text. */
const carried = () => ({ file_url: 'https://x.example/plan.pdf', mentions: [bob.userId], metadata: { n: [1, null] } })

const edit = ({ rest }: Caller, body: unknown, id: string = sent.message_id, of = room) =>
  rest.patch(`/room/${of}/message/${id}`, body)
const stored = async () => (await tenant.backend.get(`/room/${room}/message/${sent.message_id}`)).body
const lastRev = async () => (await tenant.backend.get(`/room/${room}`)).body.last_rev
const unchanged = async () => expect([await stored(), await lastRev()]).toEqual([sent, 0])

describe('PATCH /room/:room_id/message/:message_id', () => {
  describe('200', () => {
    it('answers the message as everybody then sees it', async () => {
      const { status, body } = await edit(ann, { text_message: 'Hello 👋' }, sent.message_id.toUpperCase())
      expect(status).toBe(200)
      expect(body).toEqual({ ...sent, text_message: 'Hello 👋', rev: 1, edited_at: expect.any(String) })
      expect(body.edited_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
      expect(await stored()).toEqual(body)
      const { body: history } = await bob.rest.get(`/room/${room}/message`)
      expect(history.items).toEqual([body])
      expect((await bob.rest.get(`/room/${room}`)).body).toMatchObject({ last_seq: 1, last_rev: 1, last_message: body })
    })

    it.each([
      ['text_message', 'Hello'],
      ['file_url', 'https://x.example/another.pdf'],
      ['mentions', []],
      ['metadata', ['another', { 1: 1e300 / 1e290 }]],
      ['metadata', false],
      ['metadata', ''],
      ['metadata', 0],
      ['metadata', []],
    ])('changes %s alone: %j', async (field, value) => {
      const { body } = await edit(ann, { [field]: value })
      expect(body).toEqual({ ...sent, [field]: value, rev: 1, edited_at: expect.any(String) })
      expect(await stored()).toEqual(body)
    })

    it('changes all at once', async () => {
      const fields = {
        text_message: 'Hello',
        file_url: 'https://x.example/2.pdf',
        mentions: [carol.userId, ann.userId],
        metadata: 1,
      }
      expect((await edit(ann, fields)).body).toMatchObject({ ...fields, rev: 1 })
    })

    it('takes away what is null, and mentions by an empty list', async () => {
      const nothing = { file_url: null, metadata: null, mentions: [] }
      expect((await edit(ann, nothing)).body).toMatchObject({ ...nothing, text_message: 'Helo', rev: 1 })
      expect((await edit(ann, carried())).body).toMatchObject({ ...carried(), rev: 2 })
    })

    it.each(['  spaces\t\n', '"\\', '{"a":1}', '{a,"b"}', 'null', 'e\u0301', '\u202Eabc', '𝔘𝔫𝔦', '\u0001\u2028'])(
      'stores the text as it came: %j',
      async (text_message) => {
        expect((await edit(ann, { text_message })).body.text_message).toBe(text_message)
        expect((await stored()).text_message).toBe(text_message)
      },
    )

    it('numbers the changes of a room, whichever message they are of', async () => {
      const other = await bob.send(room, 'Hi')
      const revs: number[] = []
      for (const text_message of ['a', 'b', 'c']) {
        revs.push((await edit(ann, { text_message })).body.rev)
        revs.push((await edit(bob, { text_message }, other.message_id)).body.rev)
      }
      expect(revs).toEqual([1, 2, 3, 4, 5, 6])
      expect(await lastRev()).toBe(6)
      expect((await bob.rest.get(`/room/${room}/message`)).body.items).toMatchObject([
        { seq: 1, rev: 5 },
        { seq: 2, rev: 6 },
      ])
    })

    it('changes nothing, and spends no rev, when all is so already or nothing is said', async () => {
      const same = { text_message: 'Helo', ...carried() }
      for (const body of [undefined, {}, same, { metadata: { n: [1, null] } }]) {
        expect(await edit(ann, body)).toMatchObject({ status: 200, body: sent })
      }
      await unchanged()
      const { body: edited } = await edit(ann, { text_message: 'Hello' })
      expect((await edit(ann, { text_message: 'Hello' })).body).toEqual(edited)
      expect(await lastRev()).toBe(1)
    })

    it('leaves the message where it is: what was sent comes as it came', async () => {
      await bob.send(room, 'Hi')
      const { body } = await edit(ann, { text_message: 'Hello' })
      expect(body).toMatchObject({
        seq: 1,
        created_at: sent.created_at,
        sender: sent.sender,
        client_message_id: 'my-1',
      })
      const again = await ann.send(room, 'Helo', { client_message_id: 'my-1' })
      expect(again).toEqual({ ...body, duplicate: true })
    })

    it('is the backend’s for what it said itself, and a user’s on the backend’s word', async () => {
      const { body } = await tenant.backend.post(`/room/${room}/message/send`, { text_message: 'Welcom' })
      const answer = await edit({ rest: tenant.backend }, { text_message: 'Welcome' }, body.message_id)
      expect(answer).toMatchObject({ status: 200, body: { type: 'system', text_message: 'Welcome', rev: 1 } })
      const asAnn = service.anyone.as({ clientKey: ann.clientKey })
      expect((await edit({ rest: asAnn }, { text_message: 'Hello' })).body).toMatchObject({ rev: 2 })
    })

    it('leaves unread what was unread', async () => {
      const unread = async () => (await bob.rest.get(`/room/${room}`)).body.unread
      expect(await unread()).toBe(1)
      await edit(ann, { text_message: 'Hello' })
      expect(await unread()).toBe(1)
    })
  })

  describe('400', () => {
    it.each([
      ['an empty text', 'text_message', { text_message: '' }],
      ['null for a text', 'text_message', { text_message: null }],
      ['a number for a text', 'text_message', { text_message: 7 }],
      ['a list for a text', 'text_message', { text_message: ['Hi'] }],
      ['a text of 10,001', 'text_message', { text_message: 'x'.repeat(10_001) }],
      ['a text with U+0000', 'text_message', { text_message: 'a\u0000b' }],
      ['half a surrogate pair', 'text_message', { text_message: 'a\ud800b' }],
      ['a script for a file', 'file_url', { file_url: 'javascript:alert(1)' }],
      ['an empty file', 'file_url', { file_url: '' }],
      ['null for mentions', 'mentions', { mentions: null }],
      ['a mention that is no UUID', 'mentions', { mentions: ['bob'] }],
      ['51 mentions', 'mentions', { mentions: Array.from({ length: 51 }, noId) }],
      ['metadata beyond 4 KiB', 'metadata', { metadata: 'x'.repeat(4095) }],
      ['metadata with U+0000', 'metadata', { metadata: { a: ['\u0000'] } }],
      ['another sender', 'sender', { text_message: 'Hi', sender: null }],
      ['a number of one’s own', 'rev', { text_message: 'Hi', rev: 7 }],
      ['a client_message_id', 'client_message_id', { client_message_id: 'my-2' }],
      ['a reply', 'reply_to', { reply_to: noId() }],
      ['a deletion', 'deleted_at', { deleted_at: '2026-01-01T00:00:00.000Z' }],
    ])('refuses %s, and changes nothing', async (_, field, body) => {
      expect(await edit(ann, body)).toMatchObject(badField(field))
      await unchanged()
    })

    it.each([
      ['a list', [{ text_message: 'Hi' }]],
      ['a text', 'Hi'],
      ['null', null],
    ])('refuses %s for a body', async (_, body) => {
      expect(await edit(ann, body)).toMatchObject(problem(400, 'validation_failed'))
      await unchanged()
    })

    it('wants UUIDs', async () => {
      expect(await edit(ann, { text_message: 'Hi' }, '1')).toMatchObject(badField('message_id'))
      expect(await edit(ann, { text_message: 'Hi' }, sent.message_id, 'general')).toMatchObject(badField('room_id'))
    })
  })

  describe('401', () => {
    itAsksWhoCalls(running, (rest) => edit({ rest }, { text_message: 'Hi' }))
  })

  describe('403', () => {
    it('is refused to everybody else: another member, the owner, who rules the tenant, the backend', async () => {
      const moderator = await tenant.user()
      await tenant.backend.post(`/room/${room}/member`, { user_ids: [moderator.userId], room_role: 'moderator' })
      const admin = await tenant.user({ role: 'admin' })
      await tenant.backend.post(`/room/${room}/member`, { user_ids: [admin.userId, carol.userId] })
      for (const caller of [carol, bob, moderator, admin, { rest: tenant.backend }]) {
        expect(await edit(caller, { text_message: 'Hi' })).toMatchObject(problem(403, 'forbidden'))
      }
      await unchanged()
    })

    it('is refused to a user for what the backend said', async () => {
      const { body } = await tenant.backend.post(`/room/${room}/message/send`, { text_message: 'Welcome' })
      expect(await edit(bob, { text_message: 'Hi' }, body.message_id)).toMatchObject(problem(403, 'forbidden'))
    })

    it('is refused to who is not a member, or no longer', async () => {
      const admin = await tenant.user({ role: 'admin' })
      for (const caller of [carol, admin]) {
        expect(await edit(caller, { text_message: 'Hi' })).toMatchObject(problem(403, 'not_a_member'))
      }
      await tenant.backend.delete(`/room/${room}/member/${ann.userId}`)
      expect(await edit(ann, { text_message: 'Hi' })).toMatchObject(problem(403, 'removed'))
      await unchanged()
    })

    it('is refused to who left, until they come back', async () => {
      await ann.rest.post(`/room/${room}/leave`)
      expect(await edit(ann, { text_message: 'Hi' })).toMatchObject(problem(403, 'not_a_member'))
      await unchanged()
      await ann.rest.post(`/room/${room}/join`)
      expect((await edit(ann, { text_message: 'Hi' })).status).toBe(200)
    })

    it('is refused to who is locked', async () => {
      const locked = await tenant.user()
      room = await tenant.room([locked])
      sent = await locked.send(room, 'Hi')
      await tenant.backend.patch(`/user/${locked.userId}`, { status: 'not_active' })
      expect(await edit(locked, { text_message: 'Hello' })).toMatchObject(problem(403, 'user_locked'))
      await unchanged()
    })

    it('is refused in an archived room, also to the backend, until it is none', async () => {
      const system = (await tenant.backend.post(`/room/${room}/message/send`, { text_message: 'Welcome' })).body
      await tenant.backend.patch(`/room/${room}`, { archived: true })
      const asBackend = () => edit({ rest: tenant.backend }, { text_message: 'Hi' }, system.message_id)
      for (const answer of [await edit(ann, { text_message: 'Hi' }), await asBackend()]) {
        expect(answer).toMatchObject(problem(403, 'room_archived'))
      }
      await unchanged()
      await tenant.backend.patch(`/room/${room}`, { archived: false })
      expect((await edit(ann, { text_message: 'Hi' })).body).toMatchObject({ rev: 1 })
    })
  })

  describe('404', () => {
    it('knows no such message, nor one of another room', async () => {
      const elsewhere = await ann.send(await tenant.room([ann]), 'elsewhere')
      for (const id of [noId(), elsewhere.message_id]) {
        expect(await edit(ann, { text_message: 'Hi' }, id)).toMatchObject(problem(404, 'message_not_found'))
      }
    })

    it('hides messages of rooms that one may not see', async () => {
      await tenant.backend.patch(`/room/${room}`, { access: 'invite' })
      const admin = await tenant.user({ role: 'admin' })
      const foreigner = await (await service.tenant()).user({ role: 'admin' })
      for (const caller of [carol, admin, foreigner, { rest: foreigner.tenant.backend }]) {
        expect(await edit(caller, { text_message: 'Hi' })).toMatchObject(problem(404, 'room_not_found'))
      }
      await unchanged()
    })

    it('mentions only users of the tenant', async () => {
      const foreigner = await (await service.tenant()).user()
      for (const id of [noId(), foreigner.userId]) {
        const answer = await edit(ann, { text_message: 'Hi', mentions: [bob.userId, id] })
        expect(answer).toMatchObject(problem(404, 'user_not_found'))
      }
      await unchanged()
    })
  })

  describe('409', () => {
    it('is refused when the message was deleted, whatever is said', async () => {
      await ann.rest.delete(`/room/${room}/message/${sent.message_id}`)
      const tombstone = await stored()
      for (const body of [{ text_message: 'Hi' }, {}, { file_url: null }]) {
        expect(await edit(ann, body)).toMatchObject(problem(409, 'message_deleted', { retryable: false }))
      }
      expect([await stored(), await lastRev()]).toEqual([tombstone, 1])
    })
  })

  describe('413', () => {
    it('refuses what is larger than any message', async () => {
      const answer = await edit(ann, { text_message: 'x'.repeat(140_000) })
      expect(answer).toMatchObject(problem(413, 'payload_too_large'))
      await unchanged()
    })
  })

  describe('415', () => {
    it('reads JSON only', async () => {
      const headers = { 'content-type': 'application/x-www-form-urlencoded' }
      const path = `/room/${room}/message/${sent.message_id}`
      const answer = await ann.rest.patch(path, undefined, { raw: 'text_message=Hi', headers })
      expect(answer).toMatchObject(problem(415, 'unsupported_media_type'))
      await unchanged()
    })
  })

  describe('429', () => {
    itIsLimited(running, (rest) => edit({ rest }, { text_message: 'Hi' }))
  })
})
