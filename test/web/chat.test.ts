/** What web/chat works out of messages, apart from any page. */
import type { Member, Message, RoomSnapshot } from '@parley/client'
import { fileNameOf } from '../../web/chat/addresses.js'
import { dayOf } from '../../web/chat/dates.js'
import { blocksOf, isTogether, readersOf } from '../../web/chat/grouping.js'
import { firstUnread, lineAfter, noLine } from '../../web/chat/new-line.js'
import { placeOf } from '../../web/demo/place.js'
import { visible } from '../../web/visible.js'

const at = (time: string): string => `2026-03-0${time}:00.000Z`
const said = (seq: number, by: string | null, fields: Partial<Message> = {}) =>
  ({
    seq,
    sender: by === null ? null : { user_id: by },
    created_at: at('1T12:00'),
    deleted_at: null,
    ...fields,
  }) as Message

describe('messages stand together', () => {
  it('that one person says within five minutes of a day', () => {
    const one = said(1, 'ann')
    expect(isTogether(one, said(2, 'ann', { created_at: at('1T12:04') }))).toBe(true)
    expect(isTogether(one, said(2, 'ann', { created_at: at('1T12:05') }))).toBe(false)
    expect(isTogether(one, said(2, 'bob'))).toBe(false)
    expect(isTogether(undefined, one)).toBe(false)
    expect(isTogether(one, undefined)).toBe(false)
  })

  it('never those of the system', () => {
    expect(isTogether(said(1, null), said(2, null))).toBe(false)
  })
})

describe('blocks', () => {
  it('are cut at the same places, whatever is read above', () => {
    const all = Array.from({ length: 130 }, (_, n) => said(n + 1, 'ann'))
    const few = blocksOf(all.slice(60)).map(({ key, messages }) => [key, messages.length])
    expect(few).toEqual([
      [1, 39],
      [2, 31],
    ])
    expect(blocksOf(all).map(({ key, messages }) => [key, messages.length])).toEqual([
      [0, 49],
      [1, 50],
      [2, 31],
    ])
  })
})

describe('who has read', () => {
  const members = new Map(
    Object.entries({ ann: 3, bob: 2, eve: 3, ina: 1 }).map(([user_id, last_read_seq]) => [
      user_id,
      { user_id, last_read_seq } as Member,
    ]),
  )

  it('is shown at the last message that they read, but for oneself, its writer, and what is not here', () => {
    const readers = readersOf(members, [said(2, 'ann'), said(3, 'eve')], 'ann')
    expect([...readers].map(([seq, who]) => [seq, who.map(({ user_id }) => user_id)])).toEqual([[2, ['bob']]])
  })
})

describe('the line before what is new', () => {
  const room = (messages: Message[], unread = 0, lastRead?: number) =>
    ({
      room: { unread },
      messages,
      members: new Map(lastRead === undefined ? [] : [['ann', { last_read_seq: lastRead }]]),
    }) as unknown as RoomSnapshot
  const talk = [said(1, 'bob'), said(2, 'ann'), said(3, 'bob', { deleted_at: at('1T13:00') }), said(4, 'bob')]

  it('stands before so many messages of others as are unread', () => {
    expect(firstUnread(talk, 0, 'ann')).toBeNull()
    expect(firstUnread(talk, 1, 'ann')).toBe(4)
    expect(firstUnread(talk, 2, 'ann')).toBe(1)
    expect(firstUnread(talk, 99, 'ann')).toBe(1)
    expect(lineAfter(noLine, room(talk, 1), 'ann', true).newFrom).toBe(4)
  })

  it('stands behind what one has read, where that is known', () => {
    expect(lineAfter(noLine, room(talk, 0, 2), 'ann', true).newFrom).toBe(3)
    expect(lineAfter(noLine, room(talk, 9, 4), 'ann', true).newFrom).toBeNull()
    // Who has only just come in has read nothing yet, which says nothing.
    expect(lineAfter(noLine, room(talk, 0, 0), 'ann', true).newFrom).toBeNull()
  })

  it('comes when somebody looks away, and not for one’s own', () => {
    const seen = lineAfter(noLine, room(talk), 'ann', true)
    const own = lineAfter(seen, room([...talk, said(5, 'ann')]), 'ann', false)
    expect(own.newFrom).toBeNull()
    const missed = lineAfter(own, room([...talk, said(5, 'ann'), said(6, 'bob')]), 'ann', false)
    expect(missed.newFrom).toBe(6)
    const more = lineAfter(missed, room([...talk, said(5, 'ann'), said(6, 'bob'), said(7, 'bob')]), 'ann', false)
    expect(more.newFrom).toBe(6)
  })

  it('stays when they look again, and moves when they look away once more', () => {
    const six = [...talk, said(5, 'bob')]
    const away = lineAfter(lineAfter(noLine, room(talk), 'ann', true), room(six), 'ann', false)
    const back = lineAfter(away, room(six), 'ann', true)
    expect(back.newFrom).toBe(5)
    expect(lineAfter(back, room([...six, said(6, 'bob')]), 'ann', false).newFrom).toBe(6)
  })
})

describe('dayOf', () => {
  const now = new Date(2026, 2, 10, 9)
  it.each([
    [new Date(2026, 2, 10, 0, 1), 'Today'],
    [new Date(2026, 2, 9, 23, 59), 'Yesterday'],
    [new Date(2026, 2, 8), 'Sunday, March 8'],
    [new Date(2025, 11, 31), 'December 31, 2025'],
  ])('%s', (then, text) => expect(dayOf(then.toISOString(), now)).toBe(text))
})

describe('fileNameOf', () => {
  it.each([
    ['https://cdn.example/a/plan%20b.pdf?x=1', 'plan b.pdf'],
    ['https://cdn.example/a/100%.pdf', '100%.pdf'],
    ['https://cdn.example', 'cdn.example'],
    ['javascript:alert(1)', null],
    ['https://', null],
  ])('%s', (url, name) => expect(fileNameOf(url)).toBe(name))
})

describe('placeOf', () => {
  it.each([
    ['', { view: 'room', id: null }],
    ['#/', { view: 'room', id: null }],
    ['#/room/a%20b', { view: 'room', id: 'a b' }],
    ['#/stream', { view: 'stream', id: null }],
    ['#/stream/1', { view: 'stream', id: '1' }],
    ['#/wires', { view: 'wires', id: null }],
    ['#/nowhere/1', { view: 'room', id: '1' }],
  ])('%s', (hash, place) => expect(placeOf(hash)).toEqual(place))

  it('takes what is no address for none', () => {
    expect(placeOf('#/room/%')).toEqual({ view: 'room', id: null })
  })
})

describe('a name', () => {
  it.each(['Ann', ' Ann ', 'आ', '👍', '…', '(:'])('is there if it is %p', (name) => {
    expect(visible(name)).toBe(name)
  })

  it.each([null, undefined, '', ' \t', '\u200b', '\u202e\u00a0', '\ufeff'])('is not there if it is %p', (name) => {
    expect(visible(name)).toBeNull()
  })
})
