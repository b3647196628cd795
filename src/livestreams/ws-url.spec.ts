import { baseOf, wsUrl } from './ws-url.js'

const tenantId = '019a9f3e-6c1e-7c44-9f0a-3d5f1b7c2a10'

describe('the address of a stream’s socket', () => {
  it.each([
    ['http://localhost:3000', 'ws://localhost:3000/ws/chat/s'],
    ['https://chat.example.com/', 'wss://chat.example.com/ws/chat/s'],
    ['https://chat.example.com/a/b//', 'wss://chat.example.com/a/b/ws/chat/s'],
    ['https://user:secret@chat.example.com/?a=b#c', 'wss://chat.example.com/ws/chat/s'],
    ['https://[::1]:3000', 'wss://[::1]:3000/ws/chat/s'],
  ])('of %s', (base, url) => {
    expect(wsUrl(base, 's', null)).toBe(url)
  })

  it('names the tenant of whose token does not', () => {
    expect(wsUrl('https://a.example/b', 's', tenantId)).toBe(`wss://a.example/b/t/${tenantId}/ws/chat/s`)
  })

  it.each(['a/b', 'a b', 'ü🎉', 'a.b', '%2F', '?a#b', '...', '\\'])(
    'holds the name %j as one part of its path',
    (name) => {
      const { pathname, search, hash } = new URL(wsUrl('https://a.example', name, null))
      expect([pathname.split('/').map(decodeURIComponent), search, hash]).toEqual([['', 'ws', 'chat', name], '', ''])
    },
  )

  it.each([
    [undefined, 'https://a.example'],
    ['', 'https://a.example'],
    ['/b', 'https://a.example/b'],
    ['/b/c/', 'https://a.example/b/c'],
    ['b', 'https://a.example'],
    ['//b', 'https://a.example'],
    ['/b, /c', 'https://a.example'],
    ['/b?c', 'https://a.example'],
  ])('is behind the path %j, if that is one', (prefix, base) => {
    expect(baseOf({ protocol: 'https', host: 'a.example', prefix })).toBe(base)
  })
})
