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
    ['Ann Bell and c-42', false, '[erased] and [erased]'],
    ['c-421', false, 'c-421'],
  ])('%s (mentioned: %s)', (text, mentioned, expected) => expect(ann.others(text, mentioned)).toBe(expected))
})

it('has nothing to take where there are no names, or none that is long enough', () => {
  const none = scrubberOf({ display_name: 'Al', username: null, external_id: null, email: null, phone: null })
  expect([none.own('Al is Al'), none.others('@Al', true), none.certain]).toEqual(['Al is Al', '@Al', []])
})

it('takes a name of any script whole', () => {
  const li = scrubberOf({ display_name: '李小龙', username: null, external_id: null, email: null, phone: null })
  expect(li.own('我是 李小龙!')).toBe('我是 [erased]!')
})
