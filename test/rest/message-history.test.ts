/** What messages said before their edits: for moderators, and nothing of what was deleted. */
import { rowsOf } from '../support/database.js'
import { badField, itAsksWhoCalls, itIsLimited, limitsOn, noId, problem } from '../support/problems.js'
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'

let service: Service
let tenant: TestTenant
let owner: TestUser
let ann: TestUser
let carol: TestUser
let room: string
let sent: any
const running = () => service

beforeAll(async () => {
  service = await startService(limitsOn)
  tenant = await service.tenant()
  owner = await tenant.user()
  ann = await tenant.user({ display_name: 'Ann' })
  carol = await tenant.user()
})
beforeEach(async () => {
  room = await tenant.room([owner, ann])
  sent = await ann.send(room, 'first', said())
})
afterAll(() => service.stop())

type Caller = Pick<TestUser, 'rest'>

const said = () => ({ file_url: 'https://x.example/plan.pdf', mentions: [owner.userId], metadata: { n: [1, null] } })
const edits = ({ rest }: Caller, query = '', id: string = sent.message_id, of = room) =>
  rest.get(`/room/${of}/message/${id}/edits${query}`)
const edit = async (fields: object) => (await ann.rest.patch(`/room/${room}/message/${sent.message_id}`, fields)).body
const remove = () => ann.rest.delete(`/room/${room}/message/${sent.message_id}`)
const stored = () => rowsOf(service.databaseUrl, 'SELECT FROM message_edits WHERE message_id = $1', [sent.message_id])

/** A member with this role. */
async function added(room_role: string, fields: Record<string, unknown> = {}): Promise<TestUser> {
  const user = await tenant.user(fields)
  await tenant.backend.post(`/room/${room}/member`, { user_ids: [user.userId], room_role })
  return user
}

describe('GET /room/:room_id/message/:message_id/edits', () => {
  describe('200', () => {
    it('is every version before the present one, the oldest first', async () => {
      const second = await edit({ text_message: 'second', metadata: null })
      await edit({ text_message: 'third', file_url: null, mentions: [] })
      const { status, body } = await edits(owner, '', sent.message_id.toUpperCase())
      expect(status).toBe(200)
      expect(body).toEqual({
        items: [
          { rev: 1, text_message: 'first', ...said(), written_at: sent.created_at },
          { rev: 2, text_message: 'second', ...said(), metadata: null, written_at: second.edited_at },
        ],
        next_cursor: null,
      })
    })

    it('is empty of what was never edited: reactions, and edits that change nothing, make no version', async () => {
      await owner.rest.put(`/room/${room}/message/${sent.message_id}/reaction/${encodeURIComponent('👍')}`)
      await edit({ text_message: 'first' })
      expect((await edits(owner)).body).toEqual({ items: [], next_cursor: null })
      await edit({ text_message: 'second' })
      expect((await edits(owner)).body.items).toMatchObject([{ rev: 2, written_at: sent.created_at }])
    })

    it('pages', async () => {
      for (const text_message of ['2', '3', '4']) await edit({ text_message })
      const first = (await edits(owner, '?limit=2')).body
      expect(first.items.map(({ text_message }: any) => text_message)).toEqual(['first', '2'])
      const next = (await edits(owner, `?limit=2&cursor=${first.next_cursor}`)).body
      expect(next).toMatchObject({ items: [{ text_message: '3', rev: 3 }], next_cursor: null })
    })

    it('has one version for each of many edits at once', async () => {
      const texts = Array.from({ length: 20 }, (_, n) => `edit ${n}`)
      const done = await Promise.all(texts.map((text_message) => edit({ text_message })))
      const last = done.find(({ rev }) => rev === 20)
      const { items } = (await edits(owner)).body
      expect(items.map(({ rev }: any) => rev)).toEqual(texts.map((_, n) => n + 1))
      const then = [...items.map(({ text_message }: any) => text_message), last.text_message]
      expect(then[0]).toBe('first')
      expect(new Set(then.slice(1))).toEqual(new Set(texts))
    })

    it('keeps the last 100 versions, and of another message what it has', async () => {
      const other = await ann.send(room, 'other')
      await ann.rest.patch(`/room/${room}/message/${other.message_id}`, { text_message: 'otherwise' })
      const sql = `
        INSERT INTO message_edits (tenant_id, message_id, rev, content, mentions, written_at)
        SELECT tenant_id, message_id, n, 'version ' || n, '{}', created_at FROM tb_messages, generate_series(-104, -1) n
        WHERE message_id = $1`
      await rowsOf(service.databaseUrl, sql, [sent.message_id])
      await owner.rest.put(`/room/${room}/message/${sent.message_id}/reaction/${encodeURIComponent('👍')}`)
      expect(await stored()).toHaveLength(104)
      for (const [text_message, oldest] of [
        ['second', 'version -99'],
        ['third', 'version -98'],
      ]) {
        await edit({ text_message })
        const texts = 'SELECT content FROM message_edits WHERE message_id = $1 ORDER BY rev'
        const rows = await rowsOf<{ content: string }>(service.databaseUrl, texts, [sent.message_id])
        expect(rows).toHaveLength(100)
        expect(rows[0]).toEqual({ content: oldest })
      }
      expect((await edits(owner, '', other.message_id)).body.items).toMatchObject([{ text_message: 'other' }])
    })

    it('leaves nothing of what was deleted, anywhere', async () => {
      await edit({ text_message: 'second' })
      await remove()
      expect((await edits(owner)).body).toEqual({ items: [], next_cursor: null })
      expect(await stored()).toEqual([])
    })

    it('leaves nothing either when edits and the deletion come at once', async () => {
      const texts = Array.from({ length: 20 }, (_, n) => `edit ${n}`)
      await Promise.all([...texts.map((text_message) => edit({ text_message })), remove()])
      expect(await stored()).toEqual([])
    })

    it('is the room’s moderators’, the tenant’s admins’ and moderators’ who are members, and the backend’s', async () => {
      const callers = [owner, await added('moderator'), { rest: tenant.backend }]
      for (const role of ['admin', 'moderator']) callers.push(await added('member', { role }))
      for (const caller of callers) expect((await edits(caller)).status).toBe(200)
    })
  })

  describe('400', () => {
    it('wants UUIDs, a limit and a cursor of this list', async () => {
      expect(await edits(owner, '', '1')).toMatchObject(badField('message_id'))
      expect(await edits(owner, '', sent.message_id, 'general')).toMatchObject(badField('room_id'))
      expect(await edits(owner, '?limit=0')).toMatchObject(badField('limit'))
      const cursors = [[noId(), 1], [sent.message_id, null], [sent.message_id, 1.5], [sent.message_id, '1'], 'x']
      for (const cursor of cursors) {
        const text = Buffer.from(JSON.stringify(cursor)).toString('base64url')
        expect(await edits(owner, `?cursor=${text}`)).toMatchObject(problem(400, 'invalid_cursor'))
      }
    })
  })

  describe('401', () => {
    itAsksWhoCalls(running, (rest) => edits({ rest }))
  })

  describe('403', () => {
    it('is refused to other members, the author too', async () => {
      for (const caller of [ann, await added('member')]) {
        expect(await edits(caller)).toMatchObject(problem(403, 'forbidden'))
      }
    })

    it('is refused to who is not a member, or no longer, also to who rules the tenant', async () => {
      for (const caller of [carol, await tenant.user({ role: 'admin' })]) {
        expect(await edits(caller)).toMatchObject(problem(403, 'not_a_member'))
      }
      const moderator = await added('moderator')
      await owner.rest.delete(`/room/${room}/member/${moderator.userId}`)
      expect(await edits(moderator)).toMatchObject(problem(403, 'removed'))
    })
  })

  describe('404', () => {
    it('knows no such message, nor one of another room', async () => {
      const elsewhere = await ann.send(await tenant.room([owner, ann]), 'elsewhere')
      for (const id of [noId(), elsewhere.message_id]) {
        expect(await edits(owner, '', id)).toMatchObject(problem(404, 'message_not_found'))
      }
    })

    it('hides messages of rooms that one may not see', async () => {
      await tenant.backend.patch(`/room/${room}`, { access: 'invite' })
      const foreigner = await (await service.tenant()).user({ role: 'admin' })
      for (const caller of [carol, foreigner, { rest: foreigner.tenant.backend }]) {
        expect(await edits(caller)).toMatchObject(problem(404, 'room_not_found'))
      }
    })
  })

  describe('429', () => {
    itIsLimited(running, (rest) => edits({ rest }))
  })
})
