/** /demo for everybody: without a mouse, on a phone, and for who has it read to them. */
import { startService, type Service } from '../support/service.js'
import { barriers } from './support/axe.js'
import { describeInBrowser } from '../docs/browser.js'
import { People, type Person } from './support/people.js'

jest.setTimeout(120_000)

describeInBrowser('/demo for everybody', () => {
  let service: Service
  let people: People
  let ann: Person
  let room: string

  beforeAll(async () => {
    service = await startService({ PRESENCE_TICK_MS: '200' })
    people = await People.gather()
    ann = await people.come('Ann', service.url)
    room = await ann.makeRoom('For everybody')
    for (const text of ['Good morning', 'See https://example.com', '🎉', 'Good night']) await ann.say(text)
    await ann.tool('Good morning', 'Edit')
    await ann.field.fill('A good morning')
    await ann.field.press('Enter')
    await ann.page.getByText('edited').waitFor()
    await ann.tool('Good night', 'Delete')
    await ann.page.getByRole('button', { name: 'Delete for everybody' }).click()
    await ann.page.getByText('This message was deleted').waitFor()
  }, 120_000)
  afterAll(async () => {
    await people?.close()
    await service?.stop()
  })
  afterEach(() => expect(ann.errors).toEqual([]))

  it('is used by the keyboard alone', async () => {
    const page = await people.window()
    await page.goto(`${service.url}/demo${room}`)
    const { keyboard } = page
    const focused = page.locator(':focus')
    /** To the next thing that is named so. */
    const tabTo = async (name: string, key = 'Tab'): Promise<void> => {
      for (let steps = 0; steps < 40; steps++) {
        await keyboard.press(key)
        if (
          (await focused.count()) &&
          (await focused.evaluate((one) => one.ariaLabel ?? one.textContent ?? '')).includes(name)
        )
          return
      }
      throw new Error(`no way to ${name}`)
    }
    await page.getByLabel('Your name').and(focused).waitFor()
    await keyboard.type('Kim')
    await keyboard.press('Enter')
    await page.getByText('A good morning').waitFor()
    await tabTo('Message For everybody')
    await keyboard.type('By keys')
    await keyboard.press('Shift+Enter')
    await keyboard.type('alone')
    await keyboard.press('Enter')
    await ann.sees('By keys')
    expect((await ann.texts()).at(-1)).toBe('By keys\nalone')

    await tabTo('Messages', 'Shift+Tab')
    await keyboard.press('ArrowUp')
    await keyboard.press('ArrowUp')
    await keyboard.press('ArrowUp')
    await page.locator('article:focus', { hasText: '🎉' }).waitFor()
    await tabTo('React')
    await keyboard.press('Enter')
    await page.getByRole('group', { name: 'React with' }).getByRole('button', { name: '👍' }).and(focused).waitFor()
    await keyboard.press('ArrowRight')
    await keyboard.press('Enter')
    await ann.message('🎉').getByRole('button', { name: '❤️ 1' }).waitFor()

    await tabTo('Message For everybody')
    await keyboard.press('ArrowUp')
    await page.getByText('Edit your message').waitFor()
    await keyboard.press('Escape')
    await page.getByText('Edit your message').waitFor({ state: 'detached' })
    await page.close()
  })

  it('is a list of rooms and a room on a phone, and never wider than it', async () => {
    const bob = await people.come('Bob', service.url, { phone: true })
    const { page } = bob
    const isWithin = () => page.evaluate<boolean>('document.documentElement.scrollWidth <= innerWidth')
    await page.getByRole('link', { name: /^Random/ }).tap()
    await bob.sees('Does that count?')
    expect(await page.getByRole('navigation', { name: 'Views' }).isVisible()).toBe(false)
    await page.getByRole('button', { name: 'Members' }).tap()
    await page.getByRole('complementary', { name: 'Members' }).getByText('Ann').first().waitFor()
    expect(await isWithin()).toBe(true)
    await page.getByRole('complementary', { name: 'Members' }).getByRole('button', { name: 'Close' }).tap()

    await bob.message('Does that count?').tap()
    await bob.message('Does that count?').getByRole('button', { name: 'React' }).tap()
    const grid = (await page.getByRole('group', { name: 'React with' }).boundingBox())!
    expect(grid.x).toBeGreaterThanOrEqual(0)
    expect(grid.x + grid.width).toBeLessThanOrEqual(360)
    await page.getByRole('group', { name: 'React with' }).getByRole('button', { name: '😂' }).tap()
    await bob.message('Does that count?').getByRole('button', { name: '😂 1' }).waitFor()
    await bob.say('A'.repeat(200))
    expect(await isWithin()).toBe(true)

    await page.getByRole('link', { name: 'All rooms' }).tap()
    await page.getByRole('heading', { name: 'Rooms' }).waitFor()
    expect(await isWithin()).toBe(true)
    await page.getByRole('link', { name: 'Livestream' }).tap()
    await bob.sees('We are live!')
    expect(await isWithin()).toBe(true)
    expect(bob.errors).toEqual([])
    await page.close()
  })

  describe.each(['light', 'dark'] as const)('in %s colours', (scheme) => {
    it('keeps nobody out at the door', async () => {
      const page = await people.window({ scheme })
      await page.goto(`${service.url}/demo`)
      await page.getByRole('button', { name: 'Start chatting' }).click()
      await page.getByText('Tell us a name').waitFor()
      expect(await barriers(page)).toEqual([])
      await page.close()
    })

    it.each([false, true])('keeps nobody out of rooms and streams (on a phone: %s)', async (phone) => {
      const bob = await people.come('Bob', service.url, { phone, scheme })
      const { page } = bob
      expect(await barriers(page)).toEqual([])
      await page.goto(`${service.url}/demo#/`)
      await page.getByRole('button', { name: 'New room' }).click()
      await page.getByRole('button', { name: 'Make it' }).click()
      await page.getByText('A room needs a name.').waitFor()
      expect(await barriers(page)).toEqual([])
      await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click()
      await page.getByRole('dialog').waitFor({ state: 'detached' })
      await bob.open(room)
      await bob.sees('A good morning')
      await bob.say('I see')
      await bob.sees('I see')
      await bob.tool('🎉', 'React')
      expect(await barriers(page)).toEqual([])
      await bob.page.keyboard.press('Escape')
      await bob.tool('I see', 'Reply')
      expect(await barriers(page)).toEqual([])
      await page.getByRole('button', { name: 'Members' }).click()
      expect(await barriers(page)).toEqual([])
      await page.goto(`${service.url}/demo#/stream`)
      await bob.sees('We are live!')
      expect(await barriers(page)).toEqual([])
      expect(bob.errors).toEqual([])
      await page.close()
    })
  })
})
