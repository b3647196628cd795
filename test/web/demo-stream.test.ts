/** The livestream view of /demo: who watches, who streams, and how it ends. */
import { startService, type Service } from '../support/service.js'
import { describeInBrowser } from '../docs/browser.js'
import { People, type Person } from './support/people.js'

jest.setTimeout(120_000)

describeInBrowser('A livestream at /demo', () => {
  let service: Service
  let people: People
  let ann: Person
  let bob: Person

  beforeAll(async () => {
    service = await startService()
    people = await People.gather()
    ann = await people.come('Ann', service.url)
    bob = await people.come('Bob', service.url, { phone: true })
  }, 120_000)
  afterAll(async () => {
    await people?.close()
    await service?.stop()
  })
  afterEach(() => expect([...ann.errors, ...bob.errors]).toEqual([]))

  const viewers = (person: Person, count: string) => person.page.locator('.demo-viewers', { hasText: count }).waitFor()

  it('shows the stream of the demo, and how many watch it', async () => {
    await ann.page.getByRole('link', { name: 'Livestream' }).click()
    await ann.sees('We are live!')
    await viewers(ann, '1 viewer')
    await bob.page.getByRole('link', { name: 'Livestream' }).click()
    await viewers(ann, '2 viewers')
    await viewers(bob, '2 viewers')
    await bob.say('Hello from the crowd')
    await ann.sees('Hello from the crowd')
    expect(await ann.page.getByRole('button', { name: 'End the stream' }).count()).toBe(0)
  })

  it('begins one’s own, which others watch by its link', async () => {
    await ann.page.getByRole('button', { name: 'Start your own' }).click()
    await ann.page.getByText('by you').waitFor()
    await bob.open(new URL(ann.page.url()).hash)
    await bob.page.getByRole('heading', { name: 'Ann’s stream', level: 1 }).waitFor()
    await bob.page.getByText('by Ann').waitFor()
    await viewers(bob, '2 viewers')
  })

  it('slows the crowd down, but not who streams', async () => {
    await ann.page.getByRole('switch', { name: 'Slow mode, 10 s' }).click()
    await bob.page.getByText('Slow mode: one message every 10 seconds.').waitFor()
    expect(await ann.page.getByText('one message every').count()).toBe(0)
    await bob.say('First')
    await ann.sees('First')
    await bob.say('Too soon')
    await bob.message('Too soon').getByText('Sending…').waitFor()
    await ann.say('I may')
    await ann.say('as I like')
    await bob.sees('as I like')
    // It waits for its turn, and nobody need press anything.
    await ann.sees('Too soon')
  })

  it('ends for everybody, and can begin again', async () => {
    await ann.page.getByRole('button', { name: 'End the stream' }).click()
    for (const { page } of [ann, bob]) {
      await page.getByText('The stream has ended').waitFor()
      await page.getByText('Nobody writes here any more.').waitFor()
    }
    await ann.page.getByRole('button', { name: 'Go live again' }).click()
    await ann.page.getByText('Live', { exact: true }).waitFor()
    await bob.field.waitFor()
    await ann.say('Here we are again')
    await bob.sees('Here we are again')
  })
})
