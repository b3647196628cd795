/** Reactions: any emoji, once a person and emoji, counted in every view. */
import { rowsOf } from '../support/database.js'
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
  ann = await tenant.user({ display_name: 'Ann' })
  bob = await tenant.user({ display_name: 'Bob' })
  carol = await tenant.user({ display_name: 'Carol' })
})
beforeEach(async () => {
  room = await tenant.room([bob, ann])
  sent = await ann.send(room, 'Hello', { client_message_id: 'my-1' })
})
afterAll(() => service.stop())

type Caller = Pick<TestUser, 'rest'>

const pathOf = (emoji: string, id: string = sent.message_id, of = room) =>
  `/room/${of}/message/${id}/reaction/${encodeURIComponent(emoji)}`
const react = ({ rest }: Caller, emoji: string, id?: string, of?: string) => rest.put(pathOf(emoji, id, of))
const unreact = ({ rest }: Caller, emoji: string, id?: string, of?: string) => rest.delete(pathOf(emoji, id, of))
const shownTo = async ({ rest }: Caller) => (await rest.get(`/room/${room}/message/${sent.message_id}`)).body
const lastRev = async () => (await tenant.backend.get(`/room/${room}`)).body.last_rev
const unchanged = async () => expect([await shownTo({ rest: tenant.backend }), await lastRev()]).toEqual([sent, 0])

const stored = () => rowsOf(service.databaseUrl, 'SELECT FROM tb_reaction WHERE message_id = $1', [sent.message_id])

/** Behind the service's back: as many emoji on the message. */
const fill = (count: number) =>
  rowsOf(
    service.databaseUrl,
    `UPDATE tb_messages SET reactions = (
       SELECT jsonb_agg(jsonb_build_object('emoji', chr(128512 + n), 'count', 1)) FROM generate_series(1, $2) AS n)
     WHERE message_id = $1`,
    [sent.message_id, count],
  )

describe('PUT /room/:room_id/message/:message_id/reaction/:emoji', () => {
  describe('200', () => {
    it('answers the message as it then is, with what is the caller’s own', async () => {
      const { status, body } = await react(bob, '👍', sent.message_id.toUpperCase())
      expect(status).toBe(200)
      expect(body).toEqual({ ...sent, rev: 1, reactions: [{ emoji: '👍', count: 1, mine: true }] })
      expect(await shownTo(bob)).toEqual(body)
      const theirs = { ...body, reactions: [{ emoji: '👍', count: 1, mine: false }] }
      expect([await shownTo(ann), await shownTo({ rest: tenant.backend })]).toEqual([theirs, theirs])
      expect(await lastRev()).toBe(1)
    })

    it('says what is the caller’s own in the history, of the last message, and of what they send and edit', async () => {
      await react(ann, '🎉')
      await react(bob, '👍')
      const reactions = [
        { emoji: '🎉', count: 1, mine: true },
        { emoji: '👍', count: 1, mine: false },
      ]
      for (const query of ['', '?after_seq=0', '?before_seq=9', '?around_seq=1']) {
        expect((await ann.rest.get(`/room/${room}/message${query}`)).body.items).toMatchObject([{ reactions }])
      }
      expect((await ann.rest.get(`/room/${room}`)).body.last_message).toMatchObject({ reactions })
      const { body: list } = await ann.rest.get('/room')
      expect(list.items.find(({ room_id }: any) => room_id === room).last_message).toMatchObject({ reactions })
      expect(await ann.send(room, 'Hello', { client_message_id: 'my-1' })).toMatchObject({ duplicate: true, reactions })
      const edit = () => ann.rest.patch(`/room/${room}/message/${sent.message_id}`, { text_message: 'Edited' })
      expect((await edit()).body).toMatchObject({ text_message: 'Edited', reactions })
      expect((await edit()).body).toMatchObject({ rev: 3, reactions })
    })

    it('counts people, in the order of each emoji’s first use', async () => {
      for (const [who, emoji] of [
        [ann, '🎉'],
        [bob, '👍'],
        [ann, '👍'],
        [ann, '🇩🇪'],
      ] as const)
        await react(who, emoji)
      expect((await shownTo(bob)).reactions).toEqual([
        { emoji: '🎉', count: 1, mine: false },
        { emoji: '👍', count: 2, mine: true },
        { emoji: '🇩🇪', count: 1, mine: false },
      ])
      expect(await lastRev()).toBe(4)
    })

    it('may be repeated, and spends one rev', async () => {
      const first = (await react(bob, '👍')).body
      expect(await react(bob, '👍')).toMatchObject({ status: 200, body: first })
      const many = await Promise.all(Array.from({ length: 20 }, () => react(bob, '👍')))
      for (const { body } of many) expect(body).toEqual(first)
      expect([await lastRev(), (await stored()).length]).toEqual([1, 1])
    })

    it.each([
      ['❤', '❤️'],
      ['❤\ufe0e', '❤️'],
      ['👍\ufe0f', '👍'],
      ['1\u20e3', '1️⃣'],
      ['👩🏻‍❤️‍💋‍👨🏿', '👩🏻‍❤️‍💋‍👨🏿'],
      ['🏴󠁧󠁢󠁳󠁣󠁴󠁿', '🏴󠁧󠁢󠁳󠁣󠁴󠁿'],
      ['#️⃣', '#️⃣'],
    ])('takes %j for %j', async (emoji, stored) => {
      expect((await react(bob, emoji)).body.reactions).toEqual([{ emoji: stored, count: 1, mine: true }])
      expect((await react(bob, stored)).body.rev).toBe(1)
    })

    it('is no edit, and leaves unread what was unread', async () => {
      await react(ann, '👍')
      expect(await shownTo(bob)).toMatchObject({ edited_at: null, seq: 1 })
      expect((await bob.rest.get(`/room/${room}`)).body).toMatchObject({ last_seq: 1, unread: 1 })
    })

    it('is for what the backend said, too, and on the backend’s word', async () => {
      const { body } = await tenant.backend.post(`/room/${room}/message/send`, { text_message: 'Welcome' })
      const asAnn = service.anyone.as({ clientKey: ann.clientKey })
      expect((await react({ rest: asAnn }, '👍', body.message_id)).body.reactions).toMatchObject([{ mine: true }])
    })

    it('takes the 50th emoji, and of a full message those that it has', async () => {
      await fill(49)
      expect((await react(bob, '👍')).body.reactions).toHaveLength(50)
      expect((await react(ann, '👍')).body.reactions.at(-1)).toEqual({ emoji: '👍', count: 2, mine: true })
    })
  })

  describe('400', () => {
    it.each(['a', '1', '👍👍', '👍a', ':+1:', ' ', '\0', '👩\u200d', '\u202e'])('refuses %j', async (emoji) => {
      expect(await react(bob, emoji)).toMatchObject(badField('emoji'))
      await unchanged()
    })

    it('wants UUIDs', async () => {
      expect(await react(bob, '👍', '1')).toMatchObject(badField('message_id'))
      expect(await react(bob, '👍', sent.message_id, 'general')).toMatchObject(badField('room_id'))
    })
  })

  describe('401', () => {
    itAsksWhoCalls(running, (rest) => react({ rest }, '👍'))
  })

  describe('403', () => {
    it('is nothing for the backend, which is nobody', async () => {
      expect(await react({ rest: tenant.backend }, '👍')).toMatchObject(problem(403, 'user_required'))
      await unchanged()
    })

    it('is refused to who is not a member, or no longer', async () => {
      const admin = await tenant.user({ role: 'admin' })
      for (const caller of [carol, admin]) {
        expect(await react(caller, '👍')).toMatchObject(problem(403, 'not_a_member'))
      }
      await tenant.backend.delete(`/room/${room}/member/${ann.userId}`)
      expect(await react(ann, '👍')).toMatchObject(problem(403, 'removed'))
      await unchanged()
    })

    it('is refused in an archived room, until it is none', async () => {
      await tenant.backend.patch(`/room/${room}`, { archived: true })
      expect(await react(bob, '👍')).toMatchObject(problem(403, 'room_archived'))
      await unchanged()
      await tenant.backend.patch(`/room/${room}`, { archived: false })
      expect((await react(bob, '👍')).body).toMatchObject({ rev: 1 })
    })
  })

  describe('404', () => {
    it('knows no such message, nor one of another room', async () => {
      const elsewhere = await ann.send(await tenant.room([ann]), 'elsewhere')
      for (const id of [noId(), elsewhere.message_id]) {
        expect(await react(ann, '👍', id)).toMatchObject(problem(404, 'message_not_found'))
      }
    })

    it('hides messages of rooms that one may not see', async () => {
      await tenant.backend.patch(`/room/${room}`, { access: 'invite' })
      const foreigner = await (await service.tenant()).user({ role: 'admin' })
      for (const caller of [carol, foreigner]) {
        expect(await react(caller, '👍')).toMatchObject(problem(404, 'room_not_found'))
      }
      await unchanged()
    })
  })

  describe('409', () => {
    it('is refused of a deleted message, which has no reactions any more', async () => {
      await react(bob, '👍')
      await ann.rest.delete(`/room/${room}/message/${sent.message_id}`)
      expect(await react(bob, '👍')).toMatchObject(problem(409, 'message_deleted'))
      expect(await shownTo(bob)).toMatchObject({ reactions: [], rev: 2 })
      expect(await stored()).toEqual([])
    })

    it('is refused to the 51st emoji', async () => {
      await fill(50)
      expect(await react(bob, '👍')).toMatchObject(problem(409, 'too_many_reactions'))
      expect(await lastRev()).toBe(0)
    })
  })

  describe('429', () => {
    itIsLimited(running, (rest) => react({ rest }, '👍'))
  })
})

describe('DELETE /room/:room_id/message/:message_id/reaction/:emoji', () => {
  beforeEach(async () => {
    await react(bob, '👍')
    await react(ann, '👍')
    await react(bob, '🎉')
  })
  const reactions = async () => (await shownTo(bob)).reactions.map(({ emoji, count }: any) => `${emoji} ${count}`)

  describe('204', () => {
    it('takes back one’s own, and nobody else’s', async () => {
      expect(await unreact(bob, '👍')).toMatchObject({ status: 204, body: '' })
      expect((await shownTo(bob)).reactions).toEqual([
        { emoji: '👍', count: 1, mine: false },
        { emoji: '🎉', count: 1, mine: true },
      ])
      expect(await lastRev()).toBe(4)
      await unreact(ann, '👍')
      expect(await reactions()).toEqual(['🎉 1'])
    })

    it('may be repeated, and spends one rev', async () => {
      const answers = await Promise.all(Array.from({ length: 10 }, () => unreact(bob, '🎉\ufe0f')))
      expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(204))
      expect([await reactions(), await lastRev()]).toEqual([['👍 2'], 4])
    })

    it('is nothing where nobody reacted so, or only others did', async () => {
      expect((await unreact(bob, '🇩🇪')).status).toBe(204)
      expect((await unreact(ann, '🎉')).status).toBe(204)
      expect([await reactions(), await lastRev()]).toEqual([['👍 2', '🎉 1'], 3])
    })

    it('what comes again stands last', async () => {
      await unreact(bob, '👍')
      await unreact(ann, '👍')
      await react(ann, '👍')
      expect(await reactions()).toEqual(['🎉 1', '👍 1'])
    })

    it('goes on in an archived room, and of a deleted message', async () => {
      await tenant.backend.patch(`/room/${room}`, { archived: true })
      expect((await unreact(bob, '👍')).status).toBe(204)
      await ann.rest.delete(`/room/${room}/message/${sent.message_id}`)
      expect((await unreact(bob, '🎉')).status).toBe(204)
      expect(await lastRev()).toBe(5)
    })
  })

  describe('400', () => {
    it('refuses what is no emoji, and ids that are none', async () => {
      expect(await unreact(bob, 'a')).toMatchObject(badField('emoji'))
      expect(await unreact(bob, '👍', '1')).toMatchObject(badField('message_id'))
      expect(await unreact(bob, '👍', sent.message_id, 'general')).toMatchObject(badField('room_id'))
    })
  })

  describe('401', () => {
    itAsksWhoCalls(running, (rest) => unreact({ rest }, '👍'))
  })

  describe('403', () => {
    it('is nothing for the backend', async () => {
      expect(await unreact({ rest: tenant.backend }, '👍')).toMatchObject(problem(403, 'user_required'))
    })

    it('is refused to who is not a member any more: what they did stays', async () => {
      await bob.rest.delete(`/room/${room}/member/${ann.userId}`)
      expect(await unreact(ann, '👍')).toMatchObject(problem(403, 'removed'))
      expect(await unreact(carol, '👍')).toMatchObject(problem(403, 'not_a_member'))
      expect(await reactions()).toEqual(['👍 2', '🎉 1'])
    })
  })

  describe('404', () => {
    it('knows no such message, nor a room that one may not see', async () => {
      expect(await unreact(ann, '👍', noId())).toMatchObject(problem(404, 'message_not_found'))
      await tenant.backend.patch(`/room/${room}`, { access: 'invite' })
      expect(await unreact(carol, '👍')).toMatchObject(problem(404, 'room_not_found'))
    })
  })

  describe('429', () => {
    itIsLimited(running, (rest) => unreact({ rest }, '👍'))
  })
})
