/** The console as somebody uses it: by the labels that they see. */
import type { Locator, Page } from 'playwright-core'
import { openBrowser, type Browser } from '../../docs/browser.js'

export interface Console {
  browser: Browser
  page: Page
  /** Errors and warnings of the page, those of its policy among them. What the service refused is none,
   * nor that a test took the network away: the page says so itself. */
  complaints: string[]
}

/** A browser that has opened the console, and says how it went. */
export async function openConsole(url: string): Promise<Console> {
  const browser = await openBrowser()
  const { page } = browser
  page.setDefaultTimeout(60_000)
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    const isRefusal = /^Failed to load resource: (.* 4\d\d |net::ERR_)/.test(message.text())
    if (['error', 'warning'].includes(message.type()) && !isRefusal) complaints.push(message.text())
  })
  await page.goto(`${url}/console`)
  return { browser, page, complaints }
}

const keyField = (page: Page): Locator => page.getByLabel('Key', { exact: true })

/** Types the key into the login page, and presses its button. */
export async function enter(page: Page, key: string): Promise<void> {
  await keyField(page).fill(key)
  await page.getByRole('button', { name: 'Log in' }).click()
}

export async function logIn(page: Page, key: string): Promise<void> {
  await enter(page, key)
  await page.getByRole('button', { name: 'Log out' }).waitFor()
}

export async function logOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Log out' }).click()
  await keyField(page).waitFor()
}

export const isLoginShown = (page: Page): Promise<boolean> => keyField(page).isVisible()

/** Goes to a place by what stands behind the `#`. */
export async function goTo(page: Page, hash: string): Promise<void> {
  await page.evaluate((hash) => Object.assign(globalThis, { location: hash }), hash)
}

export const dialog = (page: Page): Locator => page.getByRole('dialog')

/** What is shown this once: read, kept, and closed. */
export async function keepSecret(page: Page, label: string): Promise<string> {
  const secret = await dialog(page).getByLabel(label).inputValue()
  await dialog(page).getByRole('button', { name: 'I have kept it' }).click()
  await dialog(page).waitFor({ state: 'detached' })
  return secret
}
