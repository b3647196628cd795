/** The console in a browser, as an operator uses it: makes a tenant, and settles what it may. */
import type { Route } from 'playwright-core'
import { describeInBrowser, inBrowser } from '../docs/browser.js'
import { adminKey, Rest } from '../support/rest.js'
import { startService, type Service } from '../support/service.js'
import { until } from '../support/until.js'
import { dialog, enter, goTo, isLoginShown, keepSecret, logIn, logOut, openConsole } from './support/console-page.js'
import type { Console } from './support/console-page.js'

jest.setTimeout(120_000)

describeInBrowser(inBrowser('/console'), () => {
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

    it('makes one thing of two presses, when the answer to the first was lost', async () => {
      await goTo(page(), '#/tenants')
      await button('New tenant').click()
      await dialog(page()).getByLabel('Name').fill('Pressed twice')
      const lose = async (route: Route): Promise<void> => {
        await route.fetch()
        await route.abort()
      }
      await page().route('**/admin/tenant', lose, { times: 1 })
      await inDialog('Make it').click()
      await dialog(page()).getByText('The service cannot be reached').waitFor()
      await inDialog('Make it').click()
      const token = await keepSecret(page(), 'Its API token')
      expect((await new Rest(service.url, { clientKey: token }).get('/user')).status).toBe(200)
      expect((await service.operator.get('/admin/tenant?q=twice')).body.items).toHaveLength(1)
      await goTo(page(), `#/tenants/${tenantId}`)
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

  it('asked nobody but this service, and met no error', () => {
    const others = opened.browser.requests.filter((url) => !url.startsWith(service.url) && !url.startsWith('data:'))
    expect(others).toEqual([])
    expect(opened.complaints).toEqual([])
  })
})
