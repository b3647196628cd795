/** The tab of the wires for whoever tries things out: refused, as a guest, with a stream of one's own, and the frames. */
import { startService, type Service } from '../support/service.js'
import { describeInBrowser } from '../docs/browser.js'
import { People, type Person } from './support/people.js'
import { WiresTab } from './support/wires-tab.js'

describeInBrowser('the wires of /demo, by hand', () => {
  let service: Service
  let people: People
  let ann: Person
  let wires: WiresTab

  beforeAll(async () => {
    service = await startService({ DEMO: 'on' })
    people = await People.gather()
    ann = await people.come('Ann', service.url)
    wires = new WiresTab(ann.page)
    await wires.open()
    await wires.tab('Stream thread')
  }, 90_000)
  afterAll(async () => {
    await people?.close()
    await service?.stop()
  })

  it('a guest reads, and does not write', async () => {
    await wires.field('Show the service').selectOption('nothing')
    await wires.connect()
    await wires.frames('heard', 'message').first().waitFor()
    await wires.send('message')
    await wires.frames('heard', 'error', 'guests_only_read').waitFor()
    await wires.press('Disconnect')
    await wires.field('Show the service').selectOption('token')
  })

  it('a connection that is refused says why', async () => {
    await wires.field('Stream').fill('none')
    await wires.press('Connect')
    await wires.state('closed 4404 stream_not_found')
  })

  it('one’s own stream is begun, and talked in: each proposal is another message', async () => {
    await wires.press('Clear')
    await wires.field('Stream').fill('stream of mine')
    await wires.press('Begin this stream')
    await wires.frames('note', 'REST 201', 'stream of mine').waitFor()
    await wires.connect()
    for (const seq of [1, 2]) {
      await wires.press('Send')
      await wires.frames('heard', 'message', new RegExp(`"seq":${seq},.*"role":"streamer"`)).waitFor()
    }
  })

  it('goes on after what one has', async () => {
    await wires.press('Disconnect')
    await wires.press('Clear')
    await wires.field('Go on after seq').fill('1')
    await wires.connect()
    await wires.frames('heard', 'message', '"seq":2,').waitFor()
    expect(await wires.frames('heard', 'message').count()).toBe(1)
  })

  it('frames are filtered, kept still, copied and cleared', async () => {
    const shown = wires.log.locator('.wires-row')
    await wires.send('message')
    await wires.frames('heard', 'message', '"seq":3,').waitFor()
    await wires.field('Direction').selectOption('sent')
    expect(await shown.count()).toBe(1)
    await wires.field('Filter by text').fill('nothing has this')
    expect(await shown.count()).toBe(0)
    await wires.field('Filter by text').fill('CONTENT')
    expect(await shown.count()).toBe(1)

    await wires.press('Pause')
    await wires.press('Send')
    await ann.page.getByRole('button', { name: 'Go on (2 new)' }).waitFor()
    expect(await shown.count()).toBe(1)
    await wires.press('Go on (2 new)')
    expect(await shown.count()).toBe(2)

    await ann.page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await wires.press('Copy')
    await ann.page.getByText('Copied 2 lines.').waitFor()
    const copied = await ann.page.evaluate(() => navigator.clipboard.readText())
    expect(copied).toMatch(/^([\d:.]+ Ann -> \{"content":"Hello",.*\}(\n|$)){2}$/)

    await wires.press('Clear')
    expect(await shown.count()).toBe(0)
  })

  it('what is proposed is for the place that is chosen, until somebody changes it', async () => {
    await wires.tab('Rooms by any name')
    await wires.field('Room').fill('lobby')
    expect(JSON.parse(await wires.body.inputValue())).toEqual({ roomId: 'lobby' })
    await wires.body.fill('{"roomId":"kitchen"}')
    await wires.field('Room').fill('hall')
    expect(await wires.body.inputValue()).toBe('{"roomId":"kitchen"}')
    await wires.press('Fill in again')
    expect(JSON.parse(await wires.body.inputValue())).toEqual({ roomId: 'hall' })
  })

  it('a cookie is shown for as long as it takes to connect', async () => {
    await wires.field('Show the service').selectOption('cookie')
    await wires.connect()
    expect(await ann.page.context().cookies()).toEqual([])
    await wires.send('chat.join')
    await wires.frames('heard', 'chat.joined', 'hall').waitFor()
  })

  it('is worked by the keyboard alone', async () => {
    const { keyboard } = ann.page
    await ann.page.getByRole('tab', { name: 'Rooms by any name' }).focus()
    await keyboard.press('ArrowRight')
    await ann.page.getByText('The path says which room and who').waitFor()
    await wires.field('Room').focus()
    await keyboard.press('Enter')
    await wires.state('connected')
    await wires.body.focus()
    await keyboard.press('Tab')
    await keyboard.press('Enter')
    await wires.frames('heard', 'new_message', '"Hello"').waitFor()
    await wires.log.focus()
    await keyboard.press('Tab')
    await keyboard.press('Tab')
    expect(await ann.page.evaluate(() => document.activeElement?.tagName)).toBe('SUMMARY')
  })

  it('met no error', () => expect(ann.errors).toEqual([]))
})
