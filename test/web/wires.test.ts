/** The tab of /demo where one speaks the five wires: each plays its seed, and takes what is sent by hand. */
import { mkdtempSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Locator, Page } from 'playwright-core'
import { browserProgram, openBrowser, type Browser } from '../docs/browser.js'
import { startService, type Service } from '../support/service.js'

/** Pictures of the tab, for whoever wants to see it. */
const pictures = process.env['SCREENSHOTS'] ?? mkdtempSync(join(tmpdir(), 'parley-wires-'))

const axe = readFileSync(createRequire(import.meta.filename).resolve('axe-core/axe.min.js'), 'utf8')

const describeInBrowser = browserProgram ? describe : describe.skip
const name = 'the wires of /demo'

interface Case {
  label: string
  seed: string
  /** What must stand in its field before one connects; empty: what stands there will do. */
  stream?: string
  /** What is sent by hand: a documented frame, and the one by which it is answered. */
  first?: string
  sends: string
  hears: string
  /** What cannot be taken, and how the wire says so. */
  broken: { frame: string; body: string; answer: string; code: string }
}

const cases: Case[] = [
  {
    label: 'Chat service',
    seed: '004',
    first: 'join_room',
    sends: 'send_message',
    hears: 'new_message',
    broken: { frame: 'send_message', body: '{"room_id":5}', answer: 'acknowledgement #2', code: 'validation_failed' },
  },
  {
    label: 'Livestream app',
    seed: '001',
    first: 'join_stream_room',
    sends: 'chat_message',
    hears: 'new_message',
    broken: { frame: 'chat_message', body: '{"message":5}', answer: 'message_error', code: 'must be' },
  },
  {
    label: 'Stream thread',
    seed: '000',
    sends: 'message',
    hears: 'message',
    broken: { frame: 'raw text, as it stands', body: 'no JSON', answer: 'error', code: 'malformed_json' },
  },
  {
    label: 'Rooms by any name',
    seed: '002',
    first: 'chat.join',
    sends: 'chat.message',
    hears: 'chat.message',
    broken: {
      frame: 'raw text, as it stands',
      body: '{"event":"chat.nothing"}',
      answer: 'error',
      code: 'unknown_event',
    },
  },
  {
    label: 'One room by its path',
    seed: '003',
    sends: 'send_message',
    hears: 'new_message',
    broken: { frame: 'raw text, as it stands', body: 'no JSON', answer: 'error', code: 'malformed_json' },
  },
]

describeInBrowser(browserProgram ? name : `${name} (there is no Chromium here: set CHROMIUM_PATH)`, () => {
  let service: Service
  let browser: Browser
  let page: Page

  beforeAll(async () => {
    // With the limits that everybody meets.
    service = await startService({ DEMO: 'on', RATE_LIMITS: 'on' })
    browser = await openBrowser()
    page = browser.page
    await page.setViewportSize(desk[1])
    await page.goto(`${service.url}/demo#/wires`)
    await page.getByLabel('Your name').fill('Ann')
    await page.getByRole('button', { name: 'Start chatting' }).click()
    await page.getByRole('tab', { name: 'Chat service' }).waitFor()
  }, 60_000)
  afterAll(async () => {
    await browser?.close()
    await service?.stop()
  })

  const log = (): Locator => page.getByRole('log')
  const rows = (way: 'sent' | 'heard', frame: string): Locator =>
    log()
      .locator(`.wires-${way}`)
      .filter({ has: page.locator('.wires-name', { hasText: new RegExp(`^${frame}$`) }) })

  const choose = (frame: string): Promise<unknown> => page.getByLabel('Frame', { exact: true }).selectOption(frame)
  const send = (): Promise<void> => page.getByRole('button', { name: 'Send' }).click()

  /** In light and dark, on a desk and in a hand. */
  async function look(part: string): Promise<void> {
    const complaints: string[] = []
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme })
      for (const [where, { width, height }] of [hand, desk]) {
        // What is out of sight is not judged.
        await page.setViewportSize({ width, height: 3000 })
        complaints.push(...(await complaintsOf(page)))
        await page.setViewportSize({ width, height })
        await page.screenshot({ path: join(pictures, `${part}-${where}-${colorScheme}.png`) })
      }
    }
    expect(complaints).toEqual([])
  }

  describe.each(cases)('$label', ({ label, seed, first, sends, hears, broken }) => {
    beforeAll(async () => {
      await page.getByRole('tab', { name: label }).click()
    })

    it('connects', async () => {
      await page.getByRole('button', { name: 'Connect', exact: true }).click()
      await page.getByLabel('State of the connection').getByText('connected', { exact: true }).waitFor()
    })

    it('sends an own frame, which is answered', async () => {
      if (first) {
        await choose(first)
        await send()
      }
      await choose(sends)
      await send()
      await rows('sent', `${sends}( #1)?`).first().waitFor()
      const heard = rows('heard', hears).last()
      await heard.waitFor()
      await heard.locator('summary').click()
      expect(JSON.parse(await heard.locator('pre').innerText())).toMatchObject({})
    })

    it('says where a body is no JSON, and does not send it', async () => {
      const count = await log().locator('.wires-sent').count()
      await page.getByLabel('Body, as JSON').fill('{"a": }')
      await page.getByText('This is no JSON yet').waitFor()
      await send()
      expect(await log().locator('.wires-sent').count()).toBe(count)
    })

    it('shows how the wire answers what it cannot take', async () => {
      await choose(broken.frame)
      await page.getByLabel(/^(Text|Body, as JSON)$/).fill(broken.body)
      await send()
      await rows('heard', broken.answer).last().locator('.wires-raw', { hasText: broken.code }).waitFor()
    })

    it('is good to look at, for whoever looks at it', () => look(`${seed}-by-hand`), 60_000)

    it('disconnects', async () => {
      await page.getByRole('button', { name: 'Disconnect' }).click()
      await page.getByLabel('State of the connection').getByText('not connected').waitFor()
    })

    it('plays its seed', async () => {
      await page.getByRole('tab', { name: `Play seed ${seed}` }).click()
      await page.getByRole('button', { name: 'Play the seed' }).click()
      const steps = page.locator('.wires-steps > li')
      const count = await steps.count()
      await page
        .getByText(new RegExp(`^${count} of ${count} steps done\\.$`))
        .or(page.locator('[data-mark=failed]').first())
        .waitFor({ timeout: 60_000 })
      expect(await page.locator('[data-mark=failed]').allInnerTexts()).toEqual([])
      expect(await log().locator('.wires-sent').count()).toBeGreaterThan(0)
      expect(await log().locator('.wires-heard').count()).toBeGreaterThan(0)
      await look(`${seed}-seed`)
    }, 90_000)
  })

  describe('where there is something else to see', () => {
    const connected = (state: string): Promise<void> =>
      page.getByLabel('State of the connection').getByText(state).waitFor()
    const connect = (): Promise<void> => page.getByRole('button', { name: 'Connect', exact: true }).click()

    beforeAll(async () => {
      await page.getByRole('tab', { name: 'Stream thread' }).click()
    })

    it('a guest reads, and does not write', async () => {
      await page.getByLabel('Show the service').selectOption('nothing')
      await connect()
      await connected('connected')
      await rows('heard', 'message').first().waitFor()
      await send()
      await rows('heard', 'error').locator('.wires-raw', { hasText: 'guests_only_read' }).waitFor()
    })

    it('a connection that is refused says why', async () => {
      await page.getByRole('button', { name: 'Disconnect' }).click()
      await page.getByLabel('Show the service').selectOption('token')
      await page.getByLabel('Stream', { exact: true }).fill('none')
      await connect()
      await connected('closed 4404 stream_not_found')
    })

    it('one’s own stream is begun, and talked in', async () => {
      await page.getByLabel('Stream', { exact: true }).fill('stream of mine')
      await page.getByRole('button', { name: 'Begin this stream' }).click()
      await log().locator('.wires-name', { hasText: 'REST 201' }).waitFor()
      await connect()
      await connected('connected')
      await send()
      const said = rows('heard', 'message').locator('.wires-raw', { hasText: '"role":"streamer"' })
      await said.first().waitFor()
      // Each proposal is another message.
      await send()
      await said.filter({ hasText: '"seq":2' }).waitFor()
    })

    it('the frames are filtered, kept still, copied and cleared', async () => {
      const shown = log().locator('.wires-row')
      await page.getByLabel('Direction').selectOption('sent')
      const sent = await shown.count()
      expect(sent).toBe(await log().locator('.wires-sent').count())
      await page.getByLabel('Filter by text').fill('nothing has this')
      expect(await shown.count()).toBe(0)
      await page.getByLabel('Filter by text').fill('CONTENT')
      expect(await shown.count()).toBe(sent)

      await page.getByRole('button', { name: 'Pause' }).click()
      await send()
      await page.getByRole('button', { name: 'Go on (2 new)' }).waitFor()
      expect(await shown.count()).toBe(sent)
      await page.getByRole('button', { name: 'Go on' }).click()
      expect(await shown.count()).toBe(sent + 1)

      await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
      await page.getByRole('button', { name: 'Copy' }).click()
      await page.getByText(`Copied ${sent + 1} lines.`).waitFor()
      const lines = (await page.evaluate(() => navigator.clipboard.readText())).split('\n')
      expect(lines).toEqual(Array(sent + 1).fill(expect.stringMatching(/^[\d:.]+ Ann -> \{"content":"Hello",.*\}$/)))

      await page.getByRole('button', { name: 'Clear' }).click()
      expect(await shown.count()).toBe(0)
    })

    it('what is proposed is for the place that was chosen, until it is changed', async () => {
      await page.getByRole('tab', { name: 'Rooms by any name' }).click()
      const [room, body] = [page.getByLabel('Room', { exact: true }), page.getByLabel('Body, as JSON')]
      await room.fill('lobby')
      expect(JSON.parse(await body.inputValue())).toEqual({ roomId: 'lobby' })
      await body.fill('{"roomId":"kitchen"}')
      await room.fill('hall')
      expect(await body.inputValue()).toBe('{"roomId":"kitchen"}')
      await page.getByRole('button', { name: 'Fill in again' }).click()
      expect(JSON.parse(await body.inputValue())).toEqual({ roomId: 'hall' })
    })
  })

  it('met no error but the refusal that a seed is about, and asked nobody else', () => {
    expect(browser.errors).toEqual(['Failed to load resource: the server responded with a status of 403 (Forbidden)'])
    const others = browser.requests.filter((url) => new URL(url).host !== new URL(service.url).host)
    expect(others.filter((url) => !url.startsWith('data:'))).toEqual([])
  })
})

const desk = ['desk', { width: 1280, height: 900 }] as const
const hand = ['hand', { width: 390, height: 844 }] as const

/** What axe finds that keeps somebody out. */
async function complaintsOf(page: Page): Promise<string[]> {
  await page.evaluate(axe)
  const found = await page.evaluate(async () => {
    const { violations } = await (globalThis as any).axe.run('.wires')
    return violations.map(
      ({ id, impact, nodes }: any) =>
        `${impact} ${id}: ${nodes.map(({ html, any }: any) => `${html} ${any[0]?.message}`).join('\n')}`,
    )
  })
  return found.filter((text: string) => /^(serious|critical)/.test(text))
}
