/** The chat at /demo, as two people use it, each in a window of their own. */
import { until } from '../support/until.js'
import { startService, type Service } from '../support/service.js'
import { describeInBrowser } from '../docs/browser.js'
import { People, type Person } from './support/people.js'

jest.setTimeout(120_000)

describeInBrowser('/demo', () => {
  let service: Service
  let people: People
  let ann: Person
  let bob: Person
  let room: string

  beforeAll(async () => {
    service = await startService({ PRESENCE_TICK_MS: '200' })
    people = await People.gather()
    ann = await people.come('Ann Lee', service.url)
    bob = await people.come('Bob', service.url)
    room = await ann.makeRoom('Plans')
    await bob.open(room)
    await bob.page.getByText('Nothing here yet').waitFor()
  }, 120_000)
  afterAll(async () => {
    await people?.close()
    await service?.stop()
  })
  afterEach(() => expect([...ann.errors, ...bob.errors]).toEqual([]))

  it('asks for a name, and begins in the room of everybody', async () => {
    const eve = await people.come('Eve', service.url)
    await eve.page.getByRole('heading', { name: 'Welcome', level: 1 }).waitFor()
    await eve.sees('Everybody who opens this demo is in this room.')
    expect(eve.errors).toEqual([])
    await eve.page.close()
  })

  it('says why there is no name yet', async () => {
    const page = await people.window()
    await page.goto(`${service.url}/demo`)
    await page.getByRole('button', { name: 'Start chatting' }).click()
    await page.getByText('Tell us a name').waitFor()
    expect(await page.getByLabel('Your name').getAttribute('aria-invalid')).toBe('true')
    await page.close()
  })

  it('is somebody else in a second tab', async () => {
    await ann.page.getByRole('button', { name: 'You are Ann Lee' }).click()
    const [second] = await Promise.all([
      ann.page.context().waitForEvent('page'),
      ann.page.getByRole('menuitem', { name: 'Open a second tab' }).click(),
    ])
    await second.getByLabel('Your name').fill('Ann’s other self')
    await second.getByRole('button', { name: 'Start chatting' }).click()
    await second.getByRole('heading', { name: 'Plans', level: 1 }).waitFor()
    await ann.page.getByRole('listitem').filter({ hasText: 'other self' }).getByText('Online').waitFor()
    await second.close()
  })

  it('tells the other one, and only them, that somebody types, until it is sent', async () => {
    await bob.field.pressSequentially('Well')
    await ann.page.getByText('Bob is typing…').waitFor()
    expect(await bob.page.getByText('is typing').count()).toBe(0)
    await bob.field.press('Enter')
    await ann.sees('Well')
    await ann.page.getByText('Bob is typing…').waitFor({ state: 'detached' })
  })

  it('shows what the other one says, and in the same order', async () => {
    await ann.say('Hello Bob')
    await bob.sees('Hello Bob')
    await bob.say('Hello Ann')
    await bob.say('How are you?\nIs it cold there?')
    await ann.sees('Is it cold there?')
    expect(await ann.texts()).toEqual(['Well', 'Hello Bob', 'Hello Ann', 'How are you?\nIs it cold there?'])
    expect(await bob.texts()).toEqual(await ann.texts())
  })

  it('takes nothing in a text for markup, and makes addresses links', async () => {
    await bob.say('<b>see</b> https://example.com/a?b=1&c=(2).')
    const link = (await ann.sees('see')).getByRole('link')
    expect(await link.getAttribute('href')).toBe('https://example.com/a?b=1&c=(2')
    expect(await link.getAttribute('rel')).toContain('noopener')
    expect((await ann.texts()).at(-1)).toBe('<b>see</b> https://example.com/a?b=1&c=(2).')
  })

  it('reacts, is seen to react, and takes it back', async () => {
    await ann.tool('Well', 'React')
    await ann.page.getByRole('group', { name: 'React with' }).getByRole('button', { name: '🎉' }).click()
    const pill = (await bob.sees('Well')).getByRole('button', { name: '🎉 1' })
    await pill.waitFor()
    expect(await pill.getAttribute('aria-pressed')).toBe('false')
    await pill.click()
    const both = ann.message('Well').getByRole('button', { name: '🎉 2', pressed: true })
    await both.click()
    await bob.message('Well').getByRole('button', { name: '🎉 1', pressed: true }).click()
    await ann.message('Well').getByRole('group', { name: 'Reactions' }).waitFor({ state: 'detached' })
  })

  it('replies, and shows what to', async () => {
    await bob.tool('Hello Bob', 'Reply')
    await bob.page.getByText('Reply to Ann Lee').waitFor()
    await bob.say('To that I say hello too')
    const quote = (await ann.sees('To that I say')).getByRole('button', { name: /Ann Lee\s*Hello Bob/ })
    await quote.click()
    await ann.page.locator('[data-flash]', { hasText: 'Hello Bob' }).waitFor()
    expect(await bob.page.getByText('Reply to').count()).toBe(0)
  })

  it('edits the last one of its own by the up arrow, and says that it was', async () => {
    await bob.say('Teh end')
    await bob.sees('Teh end')
    await bob.field.press('ArrowUp')
    await bob.page.getByText('Edit your message').waitFor()
    expect(await bob.field.inputValue()).toBe('Teh end')
    await bob.field.fill('The end')
    await bob.field.press('Enter')
    await (await ann.sees('The end')).getByText('edited').waitFor()
    expect(await bob.field.inputValue()).toBe('')
    await until(async () => !(await ann.page.getByText('Teh end').count()), 'its end everywhere')
  })

  it('leaves an edit by Escape, and keeps the draft meanwhile', async () => {
    await bob.field.fill('half a thought')
    await bob.tool('The end', 'Edit')
    expect(await bob.field.inputValue()).toBe('The end')
    await bob.field.press('Escape')
    expect(await bob.field.inputValue()).toBe('half a thought')
    await bob.field.fill('')
  })

  it('deletes after a question, and leaves a trace', async () => {
    await bob.say('Not for here')
    await ann.sees('Not for here')
    await bob.tool('Not for here', 'Delete')
    await bob.page.getByRole('button', { name: 'Keep' }).click()
    await bob.tool('Not for here', 'Delete')
    await bob.page.getByRole('button', { name: 'Delete for everybody' }).click()
    await ann.sees('This message was deleted')
    await until(async () => !(await ann.page.getByText('Not for here').count()), 'its end everywhere')
  })

  it('offers to edit and delete nothing of others', async () => {
    await (await ann.sees('The end')).focus()
    const tools = ann.message('The end').getByRole('toolbar')
    expect(await tools.getByRole('button').evaluateAll((all) => all.map((one) => one.ariaLabel))).toEqual([
      'React',
      'Reply',
      // The room is hers.
      'Delete',
    ])
    await bob.sees('Hello Bob')
    await bob.message('Hello Bob').focus()
    const his = bob.message('Hello Bob').getByRole('toolbar').getByRole('button')
    expect(await his.evaluateAll((all) => all.map((one) => one.ariaLabel))).toEqual(['React', 'Reply'])
  })

  it('shows who has read up to where', async () => {
    await ann.say('Have you read this?')
    await (await ann.sees('Have you read this?')).getByRole('img', { name: 'Read by Bob' }).waitFor()
  })

  it('counts what is unread of a room that is not open, and draws a line before it', async () => {
    await bob.page.getByRole('link', { name: /^Welcome/ }).click()
    await bob.page.getByRole('heading', { name: 'Welcome', level: 1 }).waitFor()
    await ann.say('One for later')
    await ann.say('Two for later')
    const link = bob.page.getByRole('link', { name: /^Plans/ })
    await link.getByText('2 unread').waitFor()
    await until(async () => (await bob.page.title()).startsWith('(2)'), 'the title')
    await link.click()
    await bob.sees('Two for later')
    expect(await bob.log.locator('.parley-rule[data-kind=new] + article').innerText()).toContain('One for later')
    await link.getByText('unread').waitFor({ state: 'detached' })
  })

  it('keeps a draft by room', async () => {
    await bob.field.fill('A draft of Plans')
    await bob.page.getByRole('link', { name: /^Welcome/ }).click()
    await bob.page.getByRole('heading', { name: 'Welcome', level: 1 }).waitFor()
    expect(await bob.field.inputValue()).toBe('')
    await bob.page.reload()
    await bob.open(room)
    await bob.page.getByRole('heading', { name: 'Plans', level: 1 }).waitFor()
    expect(await bob.field.inputValue()).toBe('A draft of Plans')
    await bob.field.fill('')
  })

  it('keeps a draft for whom it was, and asks who it is where it kept nothing of use', async () => {
    const { page, field } = await people.come('Eve', service.url)
    const welcome = () => page.getByRole('heading', { name: 'Welcome', level: 1 }).waitFor()
    await welcome()
    await field.fill('For Eve alone')
    await page.getByRole('button', { name: 'You are Eve' }).click()
    await page.getByRole('menuitem', { name: 'Be somebody else' }).click()
    await page.getByLabel('Your name').fill('Dan')
    await page.getByRole('button', { name: 'Start chatting' }).click()
    await welcome()
    expect(await field.inputValue()).toBe('')
    await page.evaluate(`sessionStorage.setItem('parley-demo-session', '{}')`)
    await page.reload()
    await page.getByLabel('Your name').waitFor()
    await page.close()
  })

  it('is the same person after a reload', async () => {
    const { user_id } = await bob.session()
    await bob.page.reload()
    await bob.page.getByRole('button', { name: 'You are Bob' }).waitFor()
    await bob.sees('Two for later')
    expect((await bob.session()).user_id).toBe(user_id)
  })

  it('says what a room is that is not there', async () => {
    await bob.page.goto(`${service.url}/demo#/room/019a9f40-11a2-7e0b-a7c3-5b0f7f3e9d31`)
    await bob.page.getByText('This room is not there').waitFor()
    await bob.open(room)
    await bob.sees('Two for later')
  })
})
