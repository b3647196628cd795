/** What /demo looks like: the pictures of the documents, made by `npm run screenshots`. */
import type { Page } from 'playwright-core'
import { TcpProxy } from '../support/proxy.js'
import { startService, type Service } from '../support/service.js'
import { describeInBrowser } from '../docs/browser.js'
import { People, type Person } from './support/people.js'
import { isPicturing, screenshot } from './support/screenshot.js'

jest.setTimeout(120_000)

const describePictures = isPicturing ? describeInBrowser : describe.skip

describePictures('Pictures of /demo', () => {
  let service: Service
  let proxy: TcpProxy
  let people: People
  let mira: Person
  let jonas: Person
  let tess: Person

  beforeAll(async () => {
    service = await startService({ PRESENCE_TICK_MS: '200' })
    proxy = await TcpProxy.start({ host: '127.0.0.1', port: Number(new URL(service.url).port) })
    people = await People.gather()
    mira = await people.come('Mira Holm', `http://127.0.0.1:${proxy.port}`, { width: 1280, height: 840, scale: 1.25 })
    jonas = await people.come('Jonas Reed', service.url, { phone: true, width: 390, height: 844 })
    tess = await people.come('Tess Okafor', service.url)
    await talkOfWeekend()
    await talkOfLaunch()
  }, 120_000)
  afterAll(async () => {
    await people?.close()
    await proxy?.stop()
    await service?.stop()
  })
  afterEach(() => expect([mira, jonas, tess].flatMap(({ errors }) => errors)).toEqual([]))

  async function talkOfWeekend(): Promise<void> {
    const room = await tess.makeRoom('Weekend hike')
    await mira.open(room)
    await mira.say('Count me in for Saturday')
    await tess.sees('Count me in')
    await tess.say('Train leaves at 8:12, platform 3')
    await mira.sees('Train leaves')
  }

  async function talkOfLaunch(): Promise<void> {
    const room = await mira.makeRoom('Spring launch')
    for (const person of [jonas, tess]) await person.open(room)
    await said(mira, 'Morning! Has anybody tried the new onboarding?')
    await said(mira, 'The second step still feels a bit long to me.')
    await said(jonas, 'I cut it in half yesterday, the draft is here: https://example.com/draft')
    await react(tess, 'I cut it in half', '🎉')
    await react(mira, 'I cut it in half', '🎉')
    await mira.tool('I cut it in half', 'Reply')
    await said(mira, 'So much better.\nShall we ship it on Thursday?')
    await said(tess, 'Thursday works for me')
    await react(jonas, 'So much better', '👍')
    await tess.tool('Thursday works', 'Edit')
    await tess.field.fill('Thursday works for me. I will tell support.')
    await tess.field.press('Enter')
    await mira.page.getByText('edited').waitFor()
    await said(jonas, '🚀')
    await mira.page.getByRole('img', { name: /^Read by .*Tess Okafor/ }).waitFor()
  }

  async function said(person: Person, text: string): Promise<void> {
    await person.say(text)
    for (const one of [mira, jonas, tess]) await one.sees(text.split('\n')[0]!)
  }

  async function react(person: Person, text: string, emoji: string): Promise<void> {
    await person.tool(text, 'React')
    await person.page.getByRole('group', { name: 'React with' }).getByRole('button', { name: emoji }).click()
    await mira
      .message(text)
      .getByRole('button', { name: new RegExp(emoji) })
      .waitFor()
    await person.field.focus()
  }

  /** In both colours. */
  async function picture(page: Page, name: string): Promise<void> {
    for (const scheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: scheme })
      await page.locator(`html[data-mantine-color-scheme=${scheme}]`).waitFor()
      await screenshot(page, `${name}-${scheme}`)
    }
    await page.emulateMedia({ colorScheme: 'light' })
  }

  it('the door', async () => {
    const page = await people.window({ height: 720, scale: 1.25 })
    await page.goto(`${service.url}/demo`)
    await page.getByLabel('Your name').fill('Mira Holm')
    await picture(page, 'demo-door')
    await page.close()
  })

  it('a room', async () => {
    await tess.page.getByRole('link', { name: /^Weekend hike/ }).click()
    await tess.say('I bring the sandwiches')
    await mira.page.getByText('1 unread').waitFor()
    await jonas.field.pressSequentially('See you th')
    await mira.page.getByText('Jonas Reed is typing').waitFor()
    await picture(mira.page, 'demo-desktop')
    await picture(jonas.page, 'demo-phone')
    await jonas.page.getByRole('link', { name: 'All rooms' }).click()
    await jonas.page.getByRole('heading', { name: 'Rooms' }).waitFor()
    await picture(jonas.page, 'demo-rooms-phone')
  })

  it('a room without a network', async () => {
    proxy.goAway()
    await mira.page.getByText('Offline –').waitFor()
    await mira.say('Writing this from the tunnel')
    await screenshot(mira.page, 'demo-offline-light')
    proxy.comeBack()
    await mira.page.getByText('Back online').waitFor()
  })

  it('a livestream', async () => {
    await mira.page.goto(`http://127.0.0.1:${proxy.port}/demo#/stream`)
    await mira.page.reload()
    await tess.page.goto(`${service.url}/demo#/stream`)
    await jonas.page.goto(`${service.url}/demo#/stream`)
    for (const one of [mira, tess, jonas]) await one.sees('We are live!')
    await said(tess, 'Hello from Lagos!')
    await said(mira, 'What are you cooking today?')
    await said(jonas, 'It smells good even from here')
    await said(tess, 'Is that cardamom?')
    await react(jonas, 'Is that cardamom?', '😍')
    await mira.page.locator('.demo-viewers', { hasText: '3' }).waitFor()
    await picture(mira.page, 'demo-stream-desktop')
    await picture(jonas.page, 'demo-stream-phone')
  })
})
