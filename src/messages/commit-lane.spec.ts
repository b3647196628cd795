import { ChatError } from '../contract/errors.js'
import { CommitLane } from './commit-lane.js'
import type { MessageView } from '../contract/views.js'
import type { Entry, NewChange, NewMessage, NewReaction } from './entries.js'

const message = (text: string, clientMessageId: string | null = null): NewMessage =>
  ({ kind: 'message', tenantId: 't', roomId: 'r', senderId: 's', text, clientMessageId }) as NewMessage

const edit = (messageId: string): NewChange => ({ kind: 'change', tenantId: 't', roomId: 'r', messageId }) as NewChange

const reaction = (messageId: string, userId: string, emoji = '👍'): NewReaction =>
  ({ kind: 'reaction', tenantId: 't', roomId: 'r', messageId, userId, emoji }) as NewReaction

function nameOf(entry: Entry): string {
  if (entry.kind === 'message') return entry.text
  return entry.kind === 'change' ? `edit ${entry.messageId}` : `${entry.userId}${entry.emoji}${entry.messageId}`
}

/** A log that stores what it is given, says when, and refuses batches with a bad message in them. */
function makeLog() {
  const commits: string[][] = []
  const told: string[] = []
  let seq = 0
  const lane = new CommitLane<MessageView>({
    append: async (batch) => {
      await new Promise((resolve) => setImmediate(resolve))
      const names = batch.map(nameOf)
      if (names.includes('lost')) throw Object.assign(new Error('gone'), { code: 'ECONNRESET' })
      if (names.includes('bad')) throw Object.assign(new Error('bad'), { code: '22P02' })
      commits.push(names)
      return names.map((text) => (text === 'not now' ? null : ({ text_message: text, seq: ++seq } as MessageView)))
    },
    committed: (_, row) => void told.push(row.text_message!),
  })
  return { lane, commits, told }
}

describe('the commit lane', () => {
  it('stores a lone message at once, and what arrives meanwhile together', async () => {
    const { lane, commits } = makeLog()
    await Promise.all(['a', 'b', 'c'].map((text) => lane.store(message(text))))
    expect(commits).toEqual([['a'], ['b', 'c']])
  })

  it('tells what was stored in the order of seq, and before it answers', async () => {
    const { lane, told } = makeLog()
    const answers = ['a', 'b', 'c'].map((text) => lane.store(message(text)).then(() => [...told]))
    expect(await Promise.all(answers)).toEqual([['a'], ['a', 'b', 'c'], ['a', 'b', 'c']])
  })

  it('lets a bad message fail alone, never its batch', async () => {
    const { lane, commits } = makeLog()
    const sent = await Promise.allSettled(['a', 'b', 'bad', 'c'].map((text) => lane.store(message(text))))
    expect(sent.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled'])
    expect(commits).toEqual([['a'], ['b'], ['c']])
  })

  it('fails all of a batch whose outcome nobody knows, and tries none of it again', async () => {
    const { lane, commits } = makeLog()
    const sent = await Promise.allSettled(['a', 'b', 'lost'].map((text) => lane.store(message(text))))
    expect(sent.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected'])
    expect(commits).toEqual([['a']])
  })

  it('answers null for what was not stored now, and goes on', async () => {
    const { lane, told } = makeLog()
    expect(await lane.store(message('not now'))).toBeNull()
    expect(await lane.store(message('a'))).toMatchObject({ seq: 1 })
    expect(told).toEqual(['a'])
  })

  it('stores a send that is repeated within a batch once, and hands back its repeats', async () => {
    const { lane, commits } = makeLog()
    const texts = ['first', 'x', 'x', 'x']
    const rows = await Promise.all(texts.map((text) => lane.store(message(text, text))))
    expect(rows.map((row) => row?.seq ?? null)).toEqual([1, 2, null, null])
    expect(commits).toEqual([['first'], ['x']])
  })

  it('commits messages and changes apart, and of one message a change at a time', async () => {
    const { lane, commits } = makeLog()
    const entries = [message('first'), edit('1'), message('a'), edit('1'), edit('2'), message('b')]
    const rows = await Promise.all(entries.map((entry) => lane.store(entry)))
    expect(commits).toEqual([['first'], ['a', 'b'], ['edit 1', 'edit 2']])
    expect(rows.map(Boolean)).toEqual([true, true, true, false, true, true])
  })

  it('commits what a crowd says apart, in the order in which it came', async () => {
    const { lane, commits } = makeLog()
    const said = (text: string): NewMessage => ({ ...message(text), crowd: true })
    await Promise.all([message('first'), said('1'), message('a'), said('2')].map((entry) => lane.store(entry)))
    expect(commits).toEqual([['first'], ['a'], ['1', '2']])
  })

  it('commits reactions of one message together, and one person’s with one emoji once', async () => {
    const { lane, commits } = makeLog()
    const reactions = [
      reaction('1', 'a'),
      reaction('1', 'b'),
      reaction('1', 'a'),
      reaction('1', 'a', '🎉'),
      reaction('2', 'a'),
    ]
    const rows = await Promise.all([message('first'), ...reactions, edit('1')].map((entry) => lane.store(entry)))
    expect(commits).toEqual([['first'], ['edit 1'], ['a👍1', 'b👍1', 'a🎉1', 'a👍2']])
    expect(rows.map(Boolean)).toEqual([true, true, true, false, true, true, true])
  })

  it('refuses at once what is more than may wait of a tenant, and what is more than may wait of all', async () => {
    const { lane } = makeLog()
    const store = (tenantId: string, text = 'x') => lane.store({ ...message(text), tenantId })
    const many = (tenantId: string, count: number) => Array.from({ length: count }, () => store(tenantId))
    const all = many('a', 5001)
    expect(() => store('a')).toThrow(ChatError)
    all.push(...many('b', 4999), store('c'))
    expect(() => store('c')).toThrow(ChatError)
    expect((await Promise.all(all)).filter(Boolean)).toHaveLength(10_001)
  })
})

describe('where there are several tenants', () => {
  const of = (tenantId: string, text: string): NewMessage => ({ ...message(text), tenantId })
  const flood = (count: number): NewMessage[] => Array.from({ length: count }, (_, n) => of('a', `a${n}`))

  it('they take turns: nobody waits for the many of another', async () => {
    const { lane, commits } = makeLog()
    const entries = [...flood(5), of('b', 'b0'), of('c', 'c0'), of('b', 'b1')]
    await Promise.all(entries.map((entry) => lane.store(entry)))
    expect(commits).toEqual([['a0'], ['a1', 'b0', 'c0', 'a2', 'b1', 'a3', 'a4']])
  })

  it('a commit takes fewer of each, until it has been one tenant’s alone for long', async () => {
    const { lane, commits } = makeLog()
    await Promise.all([...flood(2500), of('b', 'b0')].map((entry) => lane.store(entry)))
    const sizes = commits.map(({ length }) => length)
    expect(sizes.slice(0, 4)).toEqual([1, 1000, 20, 20])
    expect(commits[1]!.slice(0, 3)).toEqual(['a1', 'b0', 'a2'])
    for (let n = 0; n < 500; n++) await lane.store(of('a', 'alone'))
    commits.length = 0
    await Promise.all(flood(1500).map((entry) => lane.store(entry)))
    expect(commits.map(({ length }) => length)).toEqual([1000, 500])
  })
})
