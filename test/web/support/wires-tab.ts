/** The tab `Wires` of /demo, as somebody uses it. */
import type { Locator, Page } from 'playwright-core'
import { barriers } from './axe.js'
import { screenshot } from './screenshot.js'

const desktop = { width: 1280, height: 900 }
const phone = { width: 390, height: 844 }

export class WiresTab {
  constructor(readonly page: Page) {}

  get log(): Locator {
    return this.page.getByRole('log')
  }

  get body(): Locator {
    return this.page.getByLabel(/^(Text|Body, as JSON)$/)
  }

  open = async (): Promise<void> => {
    await this.page.setViewportSize(desktop)
    await this.page.getByRole('link', { name: 'Wires' }).click()
  }

  tab = (name: string): Promise<void> => this.page.getByRole('tab', { name }).click()

  press = (name: string): Promise<void> => this.page.getByRole('button', { name, exact: true }).click()

  field = (name: string): Locator => this.page.getByLabel(name, { exact: true })

  /** Of the connection. */
  state = (text: string): Promise<void> =>
    this.page.getByLabel('State of the connection').getByText(text, { exact: true }).waitFor()

  connect = async (): Promise<void> => {
    await this.press('Connect')
    await this.state('connected')
  }

  /** A frame as it is proposed, or with this body. */
  async send(frame: string, body?: string): Promise<void> {
    await this.field('Frame').selectOption(frame)
    if (body !== undefined) await this.body.fill(body)
    await this.press('Send')
  }

  /** Frames of this name in which this stands. */
  frames(way: 'sent' | 'heard' | 'note', name: string, text: string | RegExp = ''): Locator {
    const isNamed = { has: this.page.locator('.wires-name', { hasText: new RegExp(`^${name}$`) }) }
    const says = { has: this.page.locator('.wires-raw', { hasText: text }) }
    return this.log.locator(`.wires-${way}`).filter(isNamed).filter(says)
  }

  /** What keeps people out, on a phone in the dark. With a name in light, too, and on a desktop, and pictures are made of it. */
  async barriers(picture?: string): Promise<string[]> {
    const found: string[] = []
    for (const colorScheme of picture ? (['dark', 'light'] as const) : (['dark'] as const)) {
      await this.page.emulateMedia({ colorScheme })
      for (const [where, { width, height }] of Object.entries(picture ? { phone, desktop } : { phone })) {
        // What is out of sight is not judged.
        await this.page.setViewportSize({ width, height: 3000 })
        found.push(...(await barriers(this.page)))
        await this.page.setViewportSize({ width, height })
        if (picture) await screenshot(this.page, `${picture}-${where}-${colorScheme}`)
      }
    }
    return found
  }
}
