/** Messages: how they are sent. */
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
let bob: TestUser
let carol: TestUser
let room: string
const running = () => service

beforeAll(async () => {
  service = await startService(limitsOn)
  tenant = await service.tenant()
  ann = await tenant.user({ display_name: 'Ann', img_url: 'https://x.example/ann.png' })
  bob = await tenant.user({ display_name: 'Bob' })
  carol = await tenant.user({ display_name: 'Carol' })
})
beforeEach(async () => {
  room = await tenant.room([ann, bob])
})
afterAll(() => service.stop())

const send = ({ rest }: { rest: TestUser['rest'] }, body: object, id = room) =>
  rest.post(`/room/${id}/message/send`, body)
const lastSeq = async () => (await tenant.backend.get(`/room/${room}`)).body.last_seq
const privateRoom = async () =>
  (await ann.rest.post('/room', { type: 'private', member_ids: [bob.userId] })).body.room_id as string

describe('POST /room/:room_id/message/send', () => {
  describe('201', () => {
    it('answers the message as everybody sees it', async () => {
      const { status, body } = await send(ann, { text_message: 'Hello 👋' })
      expect(status).toBe(201)
      expect(body).toEqual({
        message_id: expect.stringMatching(/^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[\da-f]{4}-[\da-f]{12}$/),
        room_id: room,
        seq: 1,
        rev: 0,
        type: 'text',
        text_message: 'Hello 👋',
        file_url: null,
        client_message_id: null,
        reply_to: null,
        mentions: [],
        metadata: null,
        sender: { user_id: ann.userId, display_name: 'Ann', name: 'Ann', img_url: 'https://x.example/ann.png' },
        reactions: [],
        pinned: false,
        created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        edited_at: null,
        deleted_at: null,
      })
      expect((await bob.rest.get(`/room/${room}/message/${body.message_id}`)).body).toEqual(body)
    })

    it('keeps all that is said with it', async () => {
      const { message_id } = await bob.send(room, 'Who comes?')
      const fields = {
        text_message: 'We two',
        file_url: 'https://x.example/plan.pdf',
        client_message_id: 'my-1',
        reply_to: message_id,
        mentions: [bob.userId, carol.userId],
        metadata: { colour: 'red', n: [1, { a: null }] },
      }
      const { body } = await send(ann, fields)
      expect(body).toMatchObject({ ...fields, seq: 2 })
    })

    it('numbers what comes at once from several people 1, 2, 3 …', async () => {
      const sends = Array.from({ length: 30 }, (_, n) => send(n % 2 ? ann : bob, { text_message: `${n}` }))
      const seqs = (await Promise.all(sends)).map(({ body }) => body.seq).sort((a, b) => a - b)
      expect(seqs).toEqual(Array.from({ length: 30 }, (_, n) => n + 1))
    })

    it('is a system message, of nobody, when it is the backend’s own', async () => {
      const { status, body } = await tenant.backend.post(`/room/${room}/message/send`, { text_message: 'Welcome' })
      expect(status).toBe(201)
      expect(body).toMatchObject({ type: 'system', sender: null, text_message: 'Welcome', seq: 1 })
    })

    it('is the user’s when the backend names them', async () => {
      const { body } = await send({ rest: service.anyone.as({ clientKey: ann.clientKey }) }, { text_message: 'Hi' })
      expect(body).toMatchObject({ type: 'text', sender: { user_id: ann.userId } })
    })

    it.each(['  spaces\t\n', '<b>&amp;</b>', '"\\', 'e\u0301 is not é', '\u202Eabc', '𝔘𝔫𝔦', 'null'])(
      'stores the text as it came: %j',
      async (text_message) => {
        const { message_id } = (await send(ann, { text_message })).body
        const { body } = await bob.rest.get(`/room/${room}/message/${message_id}`)
        expect(body.text_message).toBe(text_message)
      },
    )
  })

  describe('200', () => {
    const fields = { text_message: 'Hi', client_message_id: 'my-1' }

    it('answers a repeat with the first, by the same client_message_id', async () => {
      const first = await send(ann, fields)
      const again = await send(ann, { ...fields, text_message: 'something else' })
      expect([first.status, again.status]).toEqual([201, 200])
      expect(again.body).toEqual({ ...first.body, duplicate: true })
      expect(await lastSeq()).toBe(1)
    })

    it('stores once what comes fifty times at once', async () => {
      const answers = await Promise.all(Array.from({ length: 50 }, () => send(ann, fields)))
      expect(statusesOf(answers)).toEqual([...Array(49).fill(200), 201])
      expect(new Set(answers.map(({ body }) => body.message_id)).size).toBe(1)
      expect(await lastSeq()).toBe(1)
    })

    it('keeps apart what others sent, or what was sent elsewhere, by the same client_message_id', async () => {
      const other = await tenant.room([ann])
      const sends = [
        send(ann, fields),
        send(bob, fields),
        send({ rest: tenant.backend }, fields),
        send(ann, fields, other),
      ]
      expect((await Promise.all(sends)).map(({ status }) => status)).toEqual([201, 201, 201, 201])
      expect(await lastSeq()).toBe(3)
    })
  })

  describe('400', () => {
    it.each([
      ['no text', 'text_message', {}],
      ['an empty text', 'text_message', { text_message: '' }],
      ['null for a text', 'text_message', { text_message: null }],
      ['a list for a text', 'text_message', { text_message: ['Hi'] }],
      ['an object for a text', 'text_message', { text_message: { length: 3 } }],
      ['a script for a file', 'file_url', { text_message: 'Hi', file_url: 'javascript:alert(1)' }],
      ['an empty client_message_id', 'client_message_id', { text_message: 'Hi', client_message_id: '' }],
      ['a client_message_id of 201', 'client_message_id', { text_message: 'Hi', client_message_id: 'x'.repeat(201) }],
      ['a reply to no UUID', 'reply_to', { text_message: 'Hi', reply_to: '1' }],
      ['a mention that is no list', 'mentions', { text_message: 'Hi', mentions: noId() }],
      ['51 mentions', 'mentions', { text_message: 'Hi', mentions: Array.from({ length: 51 }, noId) }],
      ['metadata beyond 4 KiB', 'metadata', { text_message: 'Hi', metadata: 'x'.repeat(4095) }],
      ['another sender', 'user_id', { text_message: 'Hi', user_id: noId() }],
      ['a number of one’s own', 'seq', { text_message: 'Hi', seq: 7 }],
      ['a type of one’s own', 'type', { text_message: 'Hi', type: 'system' }],
    ])('refuses %s, and stores nothing', async (_, field, body) => {
      expect(await send(ann, body)).toMatchObject(badField(field))
      expect(await lastSeq()).toBe(0)
    })
  })

  describe('401', () => {
    itAsksWhoCalls(running, (rest) => send({ rest }, { text_message: 'Hi' }))
  })

  describe('403', () => {
    it('is refused to who is not a member, or no longer', async () => {
      expect(await send(carol, { text_message: 'Hi' })).toMatchObject(problem(403, 'not_a_member'))
      await tenant.backend.delete(`/room/${room}/member/${bob.userId}`)
      expect(await send(bob, { text_message: 'Hi' })).toMatchObject(problem(403, 'removed'))
      expect(await lastSeq()).toBe(0)
    })

    it('is refused in an archived room, also to the backend', async () => {
      await ann.rest.patch(`/room/${room}`, { archived: true })
      for (const rest of [ann.rest, tenant.backend]) {
        expect(await send({ rest }, { text_message: 'Hi' })).toMatchObject(problem(403, 'room_archived'))
      }
      expect(await lastSeq()).toBe(0)
    })
  })

  describe('404', () => {
    it('hides rooms that one may not see', async () => {
      const foreign = await (await service.tenant()).room([])
      for (const id of [noId(), await privateRoom(), foreign]) {
        expect(await send(carol, { text_message: 'Hi' }, id)).toMatchObject(problem(404, 'room_not_found'))
      }
      const answer = await send({ rest: tenant.backend }, { text_message: 'Hi' }, foreign)
      expect(answer).toMatchObject(problem(404, 'room_not_found'))
    })

    it('replies only to messages of the same room', async () => {
      const elsewhere = await ann.send(await tenant.room([ann]), 'elsewhere')
      for (const reply_to of [noId(), elsewhere.message_id]) {
        expect(await send(ann, { text_message: 'Hi', reply_to })).toMatchObject(problem(404, 'message_not_found'))
      }
      expect(await lastSeq()).toBe(0)
    })

    it('mentions only users of the tenant', async () => {
      const foreigner = await (await service.tenant()).user()
      for (const id of [noId(), foreigner.userId]) {
        const answer = await send(ann, { text_message: 'Hi', mentions: [bob.userId, id] })
        expect(answer).toMatchObject(problem(404, 'user_not_found'))
      }
      expect(await lastSeq()).toBe(0)
    })
  })

  describe('413', () => {
    it('refuses what is larger than any message, and stores nothing', async () => {
      const answer = await send(ann, { text_message: 'x'.repeat(140_000) })
      expect(answer).toMatchObject(problem(413, 'payload_too_large'))
      expect(await lastSeq()).toBe(0)
    })
  })

  describe('415', () => {
    it('reads JSON only', async () => {
      const headers = { 'content-type': 'application/x-www-form-urlencoded' }
      const answer = await ann.rest.post(`/room/${room}/message/send`, undefined, { raw: 'text_message=Hi', headers })
      expect(answer).toMatchObject(problem(415, 'unsupported_media_type'))
      expect(await lastSeq()).toBe(0)
    })
  })

  describe('429', () => {
    itIsLimited(running, (rest) => send({ rest }, { text_message: 'Hi' }))

    it('stores nothing of what it refuses', async () => {
      const limited = await service.tenant()
      const busy = await limited.user()
      const theirs = await limited.room([busy])
      await service.operator.patch(`/admin/tenant/${limited.tenantId}`, {
        limits: { user_burst: 2, user_per_second: 1 },
      })
      const answers = await Promise.all(Array.from({ length: 9 }, () => send(busy, { text_message: 'Hi' }, theirs)))
      const stored = answers.filter(({ status }) => status === 201).length
      expect(answers.filter(({ status }) => status === 429)).toHaveLength(9 - stored)
      expect(stored).toBeLessThan(9)
      expect(await countOf(limited, 'tb_messages')).toBe(stored)
    })
  })
})
