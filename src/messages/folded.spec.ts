import { fold, replaceFolded } from './folded.js'

it.each([
  ['José', 'Jose'],
  ['Jose\u0301', 'Jose'],
  ['Ｊｏｓé', 'Jose'],
  ['ﬁn Straße Łódź', 'fin Strasse Lodz'],
  ['Ёлка', 'Елка'],
  ['王小明', '王小明'],
  ['ปู่', 'ปู่'],
  ['', ''],
])('%s is folded to %s', (text, folded) => expect(fold(text).text).toBe(folded.normalize('NFKD')))

it.each([
  ['I am José.', 'Jose', 'I am *.'],
  ['I am Jose\u0301!', 'Jose', 'I am *!'],
  ['e\u0301e\u0301', 'e', '**'],
  ['a ﬁ b', 'f', 'a * b'],
  ['a ﬁ b', 'i', 'a * b'],
  ['Straße 1', 'Strasse', '* 1'],
  ['😀José😀', 'Jose', '😀*😀'],
  ['none', 'x', 'none'],
])('%s: instead of %s something else', (text, name, expected) => {
  expect(replaceFolded(text, new RegExp(name, 'gu'), '*')).toBe(expected)
})
