/** The console in a browser, as a tenant uses it: looks after its users, rooms and messages. */
import { describeInBrowser } from '../docs/browser.js'
import { fill } from '../support/aging.js'
import { Rest } from '../support/rest.js'
import { startService, TestUser, type Service, type TestTenant } from '../support/service.js'
import { until } from '../support/until.js'
import { dialog, goTo, isLoginShown, keepSecret, logIn, logOut, openConsole } from './support/console-page.js'
import type { Console } from './support/console-page.js'

jest.setTimeout(120_000)

describeInBrowser('/console of a tenant', () => {
  let service: Service
  let tenant: TestTenant
  let opened: Console
  let ann: TestUser
  let roomId: string
  const page = () => opened.page
  const button = (name: string | RegExp) => page().getByRole('button', { name, exact: typeof name === 'string' })
  const inDialog = (name: string) => dialog(page()).getByRole('button', { name, exact: true })
  const backendMessage = async (roomId: string, seq: number) =>
    (await tenant.backend.get(`/room/${roomId}/message?around_seq=${seq}&limit=1`)).body.items[0]
  const heading = (name: string) => page().getByRole('heading', { name, level: 1 })

  beforeAll(async () => {
    service = await startService()
    tenant = await service.tenant({ name: 'Acme', allowed_origins: ['https://shop.acme.example'] })
    opened = await openConsole(service.url)
  })
  afterAll(async () => {
    await opened?.browser.close()
    await service?.stop()
  })

  it('logs in by its API token, and sees nothing of the operator’s', async () => {
    await logIn(page(), tenant.apiToken)
    await heading('Acme').waitFor()
    expect(await page().getByRole('navigation', { name: 'Pages' }).getByRole('link').allInnerTexts()).toEqual([
      'Overview',
      'Users',
      'Rooms',
      'Search',
      'Settings',
    ])
    await goTo(page(), '#/tenants')
    await page().getByText('There is no such page').waitFor()
  })

  it('makes a user, and mints a token to try', async () => {
    await page().getByRole('link', { name: 'Users' }).click()
    await button('New user').click()
    await dialog(page()).getByLabel('Name').fill('Ann')
    await dialog(page()).getByLabel('External id').fill('customer-1')
    await inDialog('Make it').click()
    await heading('Ann').waitFor()
    await button('Mint a token').click()
    const token = await keepSecret(page(), 'JWT')
    const { body } = await new Rest(service.url, { authorization: `Bearer ${token}` }).get('/user/me')
    expect(body).toMatchObject({ display_name: 'Ann', external_id: 'customer-1' })
    ann = new TestUser(tenant, body.user_id, token)
  })

  it('makes a room for them', async () => {
    await page().getByRole('link', { name: 'Rooms' }).click()
    await button('New room').click()
    await dialog(page()).getByLabel('Name').fill('Help')
    await dialog(page()).getByLabel('Owner').fill('customer-1')
    await inDialog('Find').click()
    await inDialog('Somebody else').waitFor()
    await inDialog('Make it').click()
    await heading('Help').waitFor()
    roomId = new URL(page().url()).hash.split('/')[2]!
    await page().getByText('Nothing was said here yet').waitFor()
  })

  it('finds users by a part of their names, and rooms by theirs or by an id', async () => {
    await tenant.user({ display_name: 'Bob' })
    await tenant.room([ann], { name: 'Shipping' })
    const shows = async (...names: string[]): Promise<void> => {
      const cells = page().locator('tbody tr td:first-child')
      await until(async () => (await cells.allInnerTexts()).join() === names.join(), names.join())
    }
    await goTo(page(), '#/users')
    await shows('Ann', 'Bob')
    await page().getByRole('searchbox', { name: 'Find' }).fill('OMER-')
    await shows('Ann')
    await goTo(page(), '#/rooms')
    await shows('Shipping', 'Help')
    await page().getByRole('searchbox', { name: 'Find' }).fill('ship')
    await shows('Shipping')
    await page().getByRole('searchbox', { name: 'Find' }).fill(roomId)
    await shows('Help')
    await page().getByRole('searchbox', { name: 'Find' }).fill('nothing')
    await page().getByText('No room has “nothing” in its name').waitFor()
    await goTo(page(), `#/rooms/${roomId}`)
  })

  it('sees a message as it comes in, without being seen, and deletes it for everybody', async () => {
    const socket = await ann.socketIn(roomId)
    const { message_id } = await ann.send(roomId, 'buy cheap watches')
    await page().getByText('buy cheap watches').waitFor()
    await button('Delete message 1 of Ann').click()
    await inDialog('Delete').click()
    await page().getByText('Deleted at').waitFor()
    expect(await socket.next('message_deleted')).toMatchObject([{ message_id }])
    expect((await ann.rest.get(`/room/${roomId}/message/${message_id}`)).body).toMatchObject({ text_message: null })
    expect(socket.payloads('member_joined')).toEqual([])
    expect((await tenant.backend.get(`/room/${roomId}/member`)).body.items).toHaveLength(1)
  })

  it('sees an edit as it happens, and what was said before it', async () => {
    const { message_id } = await ann.send(roomId, 'My order is late')
    await page().getByText('My order is late').waitFor()
    await ann.rest.patch(`/room/${roomId}/message/${message_id}`, { text_message: 'My order came' })
    await page().getByText('My order came').waitFor()
    await button('More about message 2 of Ann').click()
    await page().getByRole('menuitem', { name: 'Earlier versions' }).click()
    await dialog(page()).getByText('My order is late').waitFor()
    await dialog(page()).getByRole('button', { name: 'Close' }).click()
  })

  it('says that it is cut off, and catches up afterwards', async () => {
    const { message_id } = await ann.send(roomId, 'Is anybody there?')
    await page().getByText('Is anybody there?').waitFor()
    await page().context().setOffline(true)
    await page().getByText('Not up to date: trying again').waitFor()
    await page().getByText('The service cannot be reached').waitFor()
    await ann.rest.delete(`/room/${roomId}/message/${message_id}`)
    await ann.send(roomId, 'Never mind')
    await page().context().setOffline(false)
    await page().getByText('Never mind').waitFor()
    await page().getByText('Is anybody there?').waitFor({ state: 'detached' })
    await page().getByText('Live', { exact: true }).waitFor()
  })

  it('pins, speaks as the system, and slows the room down', async () => {
    await button('More about message 2 of Ann').click()
    await page().getByRole('menuitem', { name: 'Pin' }).click()
    await page().getByText('pinned', { exact: true }).waitFor()
    await page().getByLabel('Say something as the system').fill('We close at six')
    await button('Send').click()
    await page().getByText('We close at six').waitFor()
    const { items } = (await ann.rest.get(`/room/${roomId}/message`)).body
    expect(items[1]).toMatchObject({ pinned: true })
    expect(items.at(-1)).toMatchObject({ type: 'system', sender: null })
    await goTo(page(), `#/rooms/${roomId}/settings`)
    await page().getByLabel('Slow mode, in seconds').fill('30')
    await button('Save').click()
    await page().getByText('slow: 30 s').waitFor()
    expect((await ann.rest.get(`/room/${roomId}`)).body.slow_mode_s).toBe(30)
  })

  it('reads what the operator has settled for it', async () => {
    await service.operator.patch(`/admin/tenant/${tenant.tenantId}`, { limits: { user_burst: 77 }, retention_days: 30 })
    await goTo(page(), '#/settings')
    await page().getByText('https://shop.acme.example').waitFor()
    await page().getByText('for 30 days').waitFor()
    await page().getByRole('row', { name: 'Requests and events of a user 77 50' }).waitFor()
  })

  it('finds what was said', async () => {
    await page().getByRole('link', { name: 'Search' }).click()
    await page().getByLabel('Words').fill('six')
    await button('Search').click()
    await page().getByText('We close at six').waitFor()
    await page().getByRole('link', { name: 'in its room' }).click()
    await page().locator('[data-sought]').getByText('We close at six').waitFor()
  })

  it('reads a long room from any place, and upwards from its end', async () => {
    const long = await tenant.room([ann], { name: 'Long' })
    await fill(ann, long, 700, 0)
    const message = (seq: number) => page().locator(`[data-seq="${seq}"]`)
    await goTo(page(), `#/rooms/${long}/messages/100`)
    await message(100).waitFor()
    await page().waitForFunction(() => document.querySelector('[data-seq="100"]')!.getBoundingClientRect().top > 0)
    expect(await message(700).count()).toBe(0)
    await tenant.backend.delete(`/room/${long}/message/${(await backendMessage(long, 101)).message_id}`)
    await message(101).getByText('Deleted at').waitFor()
    await page().getByRole('link', { name: 'Go to the newest messages' }).click()
    await message(651).waitFor()
    await button('Show older').click()
    await message(601).waitFor()
    expect(await message(100).count()).toBe(0)
    await ann.send(long, 'and one more')
    await message(701).waitFor()
    expect(await page().locator('[data-seq]').count()).toBe(101)
  })

  it('sees in charts and in a table what it used', async () => {
    await page().getByRole('link', { name: 'Overview' }).click()
    await page()
      .getByRole('figure', { name: /^Messages by day: 6 in all/ })
      .waitFor()
    await page().getByText('The same as a table').click()
    const today = new Date().toISOString().slice(0, 10)
    await page()
      .getByRole('row', { name: new RegExp(`^${today} 6 1 1 `) })
      .waitFor()
  })

  it('keeps up with a busy room without keeping all of it, and holds still what is read meanwhile', async () => {
    const busy = await tenant.room([ann], { name: 'Busy' })
    await fill(ann, busy, 60, 0)
    await goTo(page(), `#/rooms/${busy}/messages`)
    const shown = page().getByRole('article')
    const moves = async (more: number): Promise<void> => {
      await fill(ann, busy, more, 0)
      const { message_id, seq } = await ann.send(busy, 'A reaction, please')
      expect((await ann.rest.put(`/room/${busy}/message/${message_id}/reaction/🎉`)).status).toBe(200)
      await page().locator(`[data-seq="${seq}"]`).waitFor()
    }
    await shown.first().waitFor()
    await moves(300)
    const read = page().locator('[data-seq="300"]')
    await read.evaluate((message) => message.scrollIntoView({ block: 'start' }))
    const place = async (): Promise<number> => Math.round((await read.boundingBox())!.y)
    const before = await place()
    await moves(300)
    expect(await shown.count()).toBe(500)
    expect(await place()).toBe(before)
  })

  it('locks a user and erases who they were', async () => {
    await goTo(page(), `#/users/${ann.userId}`)
    await button('Lock').click()
    await inDialog('Lock').click()
    await page().getByText('locked', { exact: true }).waitFor()
    expect((await ann.rest.get('/user/me')).status).toBe(403)
    await button('Erase…').click()
    expect(await inDialog('Erase for ever').isDisabled()).toBe(true)
    await dialog(page()).getByRole('textbox').fill('erase')
    await inDialog('Erase for ever').click()
    await until(
      async () => (await tenant.backend.get(`/user/${ann.userId}`)).body.external_id === null,
      'the user to be erased',
    )
    await heading('Deleted user').waitFor()
    expect(await page().getByLabel('Name', { exact: true }).inputValue()).toBe('Deleted user')
    expect(await page().getByLabel('External id').inputValue()).toBe('')
  })

  it('is logged out in all tabs at once', async () => {
    const other = await page().context().newPage()
    await other.goto(`${service.url}/console`)
    await other.getByRole('heading', { name: 'Acme' }).waitFor()
    await logOut(page())
    await other.getByText('You logged out in another tab.').waitFor()
    await other.close()
    await logIn(page(), tenant.apiToken)
  })

  it('hears in a sentence that its API token was taken away', async () => {
    const tokens = `/admin/tenant/${tenant.tenantId}/api-token`
    const { items } = (await service.operator.get(tokens)).body
    const live = items.find((token: any) => token.last_four === tenant.apiToken.slice(-4))
    await service.operator.delete(`${tokens}/${live.api_token_id}`)
    await goTo(page(), '#/rooms')
    await page().getByText('unknown or revoked. Log in again.').waitFor()
    expect(await isLoginShown(page())).toBe(true)
  })

  it('asked nobody but this service, and met no error', () => {
    const others = opened.browser.requests.filter((url) => !url.startsWith(service.url) && !url.startsWith('data:'))
    expect(others).toEqual([])
    expect(opened.complaints).toEqual([])
  })
})
