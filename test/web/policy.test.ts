/** What a real browser keeps a page from, and other pages from: the policy of ours, the cookie of the console. */
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describeInBrowser, inBrowser, openBrowser, type Browser } from '../docs/browser.js'
import { adminKey } from '../support/rest.js'
import { startService, type Service, type TestTenant } from '../support/service.js'

describeInBrowser(inBrowser('our pages, in a browser'), () => {
  let service: Service
  let tenant: TestTenant
  let browser: Browser
  /** Of somebody who means harm. Its pages are of the same site as ours at 127.0.0.1, and of another at localhost. */
  let other: Server

  beforeAll(async () => {
    service = await startService()
    tenant = await service.tenant()
    browser = await openBrowser()
    other = createServer((_, answer) => answer.setHeader('content-type', 'text/html').end('<p>Free cake</p>'))
    await once(other.listen(0, '127.0.0.1'), 'listening')
  }, 60_000)
  afterAll(async () => {
    await browser?.close()
    other?.close()
    await service?.stop()
  })

  const otherAt = (host: string): string => `http://${host}:${(other.address() as AddressInfo).port}/`
  const keys = async (): Promise<number> =>
    (await service.operator.get(`/admin/tenant/${tenant.tenantId}/signing-key`)).body.length

  /** Fetches in the page that is open, as its scripts would. */
  const fetching = (path: string, options: object = {}): Promise<{ status: number; body: any }> =>
    browser.page.evaluate(
      async ([url, options]) => {
        const answer = await fetch(url, options)
        return { status: answer.status, body: await answer.json().catch(() => null) }
      },
      [service.url + path, options] as const,
    )

  const logInByPage = async (): Promise<string> => {
    await browser.page.goto(`${service.url}/console`)
    const headers = { 'content-type': 'application/json' }
    const body = JSON.stringify({ key: adminKey })
    const answer = await fetching('/console/session', { method: 'POST', headers, body })
    expect(answer.status).toBe(200)
    return answer.body.csrf_token
  }

  it.each(['demo', 'console'])('/%s asks nobody else for anything, and its policy refuses it nothing', async (page) => {
    browser.requests.length = browser.errors.length = 0
    await browser.page.goto(`${service.url}/${page}`, { waitUntil: 'networkidle' })
    expect(browser.requests.length).toBeGreaterThan(2)
    expect(browser.requests.filter((url) => !url.startsWith(service.url) && !url.startsWith('data:'))).toEqual([])
    expect(browser.errors.filter((error) => /policy|refused to|violates/i.test(error))).toEqual([])
  })

  it.each(['demo', 'console'])('/%s runs no script that somebody wrote into it', async (page) => {
    await browser.page.goto(`${service.url}/${page}`)
    const ran = await browser.page.evaluate(`(async () => {
      const load = (html) =>
        new Promise((resolve) => {
          const script = Object.assign(document.createElement('script'), html)
          script.onload = script.onerror = () => resolve()
          document.body.append(script)
          if (html.text) resolve()
        })
      await load({ text: 'window.ran = true' })
      await load({ src: '${otherAt('127.0.0.1')}' })
      const fetched = await fetch('${otherAt('127.0.0.1')}', { mode: 'no-cors' }).catch(() => null)
      return { inline: 'ran' in window, wasFetched: fetched !== null }
    })()`)
    expect(ran).toEqual({ inline: false, wasFetched: false })
    expect(browser.errors.join('\n')).toMatch(/script-src 'self'/)
  })

  it('the console calls by its cookie, which no script sees, and only with its token', async () => {
    const csrf = await logInByPage()
    expect(await browser.page.evaluate('document.cookie')).toBe('')
    const headers = { 'x-csrf-token': csrf }
    expect((await fetching('/admin/tenant', { headers })).body.items).toHaveLength(1)
    expect((await fetching('/admin/tenant')).status).toBe(401)
    await browser.page.reload()
    expect((await fetching('/console/session')).body).toMatchObject({ kind: 'operator', csrf_token: csrf })
  })

  it.each(['127.0.0.1', 'localhost'])(
    'a page at another port of %s does nothing in the operator’s name',
    async (host) => {
      await logInByPage()
      const before = await keys()
      await browser.page.goto(otherAt(host))
      const path = `${service.url}/admin/tenant/${tenant.tenantId}/signing-key`
      const outcomes = await browser.page.evaluate(
        async ([path, session]) => {
          const attempt = (url: string, options: RequestInit): Promise<string> =>
            fetch(url, { credentials: 'include', ...options }).then(
              (answer) => answer.type,
              () => 'refused',
            )
          return [
            // No preflight comes before it, so it arrives. Of the same site it has the cookie, but no token.
            await attempt(path, { method: 'POST', mode: 'no-cors' }),
            await attempt(path, { method: 'POST', headers: { 'x-csrf-token': 'a guess' } }),
            await attempt(session, {}),
          ]
        },
        [path, `${service.url}/console/session`] as const,
      )
      expect(outcomes).toEqual(['refused', 'refused', 'refused'])
      expect(await keys()).toBe(before)
      const framed = await browser.page.evaluate(`(async () => {
      const frame = Object.assign(document.createElement('iframe'), { src: '${service.url}/console' })
      document.body.append(frame)
      await new Promise((loaded) => (frame.onload = loaded))
      return frame.contentDocument === null
    })()`)
      expect(framed).toBe(true)
      expect(browser.errors.join('\n')).toMatch(/frame-ancestors|X-Frame-Options/i)
    },
  )

  it('logging out takes the cookie away', async () => {
    await logInByPage()
    expect((await fetching('/console/session', { method: 'DELETE' })).status).toBe(204)
    expect((await fetching('/console/session')).status).toBe(401)
  })
})
