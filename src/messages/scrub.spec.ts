import { nameless } from '../users/personal-data.js'
import { scrubberOf } from './scrub.js'

const ann = scrubberOf({
  display_name: 'Ann Bell',
  username: 'will',
  external_id: 'c-42',
  email: 'ann.b@acme.example',
  phone: '+49 (30) 123',
})

describe('from what they said themselves', () => {
  it.each([
    ['I am Ann Bell.', 'I am [erased].'],
    ['ANN BELL, or will', '[erased], or [erased]'],
    ['willing, goodwill, Ann Bella', 'willing, goodwill, Ann Bella'],
    ['write to ann.b@acme.example!', 'write to [erased]!'],
    ['annxb@acme.example', 'annxb@acme.example'],
    ['call +49 (30) 123', 'call [erased]'],
    ['', ''],
  ])('%s', (text, expected) => expect(ann.own(text)).toBe(expected))
})

describe('from what others said', () => {
  it.each([
    ['will you come, @will?', false, 'will you come, [erased]?'],
    ['will you come?', true, '[erased] you come?'],
    ['Ann Bell and c-42', false, 'Ann Bell and c-42'],
    ['Ann Bell and c-42', true, '[erased] and [erased]'],
    ['@Ann Bell, @c-42', false, '[erased], [erased]'],
    ['write to ANN.B@acme.example', false, 'write to [erased]'],
    ['call +49 (30) 123', false, 'call [erased]'],
    ['c-421', true, 'c-421'],
    ['goodwill@will', false, 'goodwill@will'],
  ])('%s (mentioned: %s)', (text, mentioned, expected) => expect(ann.others(text, mentioned)).toBe(expected))
})

it('has nothing to take where there are no names, or none that is long enough', () => {
  const none = scrubberOf({ ...nameless, display_name: 'Al' })
  expect([none.own('Al is Al'), none.others('@Al', true), none.certain]).toEqual(['Al is Al', '@Al', []])
})

it('takes nothing for a name of which nothing is left without accents', () => {
  const marks = scrubberOf({ ...nameless, display_name: '\u0301\u0301\u0301' })
  expect([marks.own('e\u0301'), marks.certain]).toEqual(['e\u0301', []])
})

it('takes nothing from what others said that any words could be: what a person is called, or says is their number', () => {
  const sayings = ['you', 'you 1234567', 'call @ home', '@home 12345678']
  for (const phone of sayings) expect(scrubberOf({ ...nameless, phone }).certain).toEqual([`@${phone}`])
  const named = scrubberOf({
    ...nameless,
    display_name: 'the way, is',
    username: 'the',
    external_id: '1',
    phone: '110',
  })
  const text = 'This is the way, is it? Call 110.'
  expect([named.others(text, false), named.certain]).toEqual([text, ['@the way, is', '@the', '@110']])
})

describe('of any script', () => {
  it.each([
    ['李小龙', '我是 李小龙!', '我是 [erased]!'],
    ['李小龙', '我是李小龙啊', '我是[erased]啊'],
    ['李小龙', 'abc李小龙def', 'abc[erased]def'],
    ['王伟', '我叫王伟。', '我叫[erased]。'],
    ['たなか', 'たなかさん', '[erased]さん'],
    ['สมชาย', 'ผมชื่อสมชายครับ', 'ผมชื่อ[erased]ครับ'],
    ['Tanaka', 'Tanakaさん', '[erased]さん'],
    ['Tanaka', 'Tanakas', 'Tanakas'],
    ['김철수', '김철수 김철수는', '[erased] 김철수는'],
    ['José', 'Jose, JOSE\u0301, Ｊｏｓｅ', '[erased], [erased], [erased]'],
    ['Jose', 'josé', '[erased]'],
  ])('%s: %s', (display_name, text, expected) => {
    expect(scrubberOf({ ...nameless, display_name }).own(text)).toBe(expected)
  })

  it('behind an @, too', () => {
    const li = scrubberOf({ ...nameless, display_name: '李小龙' })
    expect(li.others('问@李小龙吧，李小龙', false)).toBe('问[erased]吧，李小龙')
  })
})
