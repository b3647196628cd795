/** The console in a browser: an operator makes a tenant, and the tenant looks after its users and rooms. */
import { browserProgram } from '../docs/browser.js'
import { adminKey, Rest } from '../support/rest.js'
import { startService, TestTenant, TestUser, type Service } from '../support/service.js'
import { until } from '../support/until.js'
import { dialog, enter, goTo, isLoginShown, keepSecret, logIn, logOut, openConsole } from './support/console-page.js'
import type { Console } from './support/console-page.js'

const describeInBrowser = browserProgram ? describe : describe.skip

jest.setTimeout(120_000)

describeInBrowser(browserProgram ? '/console' : '/console (there is no Chromium here: set CHROMIUM_PATH)', () => {
  let service: Service
  let opened: Console
  let apiToken: string
  let tenantId: string
  const page = () => opened.page
  const backend = () => new Rest(service.url, { clientKey: apiToken })
  const button = (name: string | RegExp) => page().getByRole('button', { name, exact: typeof name === 'string' })
  const inDialog = (name: string) => dialog(page()).getByRole('button', { name, exact: true })
  const heading = (name: string) => page().getByRole('heading', { name, level: 1 })

  beforeAll(async () => {
    service = await startService()
    opened = await openConsole(service.url)
  })
  afterAll(async () => {
    await opened?.browser.close()
    await service?.stop()
  })

  it('loads little before somebody is logged in', async () => {
    await button('Log in').waitFor()
    const scripts = opened.browser.requests.filter((url) => url.endsWith('.js'))
    const answers = await Promise.all(scripts.map((url) => fetch(url, { headers: { 'accept-encoding': 'gzip' } })))
    const sizes = answers.map(({ headers }) => Number(headers.get('content-length')))
    expect(answers.map(({ headers }) => headers.get('content-encoding'))).toEqual(scripts.map(() => 'gzip'))
    expect(sizes.reduce((all, size) => all + size, 0)).toBeLessThan(150_000)
  })

  describe('the operator', () => {
    it('hears of a wrong key in a sentence', async () => {
      await enter(page(), 'not-the-key')
      const alert = page().getByRole('alert')
      await alert.getByText('neither the operator’s key nor an API token').waitFor()
      await alert.getByText('client_key_invalid').waitFor()
    })

    it('logs in, and sees how the deployment is', async () => {
      await logIn(page(), adminKey)
      await heading('Overview').waitFor()
      await page().getByText('ready', { exact: true }).waitFor()
    })

    it('makes a tenant, whose API token is shown once', async () => {
      await page().getByRole('link', { name: 'Tenants' }).click()
      await button('New tenant').click()
      await dialog(page()).getByLabel('Name').fill('Acme')
      await dialog(page()).getByLabel('Allowed origins').fill('https://app.acme.example')
      await inDialog('Make it').click()
      apiToken = await keepSecret(page(), 'Its API token')
      await heading('Acme').waitFor()
      tenantId = new URL(page().url()).hash.split('/')[2]!
      expect((await backend().get('/user')).status).toBe(200)
      expect(await page().content()).not.toContain(apiToken)
    })

    it('makes an API token and revokes it', async () => {
      await page().getByRole('link', { name: 'API tokens' }).click()
      await button('New API token').click()
      await dialog(page()).getByLabel('Name').fill('staging')
      await inDialog('Make it').click()
      const further = new Rest(service.url, { clientKey: await keepSecret(page(), 'API token') })
      expect((await further.get('/user')).status).toBe(200)
      await button(/^Revoke staging/).click()
      await inDialog('Revoke').click()
      await page().getByText('revoked', { exact: true }).waitFor()
      expect(await further.get('/user')).toMatchObject({ status: 401, body: { code: 'client_key_invalid' } })
      expect((await backend().get('/user')).status).toBe(200)
    })

    it('says which pages may call', async () => {
      await page().getByRole('link', { name: 'Settings' }).click()
      const origins = page().getByLabel('Allowed origins')
      await origins.fill('not an origin')
      await button('Save').click()
      await page().getByText('validation_failed').waitFor()
      await origins.fill('https://app.acme.example\nhttps://shop.acme.example')
      await button('Save').click()
      await page().getByText('Saved', { exact: true }).waitFor()
      const { body } = await service.operator.get(`/admin/tenant/${tenantId}`)
      expect(body.allowed_origins).toEqual(['https://app.acme.example', 'https://shop.acme.example'])
    })

    it('sets a limit, which holds', async () => {
      await page().getByRole('link', { name: 'Limits' }).click()
      await page().getByLabel('Rooms, of all kinds').fill('1')
      await button('Save the limits').click()
      await page().getByText('Saved', { exact: true }).waitFor()
      expect((await backend().post('/room', { name: 'One' })).status).toBe(201)
      expect(await backend().post('/room', { name: 'Two' })).toMatchObject({
        status: 403,
        body: { code: 'quota_exceeded' },
      })
      await page().getByLabel('Rooms, of all kinds').fill('')
      await button('Save the limits').click()
      await until(
        async () => (await service.operator.get(`/admin/tenant/${tenantId}`)).body.limits.tenant_rooms === undefined,
        'the limit to go',
      )
    })

    it('registers a key of the tenant’s own login, and removes it', async () => {
      await page().getByRole('link', { name: 'Keys' }).click()
      await button('Register a key').click()
      await dialog(page()).getByText('Secret', { exact: true }).click()
      await dialog(page()).getByLabel('Shared secret').fill('a secret of the login service, long enough')
      await dialog(page()).getByLabel('Name').fill('login')
      await inDialog('Register').click()
      await button('Remove the key login').click()
      await inDialog('Remove').click()
      await page().getByText('No key of its own').waitFor()
    })

    it('suspends the tenant and lets it come back', async () => {
      await button('Suspend').click()
      await inDialog('Suspend').click()
      await button('Resume').waitFor()
      expect((await backend().get('/user')).body.code).toBe('tenant_suspended')
      await button('Resume').click()
      await inDialog('Resume').click()
      await button('Suspend').waitFor()
      expect((await backend().get('/user')).status).toBe(200)
    })

    it('is still there when the page is loaded again', async () => {
      await page().reload()
      await heading('Acme').waitFor()
    })

    it('leaves no key where a script could find it', async () => {
      const found = await page().evaluate(
        'JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, location.href])',
      )
      expect(found).not.toContain(adminKey)
      expect(found).not.toContain('parley_')
    })

    it('is gone after logging out, and the back button shows nothing', async () => {
      await logOut(page())
      for (let steps = 0; steps < 3; steps++) {
        await page().goBack({ waitUntil: 'commit' })
        expect(await isLoginShown(page())).toBe(true)
      }
      expect(await page().locator('body').innerText()).not.toContain('Acme')
      await page().reload()
      await page().getByRole('button', { name: 'Log in' }).waitFor()
    })
  })

  describe('the tenant', () => {
    let ann: TestUser
    let roomId: string

    it('logs in by its API token, and sees nothing of the operator’s', async () => {
      await page().goto(`${service.url}/console`)
      await logIn(page(), apiToken)
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
      ann = new TestUser(new TestTenant(service, tenantId, apiToken), body.user_id, token)
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
      expect((await backend().get(`/room/${roomId}/member`)).body.items).toHaveLength(1)
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

    it('pins, speaks as the system, and slows the room down', async () => {
      await button('More about message 2 of Ann').click()
      await page().getByRole('menuitem', { name: 'Pin' }).click()
      await page().getByText('pinned', { exact: true }).waitFor()
      await page().getByLabel('Say something as the system').fill('We close at six')
      await button('Send').click()
      await page().getByText('We close at six').waitFor()
      const { items } = (await ann.rest.get(`/room/${roomId}/message`)).body
      expect(items.slice(1)).toMatchObject([{ pinned: true }, { type: 'system', sender: null }])
      await goTo(page(), `#/rooms/${roomId}/settings`)
      await page().getByLabel('Slow mode, in seconds').fill('30')
      await button('Save').click()
      await page().getByText('slow: 30 s').waitFor()
      expect((await ann.rest.get(`/room/${roomId}`)).body.slow_mode_s).toBe(30)
    })

    it('reads what the operator has settled for it', async () => {
      await service.operator.patch(`/admin/tenant/${tenantId}`, { limits: { user_burst: 77 }, retention_days: 30 })
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

    it('sees in charts and in a table what it used', async () => {
      await page().getByRole('link', { name: 'Overview' }).click()
      await page()
        .getByRole('figure', { name: /^Messages by day: 3 in all/ })
        .waitFor()
      await page().getByText('The same as a table').click()
      const today = new Date().toISOString().slice(0, 10)
      await page()
        .getByRole('row', { name: new RegExp(`^${today} 3 1 1 `) })
        .waitFor()
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
        async () => (await backend().get(`/user/${ann.userId}`)).body.external_id === null,
        'the user to be erased',
      )
    })

    it('hears in a sentence that its API token was taken away', async () => {
      const tokens = `/admin/tenant/${tenantId}/api-token`
      const { items } = (await service.operator.get(tokens)).body
      const live = items.find((token: any) => token.last_four === apiToken.slice(-4))
      await service.operator.delete(`${tokens}/${live.api_token_id}`)
      await goTo(page(), '#/rooms')
      await page().getByText('unknown or revoked. Log in again.').waitFor()
      expect(await isLoginShown(page())).toBe(true)
    })
  })

  it('asked nobody but this service, and met no error', () => {
    const others = opened.browser.requests.filter((url) => !url.startsWith(service.url) && !url.startsWith('data:'))
    expect(others).toEqual([])
    expect(opened.complaints).toEqual([])
  })
})
