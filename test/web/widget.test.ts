/** The widget in somebody's own page, which comes from elsewhere and has a strict policy. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describeInBrowser, openBrowser, type Browser } from '../docs/browser.js'
import { adminKey, Rest } from '../support/rest.js'
import { startService, TestTenant, type Service, type TestUser } from '../support/service.js'
import { dialog, keepSecret, logIn, openConsole, type Console } from './support/console-page.js'

describeInBrowser('<parley-chat> of a new customer', () => {
  let service: Service
  let site: Site
  let opened: Console

  beforeAll(async () => {
    service = await startService()
    site = await Site.start(service.url)
    opened = await openConsole(service.url)
  }, 60_000)
  afterAll(async () => {
    await opened?.browser.close()
    await site?.stop()
    await service?.stop()
  })

  it('chats by the key that the operator made in the console', async () => {
    const { page } = opened
    await logIn(page, adminKey)
    await page.getByRole('link', { name: 'Tenants' }).click()
    await page.getByRole('button', { name: 'New tenant' }).click()
    await dialog(page).getByLabel('Name').fill('Acme')
    await dialog(page).getByLabel('Allowed origins').fill(new URL(site.url).origin)
    await dialog(page).getByRole('button', { name: 'Make it', exact: true }).click()
    const apiToken = await keepSecret(page, 'Its API token')

    // What its backend does with it.
    const { tenant_id } = (await new Rest(service.url, { clientKey: apiToken }).get('/tenant')).body
    const tenant = new TestTenant(service, tenant_id, apiToken)
    const [carol, shop] = [
      await tenant.user({ display_name: 'Carol' }),
      await tenant.user({ display_name: 'The shop' }),
    ]
    const roomId = await tenant.room([carol, shop], { name: 'Your order' })

    site.body = `<parley-chat room="${roomId}" token="${carol.token}"></parley-chat>`
    await page.goto(site.url)
    const socket = await shop.socketIn(roomId)
    await page.locator('parley-chat').getByRole('textbox').fill('Where is it?')
    await page.locator('parley-chat').getByRole('textbox').press('Enter')
    expect((await socket.next('new_message'))[0]).toMatchObject({ text_message: 'Where is it?' })
    expect(opened.complaints).toEqual([])
  }, 60_000)

  it('is not let in by a page that the console did not allow', async () => {
    const { page } = opened
    const stranger = await Site.start(service.url)
    stranger.body = site.body
    await page.goto(stranger.url)
    await page.locator('parley-chat').getByText('the tenant’s allowed_origins do not name http://127.0.0.1').waitFor()
    expect(await page.locator('parley-chat').getByText('Where is it?').count()).toBe(0)
    await stranger.stop()
  }, 60_000)
})

describeInBrowser('<parley-chat>', () => {
  let service: Service
  let tenant: TestTenant
  let [ann, bob]: TestUser[] = []
  let roomId: string
  let site: Site
  let browser: Browser

  beforeAll(async () => {
    service = await startService()
    tenant = await service.tenant({ allowed_origins: ['*'] })
    ann = await tenant.user({ display_name: 'Ann' })
    bob = await tenant.user({ display_name: 'Bob' })
    roomId = await tenant.room([ann, bob], { name: 'Support' })
    await bob.send(roomId, 'What can I do for you?')
    site = await Site.start(service.url)
    browser = await openBrowser()
  }, 60_000)
  afterAll(async () => {
    await browser?.close()
    await site?.stop()
    await service?.stop()
  })

  /** Opens a page of the site's own with this element in it. */
  async function open(element: string): Promise<void> {
    site.body = element
    await browser.page.goto(site.url)
  }

  const widget = () => browser.page.locator('parley-chat')

  it('gives the room by one script and one element, and both sides hear each other', async () => {
    await open(`<parley-chat room="${roomId}" token="${ann!.token}"></parley-chat>`)
    await widget().getByText('What can I do for you?').waitFor()
    const socket = await bob!.socketIn(roomId)
    await widget().getByRole('textbox').fill('My parcel is late')
    await widget().getByRole('textbox').press('Enter')
    expect((await socket.next('new_message'))[0]).toMatchObject({
      text_message: 'My parcel is late',
      sender: { name: 'Ann' },
    })
    await bob!.send(roomId, 'Let me look')
    await widget().getByText('Let me look').waitFor()
  })

  it('keeps its styles to itself, and lets the page choose colours', async () => {
    await open(`<textarea id="own"></textarea><parley-chat room="${roomId}" token="${ann!.token}"></parley-chat>`)
    await widget().getByText('What can I do for you?').waitFor()
    const [own, theirs] = await browser.page.evaluate(() => {
      const host = document.querySelector<HTMLElement>('parley-chat')!
      host.style.setProperty('--parley-background', 'rgb(1, 2, 3)')
      const style = (element: Element) => getComputedStyle(element)
      return [
        [
          style(document.querySelector('#own')!).fontFamily,
          style(host.shadowRoot!.querySelector('textarea')!).fontFamily,
        ],
        style(host).backgroundColor,
      ]
    })
    expect(own[0]).toBe('monospace')
    expect(own[1]).not.toBe('monospace')
    expect(theirs).toBe('rgb(1, 2, 3)')
  })

  it('asks the page’s own backend for tokens', async () => {
    site.token = ann!.token
    await open(`<parley-chat room="${roomId}" token-url="/chat-token"></parley-chat>`)
    await widget().getByText('What can I do for you?').waitFor()
    expect(site.asked).toContain('/chat-token')
  })

  it('says what is wrong: no room, no token, a token of nobody, a room of others; and takes a better token', async () => {
    await open('<parley-chat></parley-chat>')
    await widget().getByText('This chat has no room').waitFor()
    await open(`<parley-chat room="${roomId}"></parley-chat>`)
    await widget().getByText('This chat has no token').waitFor()
    await open(`<parley-chat room="${roomId}" token="${ann!.token.slice(0, -3)}AAA"></parley-chat>`)
    await widget().getByRole('status').filter({ hasText: /./ }).first().waitFor()
    await browser.page.evaluate(
      (token) => document.querySelector('parley-chat')!.setAttribute('token', token),
      ann!.token,
    )
    await widget().getByText('What can I do for you?').waitFor()
    const stranger = await (await service.tenant()).user()
    await open(`<parley-chat room="${roomId}" token="${stranger.token}"></parley-chat>`)
    await widget().getByText(/room/i).first().waitFor()
    await expect(widget().getByText('What can I do for you?').count()).resolves.toBe(0)
  })

  it('tells the page of its connection, and ends its socket when it is taken away', async () => {
    await open(`<parley-chat room="${roomId}" token="${ann!.token}"></parley-chat>`)
    await widget().getByText('What can I do for you?').waitFor()
    const told = await browser.page.evaluate(async () => {
      const host = document.querySelector('parley-chat')!
      const heard = new Promise((resolve) => {
        addEventListener('parley-connection', (event) => resolve((event as CustomEvent).detail.status))
      })
      host.remove()
      document.body.append(host)
      return heard
    })
    expect(['connecting', 'online']).toContain(told)
    await widget().getByText('What can I do for you?').waitFor()
  })

  it('takes a token provider that was there before its script', async () => {
    await browser.page.route('**/widget.js', (route) => route.abort(), { times: 1 })
    await open(`<parley-chat room="${roomId}"></parley-chat>`)
    await browser.page.evaluate(
      (token) => Object.assign(document.querySelector('parley-chat')!, { tokenProvider: () => token }),
      ann!.token,
    )
    await browser.page.addScriptTag({ url: `${service.url}/widget.js` })
    await widget().getByText('What can I do for you?').waitFor()
  })

  it('is nobody any more whose token was taken away, or was another person’s', async () => {
    await open(`<parley-chat room="${roomId}" token="${ann!.token}"></parley-chat>`)
    await widget().getByText('What can I do for you?').waitFor()
    const socket = await ann!.socketIn(roomId)
    const set = (token: string | null) =>
      browser.page.evaluate((token) => {
        const host = document.querySelector('parley-chat')!
        if (token === null) host.removeAttribute('token')
        else host.setAttribute('token', token)
      }, token)
    await set(bob!.token)
    await widget().getByRole('textbox').fill('By whom is this?')
    await widget().getByRole('textbox').press('Enter')
    expect((await socket.next('new_message'))[0]).toMatchObject({ sender: { name: 'Bob' } })
    await set(null)
    await widget().getByText('This chat has no token').waitFor()
  })

  it('says that an address is none', async () => {
    await open(`<parley-chat room="${roomId}" token="${ann!.token}" url="https://"></parley-chat>`)
    await widget().getByText('This chat has no address').waitFor()
  })

  it('looks the same whatever the page says of its texts', async () => {
    await open(`<parley-chat room="${roomId}" token="${ann!.token}"></parley-chat>`)
    const text = widget().locator('.parley-text').first()
    const look = () =>
      text.evaluate((element) => {
        const { letterSpacing, textAlign, textTransform, whiteSpace, wordSpacing } = getComputedStyle(element)
        return { letterSpacing, textAlign, textTransform, whiteSpace, wordSpacing }
      })
    await text.waitFor()
    const before = await look()
    await browser.page.evaluate(() => {
      const loud = {
        letterSpacing: '9px',
        textAlign: 'right',
        textTransform: 'uppercase',
        whiteSpace: 'pre',
        wordSpacing: '9px',
      }
      Object.assign(document.querySelector<HTMLElement>('parley-chat')!.style, loud)
    })
    expect(await look()).toEqual(before)
  })

  it('lets no name turn what stands beside it', async () => {
    const turned = await tenant.user({ display_name: '\u202eEve' })
    const other = await tenant.room([turned, ann!])
    await turned.send(other, 'Hello')
    await open(`<parley-chat room="${other}" token="${ann!.token}" compact></parley-chat>`)
    const time = widget().locator('.parley-byline time')
    await time.waitFor()
    const [first, last] = await time.evaluate((element) =>
      [0, element.textContent.length - 1].map((at) => {
        const range = document.createRange()
        range.setStart(element.firstChild!, at)
        range.setEnd(element.firstChild!, at + 1)
        return range.getBoundingClientRect().left
      }),
    )
    expect(first).toBeLessThan(last!)
  })

  it('is taken away and put back as often as a page likes', async () => {
    await open(`<parley-chat room="${roomId}" token="${ann!.token}"></parley-chat>`)
    await widget().getByText('What can I do for you?').waitFor()
    await browser.page.evaluate(() => {
      const host = document.querySelector<HTMLElement>('parley-chat')!
      host.style.height = '150px'
      for (let times = 0; times < 20; times++) {
        const log = host.shadowRoot!.querySelector('.parley-log')
        if (log) log.scrollTop = 0
        host.remove()
        document.body.append(host)
      }
    })
    await widget().getByText('What can I do for you?').waitFor()
  })

  it('broke no policy of the page, and met no error', () => {
    expect(browser.errors.filter((error) => /Content Security Policy|Cannot read/i.test(error))).toEqual([])
  })
})

/** Somebody's own site: a page, and a token for whoever is logged in there. */
class Site {
  body = ''
  token = ''
  readonly asked: string[] = []

  private constructor(
    private readonly server: Server,
    private readonly service: string,
  ) {}

  static async start(service: string): Promise<Site> {
    const server = createServer()
    const site = new Site(server, service)
    server.on('request', ({ url = '' }, answer) => {
      site.asked.push(url)
      if (url === '/chat-token') return void answer.end(site.token)
      const policy = `default-src 'none'; script-src ${service}; connect-src 'self' ${service} ${service.replace('http', 'ws')}; img-src data:`
      answer.writeHead(200, { 'content-type': 'text/html', 'content-security-policy': policy }).end(site.page)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return site
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/`
  }

  stop(): Promise<unknown> {
    this.server.closeAllConnections()
    return new Promise((resolve) => this.server.close(resolve))
  }

  private get page(): string {
    return `<!doctype html><title>A shop</title><link rel="icon" href="data:,"><h1>A shop</h1>
      <script src="${this.service}/widget.js" async></script>${this.body}`
  }
}
