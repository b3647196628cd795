/** Finding messages by their words. */
import { SearchFiller } from '../../src/messages/search-filler.js'
import { rowsOf } from '../support/database.js'
import { badField, itAsksWhoCalls, itIsLimited, limitsOn, noId, problem } from '../support/problems.js'
import type { Rest } from '../support/rest.js'
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'

let service: Service
let tenant: TestTenant
let ann: TestUser
let bob: TestUser
let room: string
let other: string
const running = () => service

beforeAll(async () => {
  service = await startService(limitsOn)
  tenant = await service.tenant()
  ann = await tenant.user()
  bob = await tenant.user()
  room = await tenant.room([ann, bob])
  other = await tenant.room([bob])
})
afterAll(() => service.stop())

const search = (rest: Rest, query: Record<string, string | number>) => {
  const pairs = Object.entries(query).map(([key, value]) => `${key}=${encodeURIComponent(value)}`)
  return rest.get(`/search?${pairs.join('&')}`)
}
const found = async (rest: Rest, query: Record<string, string | number>): Promise<string[]> => {
  const { status, body } = await search(rest, query)
  expect(status).toBe(200)
  return body.items.map((message: any) => message.text_message)
}

describe('GET /search', () => {
  describe('200', () => {
    it.each([
      ['a word in any case', 'The Quick brown fox', 'QUICK'],
      ['words in any order, all of which are there', 'one two three', 'three one'],
      ['a phrase', 'to be or not to be', '"not to be"'],
      ['words without their accents', 'Xin chào các bạn, đi ăn phở', 'pho chao'],
      ['words with accents', 'a cafe in Wroclaw', 'Café Wrocław'],
      ['Cyrillic', 'Привет, как дела?', 'дела'],
      ['Arabic', 'مرحبا بالعالم', 'مرحبا'],
      ['Korean', '안녕하세요 여러분', '여러분'],
      ['Chinese, a part of a sentence', '我明天去北京开会', '北京'],
      ['Chinese, a longer part', '他昨天在上海买了一本书', '在上海买'],
      ['Japanese', '明日東京タワーに行きます', '東京タワー'],
      ['Thai', 'สวัสดีครับทุกคน', 'ทุกคน'],
      ['a lone character', '猫很可爱', '猫'],
      ['an address', 'see https://example.com/plans/alpha.pdf', 'example.com/plans/alpha.pdf'],
      ['a number', 'order 4711 is ready', '4711'],
    ])('finds %s', async (_, text, q) => {
      await ann.send(room, text)
      expect(await found(bob.rest, { q })).toEqual([text])
    })

    it.each([
      ['what stands behind a run without spaces', '京都 castle', '"京都 castle"'],
      ['a lone character as a part of a phrase', '犬 kennel', '"犬 kennel"'],
      ['an alternative of lone characters', '鹿', '鹿 or 馬'],
      ['the parts of an address', 'mail to bea@acme.example', 'acme'],
      ['what stands between other signs', '<b>lemur</b>&nbsp;#tag', 'lemur'],
    ])('finds %s', async (_, text, q) => {
      await ann.send(room, text)
      expect(await found(bob.rest, { q })).toEqual([text])
    })

    it('excludes lone characters, too', async () => {
      await ann.send(room, 'emu 狼')
      await ann.send(room, 'emu 羊')
      expect(await found(bob.rest, { q: 'emu -狼' })).toEqual(['emu 羊'])
    })

    it('shows whose the reactions are', async () => {
      const { message_id } = await ann.send(room, 'a yak')
      await bob.rest.put(`/room/${room}/message/${message_id}/reaction/${encodeURIComponent('👍')}`)
      const reactionsFor = async (rest: Rest) => (await search(rest, { q: 'yak' })).body.items[0].reactions
      expect(await reactionsFor(bob.rest)).toEqual([{ emoji: '👍', count: 1, mine: true }])
      expect(await reactionsFor(ann.rest)).toEqual([{ emoji: '👍', count: 1, mine: false }])
    })

    it('takes any text in, however it is made to keep a parser busy', async () => {
      for (const part of ['a_', 'a1@', '<!--', 'http://a.b/']) {
        const { seq } = await ann.send(room, part.repeat(Math.floor(10_000 / part.length)))
        expect(seq).toEqual(expect.any(Number))
      }
      for (const text of ['x'.repeat(10_000), '中'.repeat(10_000), '👍'.repeat(10_000), 'é '.repeat(5000)]) {
        expect((await ann.send(room, text)).seq).toEqual(expect.any(Number))
      }
    })

    it('finds no pairs of characters that do not stand together, no other words, and not what must not be there', async () => {
      await ann.send(room, '天津和南京')
      await ann.send(room, 'apples and pears')
      await ann.send(room, 'apples and plums')
      expect(await found(ann.rest, { q: '天京' })).toEqual([])
      expect(await found(ann.rest, { q: 'appl' })).toEqual([])
      expect(await found(ann.rest, { q: 'apples -pears' })).toEqual(['apples and plums'])
      expect(await found(ann.rest, { q: 'pears or plums' })).toEqual(['apples and plums', 'apples and pears'])
    })

    it('looks only in rooms that one is a member of now; the backend in all', async () => {
      await bob.send(other, 'secret walrus')
      await bob.send(room, 'public walrus')
      expect(await found(bob.rest, { q: 'walrus' })).toEqual(['public walrus', 'secret walrus'])
      expect(await found(tenant.backend, { q: 'walrus' })).toEqual(['public walrus', 'secret walrus'])
      expect(await found(ann.rest, { q: 'walrus' })).toEqual(['public walrus'])
      const eve = await tenant.user()
      await eve.rest.post(`/room/${other}/join`)
      expect(await found(eve.rest, { q: 'walrus' })).toEqual(['secret walrus'])
      await bob.rest.delete(`/room/${other}/member/${eve.userId}`)
      expect(await found(eve.rest, { q: 'walrus' })).toEqual([])
    })

    it('finds by room, author and time', async () => {
      const both = await tenant.room([bob, ann])
      await ann.send(both, 'otter of Ann')
      const { created_at } = await bob.send(both, 'otter of Bob')
      await bob.send(room, 'otter elsewhere')
      expect(await found(bob.rest, { q: 'otter', room_id: both })).toEqual(['otter of Bob', 'otter of Ann'])
      expect(await found(bob.rest, { q: 'otter', user_id: bob.userId })).toEqual(['otter elsewhere', 'otter of Bob'])
      expect(await found(bob.rest, { q: 'otter', user_id: noId() })).toEqual([])
      expect(await found(bob.rest, { q: 'otter', before: created_at, room_id: both })).toEqual(['otter of Ann'])
      expect(await found(bob.rest, { q: 'otter', after: created_at, room_id: both })).toEqual(['otter of Bob'])
      expect(await found(bob.rest, { q: 'otter', after: '2100-01-01' })).toEqual([])
      expect(await found(bob.rest, { q: 'otter', before: '1970-01-01T00:00:00+00:00' })).toEqual([])
    })

    it('pages by cursor, the newest first, each once', async () => {
      for (let n = 1; n <= 7; n++) await ann.send(room, `page ${n} of heron`)
      const pages: string[][] = []
      for (let cursor: string | null = ''; cursor !== null;) {
        const { body }: any = await search(ann.rest, { q: 'heron', limit: 3, ...(cursor && { cursor }) })
        pages.push(body.items.map((message: any) => message.text_message[5]))
        cursor = body.next_cursor
      }
      expect(pages).toEqual([['7', '6', '5'], ['4', '3', '2'], ['1']])
    })

    it('finds a message by what it says now, and a deleted one by nothing', async () => {
      const { message_id } = await ann.send(room, 'a lynx')
      await ann.rest.patch(`/room/${room}/message/${message_id}`, { text_message: 'a 熊猫 panda' })
      expect(await found(ann.rest, { q: 'lynx' })).toEqual([])
      expect(await found(ann.rest, { q: 'panda' })).toEqual(['a 熊猫 panda'])
      expect(await found(ann.rest, { q: '熊猫' })).toEqual(['a 熊猫 panda'])
      await ann.rest.delete(`/room/${room}/message/${message_id}`)
      expect(await found(ann.rest, { q: 'panda' })).toEqual([])
      const [row] = await rowsOf<any>(service.databaseUrl, 'SELECT words FROM tb_messages WHERE message_id = $1', [
        message_id,
      ])
      expect(row.words).toBeNull()
    })

    it('finds what was stored many at once', async () => {
      await Promise.all(Array.from({ length: 30 }, (_, n) => ann.send(room, n % 2 ? `gnu ${n}` : `gnu ${n} 羚羊`)))
      expect(await found(ann.rest, { q: 'gnu', limit: 100 })).toHaveLength(30)
      expect(await found(ann.rest, { q: '羚羊', limit: 100 })).toHaveLength(15)
    })

    it('does not take a text for the name of a tenant', async () => {
      await ann.send(room, `ibex ' ${tenant.tenantId}' \\ & | ! :* <->`)
      for (const q of [`ibex ${tenant.tenantId}`, 'ibex', '"ibex', "ibex ' \\ & | ! :* <-> ("]) {
        expect(await found(ann.rest, { q })).toHaveLength(1)
      }
    })

    it('finds what was there before there was a search, when it has been filled in', async () => {
      for (let n = 0; n < 3; n++) await ann.send(room, `marmot ${n} 土拨鼠`)
      await rowsOf(service.databaseUrl, `UPDATE tb_messages SET words = NULL WHERE content LIKE 'marmot%'`)
      expect(await found(ann.rest, { q: 'marmot' })).toEqual([])
      expect(await service.app.get(SearchFiller).fill()).toBe(3)
      expect(await found(ann.rest, { q: 'marmot 土拨' })).toHaveLength(3)
      expect(await service.app.get(SearchFiller).fill()).toBe(0)
    })
  })

  describe('400', () => {
    it.each([
      ['q', {}],
      ['q', { q: '' }],
      ['q', { q: '!?' }],
      ['q', { q: '-without' }],
      ['q', { q: 'x'.repeat(201) }],
      ['after', { q: 'x', after: 'yesterday' }],
      ['before', { q: 'x', before: '2026-02-30T99:00:00Z' }],
      ['room_id', { q: 'x', room_id: 'here' }],
      ['user_id', { q: 'x', user_id: 'me' }],
      ['limit', { q: 'x', limit: 0 }],
    ])('refuses a bad %s: %j', async (field, query) => {
      expect(await search(ann.rest, query as Record<string, string>)).toMatchObject(badField(field))
    })

    it('refuses a cursor that is none', async () => {
      expect(await search(ann.rest, { q: 'x', cursor: 'x' })).toMatchObject(problem(400, 'invalid_cursor'))
    })
  })

  describe('401', () => {
    itAsksWhoCalls(running, (rest) => search(rest, { q: 'x' }))
  })

  describe('403', () => {
    it('refuses a room that one may not read', async () => {
      expect(await search(ann.rest, { q: 'x', room_id: other })).toMatchObject(problem(403, 'not_a_member'))
    })
  })

  describe('404', () => {
    it('finds no room that is not there', async () => {
      expect(await search(ann.rest, { q: 'x', room_id: noId() })).toMatchObject(problem(404, 'room_not_found'))
    })
  })

  describe('429', () => {
    itIsLimited(running, (rest) => search(rest, { q: 'x' }))
  })
})
