/** The chats of the READMEs in an app as `npm create vite` makes it, with the packages as `npm pack` makes them. */
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, extname, join, resolve } from 'node:path'
import { describeInBrowser, openBrowser, type Browser } from '../docs/browser.js'
import { startService, type Service, type TestUser } from '../support/service.js'

/** What `npm install` would fetch beside our own packages is here already. */
const fetched = ['react', 'react-dom', 'scheduler', 'socket.io-client', 'vite', '@vitejs/plugin-react']

const appOf = (readme: string): string =>
  /```jsx title="src\/App.jsx"\n([\s\S]*?)\n```/.exec(readFileSync(readme, 'utf8'))![1]!

describeInBrowser.each(['README.md', 'sdk/react/README.md'])('a new React app by %s', (readme) => {
  let service: Service
  let [ann, bob]: TestUser[] = []
  let roomId: string
  let folder: string
  let server: Server
  let browser: Browser

  beforeAll(async () => {
    service = await startService()
    const tenant = await service.tenant({ allowed_origins: ['*'] })
    ann = await tenant.user({ display_name: 'Ann' })
    bob = await tenant.user({ display_name: 'Bob' })
    roomId = await tenant.room([ann, bob])
    folder = mkdtempSync(join(tmpdir(), 'parley-new-app-'))
    const app = appOf(readme)
      .replace(/'http[^']+'/, `'${service.url}'`)
      .replace("'ROOM_ID'", `'${roomId}'`)
      .replace("'JWT'", `'${ann.token}'`)
    makeApp(folder, app)
    execFileSync(process.execPath, [resolve('node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'warn'], {
      cwd: folder,
      env: { ...process.env, NODE_ENV: 'production' },
    })
    server = await serve(join(folder, 'dist'), () => ann!.token)
    browser = await openBrowser()
  }, 120_000)
  afterAll(async () => {
    await browser?.close()
    server?.close()
    await service?.stop()
    if (folder) rmSync(folder, { recursive: true, force: true })
  })

  it('is about twenty lines', () => {
    expect(appOf(readme).split('\n').length).toBeLessThanOrEqual(30)
  })

  it('shows what others say, and sends what is typed, once', async () => {
    await bob!.send(roomId, 'Hello Ann')
    const { page } = browser
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/?room=${roomId}`)
    await page.getByText('Hello Ann').waitFor()
    const socket = await bob!.socketIn(roomId)
    await page.getByRole('textbox').fill('Hello Bob')
    await page.getByRole('textbox').press('Enter')
    expect((await socket.next('new_message'))[0]).toMatchObject({ text_message: 'Hello Bob', sender: { name: 'Ann' } })
    await page.getByText('Hello Bob').waitFor()
    await bob!.send(roomId, 'Live')
    await page.getByText('Live').waitFor()
    expect(await page.getByText('Hello Bob').count()).toBe(1)
    expect(browser.errors).toEqual([])
  })
})

function makeApp(folder: string, app: string): void {
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  write('package.json', '{ "name": "my-chat", "private": true, "type": "module" }')
  write(
    'index.html',
    '<!doctype html><link rel="icon" href="data:,"><div id="root"></div><script type="module" src="/src/main.jsx"></script>',
  )
  write('vite.config.js', `import react from '@vitejs/plugin-react'\nexport default { plugins: [react()] }`)
  write(
    'src/main.jsx',
    `import { StrictMode } from 'react'
     import { createRoot } from 'react-dom/client'
     import App from './App.jsx'
     createRoot(document.getElementById('root')).render(<StrictMode><App /></StrictMode>)`,
  )
  write('src/App.jsx', app)
  for (const name of ['client', 'react']) unpack(`sdk/${name}`, join(folder, 'node_modules/@parley', name))
  for (const name of fetched) link(name, join(folder, 'node_modules', name))
}

/** As `npm pack` would give it. It is built: no script is run. */
function unpack(workspace: string, place: string): void {
  const told = execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--dry-run', '-w', workspace], {
    encoding: 'utf8',
  })
  const [{ files }] = JSON.parse(told) as [{ files: { path: string }[] }]
  for (const { path } of files) {
    mkdirSync(dirname(join(place, path)), { recursive: true })
    cpSync(join(workspace, path), join(place, path))
  }
}

function link(name: string, place: string): void {
  mkdirSync(dirname(place), { recursive: true })
  const places = ['node_modules', 'web/node_modules'].map((folder) => resolve(folder, name))
  symlinkSync(
    places.find((path) => existsSync(path))!,
    place,
  )
}

const types = new Map([
  ['.html', 'text/html'],
  ['.js', 'text/javascript'],
  ['.css', 'text/css'],
])

/** The app, and the token that its backend would mint. */
async function serve(folder: string, token: () => string): Promise<Server> {
  const server = createServer(({ url = '/' }, answer) => {
    if (url.includes('token')) return void answer.end(token())
    const { pathname } = new URL(url, 'http://localhost')
    const path = pathname === '/' ? '/index.html' : pathname
    answer.setHeader('content-type', types.get(extname(path)) ?? 'text/plain')
    answer.end(readFileSync(join(folder, path)))
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return server
}
