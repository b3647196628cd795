import { searchable, toSearchQuery } from './search-text.js'

const words = (text: string): string[] => (searchable(text) ?? text).split(/\s+/).filter(Boolean)

describe('the words of a text', () => {
  it.each([
    ['Xin chào các bạn', ['Xin', 'chào', 'các', 'bạn']],
    ['👍🏽 fine', ['fine']],
    ['ann@acme.example', ['ann', 'acme', 'example']],
    ['<b>bold</b> & "quoted"', ['b', 'bold', 'b', 'quoted']],
    ['北京', ['北京', '京']],
    ['我在北京。', ['我在', '在北', '北京', '京']],
    ['東京 tower', ['東京', 'tower', '京']],
    ['iPhone手机壳', ['iPhone', '手机', '机壳', '壳']],
    ['東京タワー', ['東京', '京タ', 'タワ', 'ワー', 'ー']],
    ['Ｆｕｌｌ width', ['Full', 'width']],
    ['cafe\u0301', ['café']],
    ['𠮷野', ['𠮷野', '野']],
    ['猫', ['猫']],
    ['สวัสดี', ['สว', 'วั', 'ัส', 'สด', 'ดี', 'ี']],
    ['Привет, мир', ['Привет', 'мир']],
    ['한국어 문장', ['한국어', '문장']],
  ])('%s', (text, expected) => expect(words(text)).toEqual(expected))

  it('are left to PostgreSQL where nothing is in its way', () => {
    for (const text of ['', 'plain', 'Hello, world! Well?', 'Well... yes?!']) expect(searchable(text)).toBeNull()
    for (const text of ['a.b', 'a,b', 'a@b', 'a-b', '<a', '&a', '/a', 'a\u{1F600}'])
      expect(searchable(text)).not.toBeNull()
  })
})

describe('what is asked for', () => {
  it.each([
    ['hello world', `('hello') & ('world')`],
    ['"hello world" -foo or bar', `('hello' <-> 'world') & !('foo') | ('bar')`],
    ['-"hello world"', `!('hello' <-> 'world')`],
    ['"unended phrase', `('unended' <-> 'phrase')`],
    ['or or a or', `('a')`],
    ['-or "or"', `!('or') & ('or')`],
    ['ann@acme.example', `('ann' <-> 'acme' <-> 'example')`],
    ['在北京', `('在北' <-> '北京')`],
    ['"東京 tower"', `('東京' <-> 'tower')`],
    ['猫 or -犬', `('猫':*) | !('犬':*)`],
    [`' \\ & | ! :* <-> (`, ''],
  ])('%s', (query, expected) => expect(toSearchQuery(query)).toBe(expected))
})
