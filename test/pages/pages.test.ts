/** The pages as a browser gets them: what they may do, how long they are kept, and what is not there. */
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { request, type IncomingMessage } from 'node:http'
import { problem } from '../support/problems.js'
import { startService, type Service } from '../support/service.js'

let service: Service
let without: Service

beforeAll(async () => {
  service = await startService()
  without = await service.another({ DEMO: 'off' })
})
afterAll(async () => {
  await without.stop()
  await service.stop()
})

const get = (path: string, headers: Record<string, string> = {}, at = service) =>
  fetch(at.url + path, { headers, redirect: 'manual' })

/** The directives of the answer's policy. */
const policyOf = ({ headers }: Response): Map<string, string> =>
  new Map(
    headers
      .get('content-security-policy')!
      .split('; ')
      .map((line) => [line.split(' ')[0]!, line]),
  )

const nonceIn = (html: string): string => /nonce="([^"]+)"/.exec(html)![1]!

describe.each(['/demo', '/demo/', '/console', '/console/'])('%s', (path) => {
  it('is a page that every browser asks for anew, and nobody frames', async () => {
    const { status, headers } = await get(path)
    expect(status).toBe(200)
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-cache',
      'x-frame-options': 'DENY',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    })
  })

  it('runs scripts from files of ours alone, and takes styles by a nonce that each answer has another of', async () => {
    const answers = [await get(path), await get(path)]
    const nonces = await Promise.all(answers.map(async (answer) => nonceIn(await answer.text())))
    expect(nonces[0]).not.toBe(nonces[1])
    for (const [at, answer] of answers.entries()) {
      const policy = policyOf(answer)
      expect(policy.get('script-src')).toBe("script-src 'self'")
      expect(policy.get('style-src')).toBe(`style-src 'self' 'nonce-${nonces[at]}'`)
      expect(policy.get('frame-ancestors')).toBe("frame-ancestors 'none'")
      expect(policy.get('object-src')).toBe("object-src 'none'")
      expect(policy.get('base-uri')).toBe("base-uri 'none'")
      expect([...policy.values()].join()).not.toMatch(/unsafe|\*|http/)
    }
  })

  it('holds nothing that its policy refuses, and names only what is there', async () => {
    const html = await (await get(path)).text()
    expect(html).not.toContain('__CSP_NONCE__')
    expect(html).not.toMatch(/<script(?![^>]* src=)|<style|\sstyle=|\son\w+=/)
    const parts = [...html.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, part]) => part!)
    expect(parts.length).toBeGreaterThan(1)
    for (const part of parts) expect([part, (await get(part)).status]).toEqual([part, 200])
  })

  it('says the same to HEAD', async () => {
    const answer = await fetch(service.url + path, { method: 'HEAD' })
    expect([answer.status, await answer.text()]).toEqual([200, ''])
  })
})

it('lets the console talk to nobody but this service', async () => {
  expect(policyOf(await get('/console')).get('connect-src')).toBe("connect-src 'self'")
  expect(policyOf(await get('/demo')).get('connect-src')).toBe("connect-src 'self' ws: wss:")
})

const script = readdirSync('dist/web/assets').find((name) => name.endsWith('.js'))!

describe('GET /web/assets', () => {
  it('may be kept for ever, for a change has another name', async () => {
    const { status, headers } = await get(`/web/assets/${script}`)
    expect(status).toBe(200)
    expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    expect(headers.get('content-type')).toMatch(/javascript/)
  })

  it('comes as the browser can take it, and is the same', async () => {
    const plain = await get(`/web/assets/${script}`, { 'accept-encoding': 'identity' })
    expect(plain.headers.get('content-encoding')).toBeNull()
    const text = await plain.text()
    for (const encoding of ['br', 'gzip']) {
      const answer = await get(`/web/assets/${script}`, { 'accept-encoding': encoding })
      expect(answer.headers.get('content-encoding')).toBe(encoding)
      expect(answer.headers.get('vary')).toMatch(/accept-encoding/i)
      expect(answer.headers.get('content-type')).toMatch(/javascript/)
      expect(await answer.text()).toBe(text)
    }
  })

  it.each(['', 'nothing.js', '..%2fdemo%2findex.html', '%2e%2e/demo/index.html', './', '/', 'a%00b', '..%5cwidget.js'])(
    'has nothing at %p',
    async (name) => {
      expect(await exactly(`/web/assets/${name}`)).toMatchObject(problem(404, 'route_not_found'))
    },
  )

  it('is no place where anything is written', async () => {
    expect(await service.anyone.post(`/web/assets/${script}`, {})).toMatchObject(problem(404, 'route_not_found'))
  })
})

describe('GET /widget.js', () => {
  it('may be loaded by any page, and is asked for again soon', async () => {
    const { status, headers } = await get('/widget.js', { origin: 'https://shop.example' })
    expect(status).toBe(200)
    expect(headers.get('access-control-allow-origin')).toBe('*')
    expect(headers.get('cross-origin-resource-policy')).toBe('cross-origin')
    expect(headers.get('cache-control')).toBe('public, max-age=300')
    expect(headers.get('content-type')).toMatch(/javascript/)
  })

  it('is not sent again to whoever has it', async () => {
    const { headers } = await get('/widget.js', { 'accept-encoding': 'br' })
    const again = await exactly('/widget.js', { 'if-none-match': headers.get('etag')!, 'accept-encoding': 'br' })
    expect(again).toMatchObject({ status: 304, body: '', headers: { 'access-control-allow-origin': '*' } })
    const other = await service.anyone.get('/widget.js', { headers: { 'if-match': '"another"' } })
    expect(other).toMatchObject(problem(400, 'bad_request'))
  })
})

describe('GET /', () => {
  it('leads to what there is to see', async () => {
    const answer = await get('/')
    expect([answer.status, answer.headers.get('location')]).toEqual([302, '/demo'])
    expect((await get('/', {}, without)).headers.get('location')).toBe('/docs')
  })
})

describe('without a demo', () => {
  it.each(['/demo', '/demo/'])('there is no %s', async (path) => {
    expect(await without.anyone.get(path)).toMatchObject(problem(404, 'route_not_found'))
  })

  it('there is a console', async () => {
    expect((await get('/console', {}, without)).status).toBe(200)
  })
})

it('has no page below its pages', async () => {
  for (const path of ['/demo/x', '/console/x', '/web', '/web/demo/index.html', '/web/widget.js']) {
    expect(await service.anyone.get(path)).toMatchObject(problem(404, 'route_not_found'))
  }
})

/** With path and headers as they stand here: fetch would tidy them. */
async function exactly(path: string, headers: Record<string, string> = {}): Promise<object> {
  const call = request(service.url, { path, headers }).end()
  const [answer] = (await once(call, 'response')) as [IncomingMessage]
  const text = Buffer.concat(await answer.toArray()).toString()
  const isJson = answer.headers['content-type']?.includes('json')
  return { status: answer.statusCode, headers: answer.headers, body: isJson ? JSON.parse(text) : text }
}
