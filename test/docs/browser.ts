/** A headless Chromium: Debian's, or that of CHROMIUM_PATH. */
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Page } from 'playwright-core'

const places = [
  process.env['CHROMIUM_PATH'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
]

/** Null where there is none. */
export const browserProgram = places.find((place) => place && existsSync(place)) ?? null

/** Skipped, and says why, where there is none. */
export const describeInBrowser = browserProgram ? describe : describe.skip

export const inBrowser = (name: string): string =>
  browserProgram ? name : `${name} (there is no Chromium here: set CHROMIUM_PATH)`

export interface Browser {
  page: Page
  /** Addresses of everything that it asked for. */
  requests: string[]
  /** Errors that the page met, those of its content security policy among them. */
  errors: string[]
  close(): Promise<void>
}

export async function openBrowser(): Promise<Browser> {
  const profile = await mkdtemp(join(tmpdir(), 'parley-chromium-'))
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: browserProgram!,
    headless: true,
    viewport: { width: 1280, height: 1600 },
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
  const page = await context.newPage()
  page.setDefaultTimeout(15_000)
  const [requests, errors]: string[][] = [[], []]
  page.on('request', (request) => requests!.push(request.url()))
  page.on('pageerror', (error) => errors!.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') errors!.push(message.text())
  })
  const close = async (): Promise<void> => {
    await context.close()
    await rm(profile, { recursive: true, force: true })
  }
  return { page, requests: requests!, errors: errors!, close }
}
