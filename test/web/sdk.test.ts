/** What the READMEs show for pages, and the hooks, in a real browser: bundled from the packages as they are published. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describeInBrowser, inBrowser, openBrowser, type Browser } from '../docs/browser.js'
import { freePort } from '../support/ports.js'
import { startService, type Service, type TestTenant, type TestUser } from '../support/service.js'
import { until } from '../support/until.js'
import { closeAll, inRoom, shows, texts } from '../sdk/people.js'
import { Project } from '../sdk/project.js'
import { snippet } from '../sdk/readme.js'

jest.setTimeout(120_000)

/** Every hook, several of a kind, in strict mode; rooms come and go. */
const hooks = `
  import { StrictMode, useState } from 'react'
  import { createRoot } from 'react-dom/client'
  import { ParleyClient, tokenFrom } from '@parley/client'
  import * as parley from '@parley/react'

  const query = new URLSearchParams(location.search)
  const client = new ParleyClient({ url: 'https://chat.example.com', token: tokenFrom('/chat-token') })
  window.client = client
  window.torn = []
  window.renders = 0

  function Count({ roomId, name }) {
    const { messages, outgoing, status } = parley.useRoom(roomId)
    window.renders++
    const seqs = messages.map(({ seq }) => seq)
    if (seqs.some((seq, at) => at && seq !== seqs[at - 1] + 1)) window.torn.push(seqs.join())
    return <p id={name}>{status} {messages.length + outgoing.length} {messages.at(-1)?.text_message}</p>
  }
  function Person({ userId }) {
    return <p id="there">{String(parley.usePresence(userId)?.is_online)}</p>
  }
  function Around({ roomId }) {
    const { typists, typing } = parley.useTyping(roomId)
    return <p id="around" onClick={typing}>
      {parley.useConnection().status}, {parley.useMembers(roomId).size} members, {typists.length} typing,
      {parley.useRooms().rooms.length} rooms, {parley.useUnread(roomId)} of {parley.useUnread()} unread
    </p>
  }
  function Page() {
    const [roomId, setRoomId] = useState(query.get('room'))
    const [isShown, setShown] = useState(true)
    return <>
      <button id="other" onClick={() => setRoomId(query.get('other'))} />
      <button id="back" onClick={() => setRoomId(query.get('room'))} />
      <button id="toggle" onClick={() => setShown(!isShown)} />
      {isShown && <><Count roomId={roomId} name="one" /><Count roomId={roomId} name="two" /></>}
      <Around roomId={query.get('room')} /><Person userId={query.get('other_user')} />
    </>
  }
  createRoot(document.querySelector('main')).render(
    <StrictMode><parley.ParleyProvider client={client}><Page /></parley.ParleyProvider></StrictMode>,
  )`

describeInBrowser(inBrowser('in a browser'), () => {
  let service: Service
  let tenant: TestTenant
  let bob: TestUser
  let me: string
  let project: Project
  let backend: ChildProcess
  let pages: Server
  let origin: string
  let browser: Browser
  const files = new Map<string, string>()

  /** The README's backend, and beside it the pages. */
  async function startSite(): Promise<void> {
    const port = await freePort()
    project.write('backend.mjs', snippet('client', 'backend.js'))
    const env = { ...process.env, PARLEY_URL: service.url, PARLEY_API_TOKEN: tenant.apiToken, PORT: `${port}` }
    backend = spawn(process.execPath, ['backend.mjs'], { cwd: project.folder, env, stdio: 'inherit' })
    pages = createServer((request, response) => {
      const { pathname } = new URL(request.url!, origin)
      if (pathname !== '/chat-token') {
        const type = pathname.endsWith('.js') ? 'text/javascript' : 'text/html'
        return void response
          .writeHead(files.has(pathname) ? 200 : 204, { 'content-type': type })
          .end(files.get(pathname))
      }
      fetch(`http://127.0.0.1:${port}`)
        .then((answer) => answer.text())
        .then(
          (text) => response.end(text),
          () => response.writeHead(502).end(),
        )
    })
    await once(pages.listen(0, '127.0.0.1'), 'listening')
    origin = `http://127.0.0.1:${(pages.address() as AddressInfo).port}`
  }

  const page = (path: string, html: string, source: string): void => {
    project.write(`page${path}`, source.replaceAll('https://chat.example.com', service.url))
    const script = path.replace(/jsx$/, 'js')
    files.set(script, project.bundle(`page${path}`, [], 'development'))
    files.set(script.replace(/\.js$/, ''), `<!doctype html><meta charset="utf-8">${html}`)
  }

  beforeAll(async () => {
    service = await startService()
    tenant = await service.tenant()
    bob = await tenant.user({ display_name: 'Bob' })
    me = (await tenant.user({ external_id: 'customer-42', display_name: 'Ann' })).userId
    project = new Project()
    await startSite()
    await service.operator.patch(`/admin/tenant/${tenant.tenantId}`, { allowed_origins: [origin] })
    page('/chat.js', snippet('client', 'index.html').replace('"chat.js"', '"/chat.js"'), snippet('client', 'chat.js'))
    const app = `${snippet('react', 'src/App.jsx')}
      import { createRoot } from 'react-dom/client'
      createRoot(document.querySelector('main')).render(<App />)`
    page('/app.jsx', '<main></main><script type="module" src="/app.js"></script>', app)
    page('/hooks.jsx', '<main></main><script type="module" src="/hooks.js"></script>', hooks)
    browser = await openBrowser()
    browser.page.setDefaultTimeout(60_000)
  })
  afterEach(closeAll)
  afterAll(async () => {
    await browser?.close()
    backend?.kill()
    pages?.close()
    project?.remove()
    await service?.stop()
  })

  const roomOfBoth = async (): Promise<string> => {
    const roomId = await tenant.room([bob])
    await tenant.backend.post(`/room/${roomId}/member`, { user_ids: [me] })
    return roomId
  }

  it.each(['/chat', '/app'])('the README’s %s shows what others say, and sends what one says', async (path) => {
    const roomId = await roomOfBoth()
    const his = await inRoom(bob, roomId)
    his.send('Hello from Bob')
    await browser.page.goto(`${origin}${path}?room=${roomId}`)
    await browser.page.getByText('Hello from Bob').waitFor()
    await browser.page.locator('input').fill('Hello from Ann')
    await browser.page.getByRole('button', { name: 'Send' }).click()
    expect(texts(await shows(his, ({ messages }) => messages.length === 2))).toEqual([
      'Hello from Bob',
      'Hello from Ann',
    ])
    await browser.page.getByText('Ann').first().waitFor()
    expect(await browser.page.locator('input').inputValue()).toBe('')
    expect(browser.errors).toEqual([])
  })

  it('the hooks show what is true, in strict mode, however rooms come and go', async () => {
    const [roomId, other] = [await roomOfBoth(), await roomOfBoth()]
    const [his, his2] = [await inRoom(bob, roomId), await inRoom(bob, other)]
    const { page } = browser
    const text = async (id: string): Promise<string> => (await page.locator(`#${id}`).textContent()) ?? ''
    const is = (id: string, what: RegExp): Promise<unknown> =>
      until(async () => what.test(await text(id)), `#${id} to be ${what}`, 30_000)
    await page.goto(`${origin}/hooks?room=${roomId}&other=${other}&other_user=${bob.userId}`)
    await is('around', /online, 2 members, 0 typing,\s*\d+ rooms, 0 of \d+ unread/)
    for (let n = 1; n <= 30; n++) his.send(`message ${n}`)
    for (const id of ['one', 'two']) await is(id, /^live 30 message 30$/)
    await is('around', /30 of \d+ unread/)
    await page.locator('#other').click()
    his2.send('in the other')
    for (const id of ['one', 'two']) await is(id, /^live 1 in the other$/)
    for (let n = 0; n < 5; n++) {
      await page.locator('#back').click()
      await page.locator('#other').click()
    }
    await page.locator('#toggle').click()
    // Longer than a room lingers: what is shown again is another one.
    await page.waitForTimeout(1500)
    his2.send('meanwhile')
    await page.locator('#toggle').click()
    for (const id of ['one', 'two']) await is(id, /^live 2 meanwhile$/)
    his2.send('and live')
    for (const id of ['one', 'two']) await is(id, /^live 3 and live$/)
    his.typing()
    await is('around', /1 typing/)
    await page.locator('#around').click()
    await shows(his, ({ typists }) => typists.length === 1)
    await is('there', /true|false/)
    expect(await page.evaluate('window.torn')).toEqual([])
    expect(await page.evaluate('window.renders')).toBeLessThan(2000)
    expect(browser.errors).toEqual([])
  })

  it('the hooks show the same again, when a client is closed and connected again', async () => {
    const roomId = await roomOfBoth()
    const his = await inRoom(bob, roomId)
    const { page } = browser
    const shown = (text: string): Promise<void> => page.locator('#one', { hasText: text }).waitFor()
    his.send('first')
    await page.goto(`${origin}/hooks?room=${roomId}&other=${roomId}&other_user=${bob.userId}`)
    await shown('live 1 first')
    await page.evaluate('client.close()')
    await page.locator('#around', { hasText: 'closed' }).waitFor()
    his.send('second')
    await page.evaluate('client.connect()')
    await shown('live 2 second')
    await page.evaluate('client.close(), client.connect()')
    his.send('third')
    await shown('live 3 third')
    expect(await page.locator('#two').textContent()).toContain('live 3 third')
    expect(browser.errors).toEqual([])
  })

  it('a page that loses its network is offline, and whole when it has it back', async () => {
    const roomId = await roomOfBoth()
    const his = await inRoom(bob, roomId)
    const { page } = browser
    await page.goto(`${origin}/app?room=${roomId}`)
    await page.getByRole('status').getByText('online').waitFor()
    await page.context().setOffline(true)
    await page.getByRole('status').getByText('offline').waitFor()
    his.send('while she was away')
    await page.locator('input').fill('written offline')
    await page.getByRole('button', { name: 'Send' }).click()
    await page.getByText('written offline pending').waitFor()
    await page.context().setOffline(false)
    await page.getByText('while she was away').waitFor()
    expect(texts(await shows(his, ({ messages }) => messages.length === 2, 30_000))).toEqual([
      'while she was away',
      'written offline',
    ])
    browser.errors.length = 0
  })
})
