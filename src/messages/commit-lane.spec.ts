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

  it('refuses at once what is more than may wait', async () => {
    const { lane } = makeLog()
    const all = Array.from({ length: 10_001 }, (_, n) => lane.store(message(`${n}`)))
    const refusal = (): unknown => lane.store(message('too much'))
    expect(refusal).toThrow(ChatError)
    expect((await Promise.all(all)).filter(Boolean)).toHaveLength(10_001)
  })
})
