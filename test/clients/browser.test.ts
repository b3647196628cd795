/** A browser’s own WebSocket, which cannot see a status nor set a header: the cookie, the origin and the close codes. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Hub } from '../../src/gateway/hub.js'
import { browserProgram, openBrowser, type Browser } from '../docs/browser.js'
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'
import { until } from '../support/until.js'

/** What a page was told by one WebSocket. */
interface Heard {
  frames: any[]
  closed: [code: number, reason: string] | null
}

const describeWith = browserProgram ? describe : describe.skip

describeWith('a page in a browser', () => {
  let service: Service
  let tenant: TestTenant
  let ann: TestUser
  let roomId: string
  let browser: Browser
  let pages: Server
  /** Where pages are that the tenant names, and where they are not: other ports are other origins with the same cookies. */
  let origin: string

  beforeAll(async () => {
    service = await startService()
    pages = createServer((_, answer) => answer.setHeader('content-type', 'text/html').end('<!doctype html>'))
    await new Promise<void>((resolve) => pages.listen(0, '127.0.0.1', resolve))
    origin = `http://127.0.0.1:${(pages.address() as AddressInfo).port}`
    browser = await openBrowser()
  }, 60_000)
  beforeEach(async () => {
    tenant = await service.tenant({ allowed_origins: [origin] })
    ann = await tenant.user({ display_name: 'Ann' })
    roomId = await tenant.room([ann])
    await browser.page.goto(origin)
  })
  afterAll(async () => {
    await browser.close()
    pages.close()
    await service.stop()
  })

  const withCookie = (token: string) =>
    browser.page.context().addCookies([{ name: 'access_token', value: token, url: service.url, httpOnly: true }])

  /** Opens a WebSocket in the page, says this when it is open, and hears until so many frames came or it is closed. */
  const talk = (path: string, says: object[] = [], frames = Infinity): Promise<Heard> =>
    browser.page.evaluate(
      ({ url, says, frames }) =>
        new Promise<Heard>((resolve) => {
          const heard: Heard = { frames: [], closed: null }
          const socket = new WebSocket(url)
          socket.addEventListener('open', () => says.forEach((one) => socket.send(JSON.stringify(one))))
          socket.addEventListener('close', ({ code, reason }) => resolve({ ...heard, closed: [code, reason] }))
          socket.addEventListener('message', ({ data }) => {
            if (heard.frames.push(JSON.parse(data)) < frames) return
            resolve({ ...heard })
            socket.close()
          })
        }),
      { url: service.url.replace('http', 'ws') + path, says, frames },
    )

  const join = () => ({ event: 'chat.join', data: { roomId } })
  const say = (message: string) => ({ event: 'chat.message', data: { roomId, message } })

  it('of an origin that the tenant names connects by the cookie, and chats', async () => {
    await withCookie(ann.token)
    const { frames } = await talk('/chat/ws', [join(), say('Hi 👋')], 2)
    expect(frames).toMatchObject([
      { event: 'chat.joined', data: { roomId } },
      { event: 'chat.message', data: { roomId, userId: ann.userId, username: 'Ann', message: 'Hi 👋' } },
    ])
  })

  it('of the service’s own origin does, too', async () => {
    await withCookie(ann.token)
    await browser.page.goto(`${service.url}/health/live`)
    expect((await talk('/ws', [join()], 1)).frames).toEqual([{ event: 'chat.joined', data: { roomId } }])
  })

  it('of another origin is closed with 4403, cookie or not', async () => {
    await tenant.service.operator.patch(`/admin/tenant/${tenant.tenantId}`, { allowed_origins: [] })
    await withCookie(ann.token)
    expect(await talk('/chat/ws', [join()])).toEqual({ frames: [], closed: [4403, 'origin_not_allowed'] })
  })

  it('of another origin may show a token that it knows', async () => {
    await tenant.service.operator.patch(`/admin/tenant/${tenant.tenantId}`, { allowed_origins: [] })
    await browser.page.context().clearCookies()
    const { frames } = await talk(
      `/ws/${roomId}/${ann.userId}?token=${ann.token}`,
      [{ type: 'send_message', data: { content: 'Hi' } }],
      1,
    )
    expect(frames).toMatchObject([{ type: 'new_message', data: { content: 'Hi', username: 'Ann' } }])
  })

  it('sees why it was refused: 4401, 4403 and 4404', async () => {
    await browser.page.context().clearCookies()
    expect((await talk('/chat/ws')).closed).toEqual([4401, 'credentials_missing'])
    expect((await talk('/chat/ws?token=wrong')).closed).toEqual([4401, 'token_invalid'])
    expect((await talk(`/ws/${roomId}/another?token=${ann.token}`)).closed).toEqual([4403, 'forbidden'])
    expect((await talk(`/ws/chat/nothing?token=${ann.token}`)).closed).toEqual([4404, 'stream_not_found'])
  })

  it('sees why it is ended: the frame, and the code', async () => {
    await withCookie(ann.token)
    const ended = talk('/chat/ws', [join()])
    const hub = service.app.get(Hub)
    await until(() => hub.countListeners({ tenantId: tenant.tenantId, roomId }) === 1, 'the page to listen')
    await tenant.backend.patch(`/user/${ann.userId}`, { status: 'not_active' })
    const { frames, closed } = await ended
    expect(frames.at(-1)).toMatchObject({ event: 'error', data: { code: 'user_locked' } })
    expect(closed![0]).toBe(4403)
  })
})
