import { searchable, toSearchQuery } from './search-text.js'

const words = (text: string): string[] => (searchable(text) ?? text).split(/\s+/).filter(Boolean)

describe('the words of a text', () => {
  it.each([
    ['Hello, wörld!', ['Hello,', 'wörld!']],
    ['Xin chào các bạn', ['Xin', 'chào', 'các', 'bạn']],
    ['👍🏽 fine', ['👍🏽', 'fine']],
    ['北京', ['北京', '京']],
    ['我在北京。', ['我在', '在北', '北京', '京', '。']],
    ['iPhone手机壳', ['iPhone', '手机', '机壳', '壳']],
    ['東京タワー', ['東京', '京タ', 'タワ', 'ワー', 'ー']],
    ['Ｆｕｌｌ width', ['Full', 'width']],
    ['cafe\u0301', ['café']],
    ['𠮷野', ['𠮷野', '野']],
    ['สวัสดี', ['สว', 'วั', 'ัส', 'สด', 'ดี', 'ี']],
  ])('%s', (text, expected) => expect(words(text)).toEqual(expected))

  it('is the text itself where spaces are between words', () => {
    for (const text of ['', 'plain', 'Привет, мир', 'Καλημέρα', '한국어 문장', '👨‍👩‍👧'])
      expect(searchable(text)).toBeNull()
  })
})

describe('what is asked for', () => {
  it.each([
    ['hello world', 'hello world', []],
    ['"hello world" -foo or bar', '"hello world" -foo or bar', []],
    ['北京', '"北京"', []],
    ['在北京', '"在北 北京"', []],
    ['-北京 天气', '-"北京" "天气"', []],
    ['京', ' ', ['京']],
  ])('%s', (query, expected, beginnings) => {
    const read = toSearchQuery(query)
    const squeezed = (text: string): string => text.replaceAll(/ +/g, ' ')
    expect(squeezed(read.words)).toBe(squeezed(expected))
    expect(read.beginnings).toEqual(beginnings)
  })
})
