/** Messages: the history of a room, page by page. */
import { badField, itAsksWhoCalls, itIsLimited, limitsOn, noId, problem } from '../support/problems.js'
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'

let service: Service
let tenant: TestTenant
let ann: TestUser
let stranger: TestUser
let room: string
const running = () => service
const count = 12

beforeAll(async () => {
  service = await startService(limitsOn)
  tenant = await service.tenant()
  ann = await tenant.user()
  stranger = await tenant.user()
  room = await tenant.room([ann])
  for (let seq = 1; seq <= count; seq++) await ann.send(room, `message ${seq}`)
})
afterAll(() => service.stop())

const page = (query: string) => ann.rest.get(`/room/${room}/message?${query}`)
const seqs = ({ body }: { body: any }): number[] => body.items.map((message: any) => message.seq)
const range = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, n) => first + n)

describe('GET /room/:room_id/message', () => {
  describe('200', () => {
    it('answers the newest page in rising seq, as all members and the backend see it', async () => {
      for (const rest of [ann.rest, tenant.backend]) {
        const { status, body } = await rest.get(`/room/${room}/message`)
        expect(status).toBe(200)
        expect(body).toEqual({
          items: range(1, count).map((seq) => expect.objectContaining({ seq, text_message: `message ${seq}` })),
          first_seq: 1,
          last_seq: count,
          has_more: false,
        })
      }
    })

    it.each([
      ['the newest', 'limit=5', range(8, 12), true],
      ['all of them when that is the limit', 'limit=12', range(1, 12), false],
      ['those before', 'before_seq=6&limit=3', range(3, 5), true],
      ['all those before', 'before_seq=6&limit=5', range(1, 5), false],
      ['none before the first', 'before_seq=1', [], false],
      ['those before what is yet to come', 'before_seq=99&limit=2', range(11, 12), true],
      ['those after', 'after_seq=6&limit=3', range(7, 9), true],
      ['all those after', 'after_seq=9&limit=3', range(10, 12), false],
      ['all from the first on', 'after_seq=0', range(1, 12), false],
      ['none after the last', 'after_seq=12', [], false],
      ['those around', 'around_seq=6&limit=5', range(4, 8), true],
      ['all of them around', 'around_seq=6', range(1, 12), false],
      ['those around the first', 'around_seq=1&limit=4', range(1, 3), true],
    ])('answers %s: ?%s', async (_, query, expected, has_more) => {
      const answer = await page(query)
      expect(answer.status).toBe(200)
      expect(seqs(answer)).toEqual(expected)
      expect(answer.body).toMatchObject({
        first_seq: expected[0] ?? null,
        last_seq: expected.at(-1) ?? null,
        has_more,
      })
    })

    it('has every message once, paged backwards or forwards', async () => {
      const backwards: number[] = []
      for (let more = true, before = count + 1; more;) {
        const answer = await page(`before_seq=${before}&limit=5`)
        backwards.unshift(...seqs(answer))
        before = answer.body.first_seq
        more = answer.body.has_more
      }
      const forwards: number[] = []
      for (let more = true, after = 0; more;) {
        const answer = await page(`after_seq=${after}&limit=5`)
        forwards.push(...seqs(answer))
        after = answer.body.last_seq
        more = answer.body.has_more
      }
      expect([backwards, forwards]).toEqual([range(1, count), range(1, count)])
    })

    it('is empty where nothing was said', async () => {
      const { body } = await ann.rest.get(`/room/${await tenant.room([ann])}/message`)
      expect(body).toEqual({ items: [], first_seq: null, last_seq: null, has_more: false })
    })

    it('shows who joined later what was said before', async () => {
      const late = await tenant.user()
      await late.rest.post(`/room/${room}/join`)
      expect(seqs(await late.rest.get(`/room/${room}/message`))).toEqual(range(1, count))
    })
  })

  describe('400', () => {
    it.each([
      ['a limit below zero', 'limit', 'limit=-1'],
      ['a limit of nothing', 'limit', 'limit=0'],
      ['a limit beyond 100', 'limit', 'limit=101'],
      ['a limit that is no number', 'limit', 'limit=abc'],
      ['two limits', 'limit', 'limit=1&limit=2'],
      ['messages before the first', 'before_seq', 'before_seq=0'],
      ['a seq below zero', 'after_seq', 'after_seq=-1'],
      ['half a seq', 'around_seq', 'around_seq=1.5'],
      ['a seq beyond all numbers', 'before_seq', 'before_seq=9007199254740993'],
      ['a parameter that there is not', 'cursor', 'cursor=x'],
    ])('refuses %s', async (_, field, query) => {
      expect(await page(query)).toMatchObject(badField(field))
    })

    it.each(['before_seq=5&after_seq=1', 'after_seq=1&around_seq=2', 'before_seq=3&around_seq=2'])(
      'refuses two directions at once: %s',
      async (query) => {
        expect(await page(query)).toMatchObject(problem(400, 'validation_failed'))
      },
    )
  })

  describe('401', () => {
    itAsksWhoCalls(running, (caller) => caller.get(`/room/${room}/message`))
  })

  describe('403', () => {
    it('is refused to who is not a member', async () => {
      expect(await stranger.rest.get(`/room/${room}/message`)).toMatchObject(problem(403, 'not_a_member'))
    })

    it('is refused to who was removed', async () => {
      const gone = await tenant.user()
      const theirs = await tenant.room([ann, gone])
      await ann.rest.delete(`/room/${theirs}/member/${gone.userId}`)
      expect(await gone.rest.get(`/room/${theirs}/message`)).toMatchObject(problem(403, 'removed'))
    })
  })

  describe('404', () => {
    it('hides rooms that one may not see', async () => {
      const foreigner = await (await service.tenant()).user()
      expect(await foreigner.rest.get(`/room/${room}/message`)).toMatchObject(problem(404, 'room_not_found'))
      for (const id of [noId(), await tenant.room([ann], { access: 'invite' })]) {
        expect(await stranger.rest.get(`/room/${id}/message`)).toMatchObject(problem(404, 'room_not_found'))
      }
    })
  })

  describe('429', () => {
    itIsLimited(running, (caller) => caller.get(`/room/${room}/message`))
  })
})
