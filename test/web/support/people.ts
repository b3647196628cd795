/** People who use the pages, each in a browser window of their own. */
import { chromium, type Browser, type BrowserContext, type CDPSession, type Locator, type Page } from 'playwright-core'
import { browserProgram } from '../../docs/browser.js'

interface Window {
  phone?: boolean
  width?: number
  height?: number
  scheme?: 'light' | 'dark'
  /** Dots a pixel of CSS. */
  scale?: number
}

/** What a page says of a network that is away. That is what a test wanted. */
const isOfNetwork = /net::ERR_|WebSocket connection to/

export class People {
  private readonly contexts: BrowserContext[] = []

  private constructor(private readonly browser: Browser) {}

  static async gather(): Promise<People> {
    const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking']
    return new People(await chromium.launch({ executablePath: browserProgram!, headless: true, args }))
  }

  /** A window that shows nothing yet. */
  async window({ phone = false, scheme = 'light', scale = 1.5, ...size }: Window = {}): Promise<Page> {
    const context = await this.browser.newContext({
      viewport: { ...(phone ? { width: 360, height: 760 } : { width: 1280, height: 800 }), ...size },
      isMobile: phone,
      hasTouch: phone,
      colorScheme: scheme,
      reducedMotion: 'reduce',
      deviceScaleFactor: scale,
      locale: 'en-GB',
    })
    this.contexts.push(context)
    const page = await context.newPage()
    page.setDefaultTimeout(30_000)
    return page
  }

  /** Somebody who has come to the demo. */
  async come(name: string, url: string, window: Window = {}): Promise<Person> {
    const person = new Person(await this.window(window), name)
    await person.page.goto(`${url}/demo`)
    await person.page.getByLabel('Your name').fill(name)
    await person.page.getByRole('button', { name: 'Start chatting' }).click()
    await person.page.getByRole('button', { name: `You are ${name}` }).waitFor()
    return person
  }

  async close(): Promise<void> {
    await this.browser.close()
  }
}

export class Person {
  /** What their page complained of, its content security policy among it. */
  readonly errors: string[] = []

  constructor(
    readonly page: Page,
    readonly name: string,
  ) {
    page.on('pageerror', (error) => this.errors.push(error.message))
    page.on('console', (message) => {
      const isBad = message.type() === 'error' || message.type() === 'warning'
      if (isBad && !isOfNetwork.test(message.text())) this.errors.push(message.text())
    })
  }

  get field(): Locator {
    return this.page.getByRole('textbox', { name: /^Message|^Say/ })
  }

  get log(): Locator {
    return this.page.getByRole('log')
  }

  /** The last message with this text. */
  message(text: string): Locator {
    return this.log
      .getByRole('article')
      .filter({ has: this.page.locator('.parley-text, .parley-bubble:not(:has(.parley-text))', { hasText: text }) })
      .last()
  }

  /** Waits until it is shown, as stored. */
  async sees(text: string): Promise<Locator> {
    const message = this.message(text).and(this.page.locator('[data-seq]'))
    await message.waitFor()
    return message
  }

  /** Written and sent, and shown to themselves. */
  async say(text: string): Promise<void> {
    await this.field.fill(text)
    await this.field.press('Enter')
    await this.message(text).waitFor()
  }

  /** What the tools beside a message offer. */
  async tool(text: string, name: string): Promise<Locator> {
    const message = await this.sees(text)
    await message.focus()
    await message.getByRole('button', { name, exact: true }).click()
    return message
  }

  /** Texts of the log, from top to bottom. */
  texts(): Promise<string[]> {
    return this.log.locator('.parley-bubble').allInnerTexts()
  }

  /** Opens a room by its link. */
  async open(hash: string): Promise<void> {
    await this.page.evaluate(`location.hash = ${JSON.stringify(hash)}`)
    await this.log.waitFor()
  }

  /** Makes a room, and gives its link. */
  async makeRoom(name: string): Promise<string> {
    const { page } = this
    await page.getByRole('button', { name: 'New room' }).click()
    const dialog = page.getByRole('dialog', { name: 'A new room' })
    await dialog.getByLabel('Name').fill(name)
    await dialog.getByRole('button', { name: 'Make it' }).click()
    await page.getByRole('heading', { name, level: 1 }).waitFor()
    return new URL(page.url()).hash
  }

  /** Their own token, as the page keeps it. */
  async session(): Promise<{ token: string; user_id: string; room_id: string }> {
    return JSON.parse(await this.page.evaluate<string>(`sessionStorage.getItem('parley-demo-session')`))
  }

  /** Their page's process is killed. Playwright does not speak with such a page any more, its browser does. */
  async crash(): Promise<CDPSession> {
    const session = await this.page.context().newCDPSession(this.page)
    const crashed = this.page.waitForEvent('crash')
    session.send('Page.crash').catch(() => undefined)
    await crashed
    return session
  }
}
