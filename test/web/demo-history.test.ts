/** A long room at /demo: what is older comes by itself, and what is looked at stays where it is. */
import type { Locator } from 'playwright-core'
import { startService, type Service } from '../support/service.js'
import { until } from '../support/until.js'
import { describeInBrowser } from '../docs/browser.js'
import { People, type Person } from './support/people.js'

jest.setTimeout(120_000)

describeInBrowser('A long room at /demo', () => {
  let service: Service
  let people: People
  let ann: Person
  let bob: Person
  let send: (text: string) => Promise<unknown>

  beforeAll(async () => {
    service = await startService()
    people = await People.gather()
    ann = await people.come('Ann', service.url)
    bob = await people.come('Bob', service.url)
    const room = await ann.makeRoom('Long')
    const { token } = await ann.session()
    const rest = service.anyone.as({ authorization: `Bearer ${token}` })
    send = (text_message) => rest.post(`/room/${room.split('/')[2]}/message/send`, { text_message })
    for (let n = 1; n <= 400; n++)
      await send(`Line ${n}.${n % 7 ? '' : ' It is a longer one, so that not all are as high.'.repeat(n % 3)}`)
    await bob.open(room)
  }, 120_000)
  afterAll(async () => {
    await people?.close()
    await service?.stop()
  })
  afterEach(() => expect([...ann.errors, ...bob.errors]).toEqual([]))

  const topOf = async (message: Locator): Promise<number> => Math.round((await message.boundingBox())!.y)
  const count = (person: Person): Promise<number> => person.log.getByRole('article').count()
  const fromEnd = (person: Person): Promise<number> =>
    person.log.evaluate((log) => log.scrollHeight - log.clientHeight - log.scrollTop)
  const scroll = (person: Person, top: number): Promise<void> =>
    person.log.evaluate((log, top) => void (log.scrollTop = top), top)

  it('is at its end, of which no more than a few pages were asked for', async () => {
    await bob.sees('Line 400.')
    expect(await fromEnd(bob)).toBeLessThan(5)
    expect(await count(bob)).toBeLessThanOrEqual(100)
  })

  it('stays at the end, whatever comes', async () => {
    await send('Newer than all')
    await bob.sees('Newer than all')
    await until(async () => (await fromEnd(bob)) < 5, 'the end')
    expect(await bob.page.getByRole('button', { name: /^Newest|new$/ }).count()).toBe(0)
  })

  it('is at the end still when something hung over it', async () => {
    const { page } = bob
    await bob.tool('Newer than all', 'React')
    await page.getByRole('group', { name: 'React with' }).getByRole('button', { name: '👍' }).click()
    await bob.message('Newer than all').getByRole('button', { name: '👍 1' }).waitFor()
    await send('Seen at once')
    await bob.sees('Seen at once')
    expect(await page.getByRole('button', { name: /^Newest|new$/ }).count()).toBe(0)
    expect(await bob.log.getByText('New', { exact: true }).count()).toBe(0)
  })

  it('reads on upwards, and holds what is looked at', async () => {
    const before = await count(bob)
    await bob.log.hover()
    await scroll(bob, 300)
    await until(async () => (await count(bob)) > before, 'older messages')
    for (let pages = 0; pages < 3; pages++) {
      const known = await count(bob)
      await scroll(bob, 900)
      const held = bob.log.getByRole('article').nth(12)
      const id = await held.getAttribute('data-seq')
      const message = bob.log.locator(`[data-seq="${id}"]`)
      const top = await topOf(message)
      await scroll(bob, 700)
      await until(async () => (await count(bob)) > known, 'older messages')
      expect(Math.abs((await topOf(message)) - (top + 200))).toBeLessThanOrEqual(2)
    }
  })

  it('holds it while new ones come, counts them, and goes to them', async () => {
    const known = await bob.log.evaluate((log) => log.scrollTop)
    await send('Unseen 1')
    await send('Unseen 2')
    const button = bob.page.getByRole('button', { name: '2 new' })
    await button.waitFor()
    expect(Math.abs((await bob.log.evaluate((log) => log.scrollTop)) - known)).toBeLessThanOrEqual(2)
    await button.click()
    await bob.sees('Unseen 2')
    expect(await fromEnd(bob)).toBeLessThan(5)
    expect(await bob.log.locator('.parley-rule[data-kind=new] + article').innerText()).toContain('Unseen 1')
    await button.waitFor({ state: 'detached' })
  })

  it('reaches its beginning', async () => {
    await until(
      async () => {
        await scroll(bob, 0)
        return (await bob.log.getByText('Line 1.', { exact: true }).count()) === 1
      },
      'the first one',
      30_000,
    )
    expect(await count(bob)).toBe(404)
    expect(
      await bob.log.locator('[data-seq]').evaluateAll((all) => all.map((one) => Number(one.dataset['seq']))),
    ).toEqual(Array.from({ length: 404 }, (_, at) => at + 1))
  })

  it('says what is older could not be read, and tries again when asked', async () => {
    const eve = await people.come('Eve', service.url)
    await eve.page.route('**/message?before_seq=*', (route) => route.abort())
    await eve.open(new URL(bob.page.url()).hash)
    await eve.sees('Unseen 2')
    await scroll(eve, 0)
    const again = eve.page.getByRole('button', { name: /could not be loaded/ })
    await again.waitFor()
    await eve.page.unroute('**/message?before_seq=*')
    const before = await count(eve)
    await again.click()
    await until(async () => (await count(eve)) > before, 'older messages')
    expect(eve.errors).toEqual([])
  })
})
