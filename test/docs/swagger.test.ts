/** Swagger's page as somebody uses it who has just found it: in a browser, by hand. */
import type { Locator } from 'playwright-core'
import { startService, type Service, type TestTenant } from '../support/service.js'
import { screenshot } from '../web/support/screenshot.js'
import { describeInBrowser, inBrowser, openBrowser, type Browser } from './browser.js'

describeInBrowser(inBrowser('Swagger at /docs, in a browser'), () => {
  let service: Service
  let tenant: TestTenant
  let browser: Browser
  let userId: string
  let token: string

  beforeAll(async () => {
    service = await startService()
    tenant = await service.tenant()
    browser = await openBrowser()
    await browser.page.goto(`${service.url}/docs`)
  }, 60_000)
  afterAll(async () => {
    await browser?.close()
    await service?.stop()
  })

  /** Enters a credential into the dialog behind the button `Authorize`. */
  async function authorize(scheme: string, credential: string): Promise<void> {
    const { page } = browser
    await page.locator('.scheme-container button.authorize').click()
    const dialog = page.locator('.dialog-ux')
    const part = dialog.locator('.auth-container', {
      has: page.getByRole('heading', { name: new RegExp(`^${scheme}`) }),
    })
    await part.locator('input').fill(credential)
    await part.getByRole('button', { name: 'Apply credentials' }).click()
    await part.getByRole('button', { name: 'Remove authorization' }).waitFor()
    await dialog.getByRole('button', { name: 'Close' }).last().click()
  }

  /** Opens an operation and presses `Try it out`. */
  async function tryOut(tag: string, operationId: string): Promise<Locator> {
    const operation = browser.page.locator(`#operations-${tag}-${operationId}`)
    await operation.locator('.opblock-summary-control').click()
    await operation.getByRole('button', { name: 'Try it out' }).click()
    return operation
  }

  /** Presses `Execute`, and reads the answer that the page shows. */
  async function execute(operation: Locator): Promise<{ status: string; body: any }> {
    const clear = operation.getByRole('button', { name: 'Clear' })
    if (await clear.isVisible()) await clear.click()
    await operation.getByRole('button', { name: 'Execute' }).click()
    const answer = operation.locator('.live-responses-table .response')
    const status = await answer.locator('.response-col_status').first().innerText()
    const body = await answer.locator('.response-col_description .highlight-code code').first().innerText()
    return { status: status.trim(), body: JSON.parse(body) }
  }

  /** Of what stands on the screen when the answer of an operation, or else the head of the page, is scrolled to. */
  async function picture(name: string, operation?: Locator): Promise<void> {
    const place = operation?.locator('.responses-inner').first() ?? browser.page.locator('.information-container')
    await place.evaluate((element) => element.scrollIntoView({ block: 'start' }))
    await screenshot(browser.page, `swagger-${name}`)
  }

  it('shows every operation of the document', async () => {
    const { paths } = (await service.anyone.get('/docs-json')).body
    const operations = Object.values<object>(paths).flatMap((methods) => Object.keys(methods))
    await browser.page.locator('#operations-user-createUser').waitFor()
    expect(await browser.page.locator('.opblock').count()).toBe(operations.length)
    await picture('1-page')
  })

  it('makes a user, with the clientKey and the body that the page proposes', async () => {
    await authorize('clientKey', tenant.apiToken)
    const operation = await tryOut('user', 'createUser')
    const { status, body } = await execute(operation)
    await picture('2-user', operation)
    expect(status).toBe('201')
    expect(body).toMatchObject({ external_id: 'customer-42', display_name: 'Ann', status: 'active' })
    userId = body.user_id
  })

  it('mints a JWT for the user', async () => {
    const operation = await tryOut('auth', 'mintToken')
    await operation.locator('tr[data-param-name="user_id"] input').fill(userId)
    const { status, body } = await execute(operation)
    await picture('3-token', operation)
    expect(status).toBe('201')
    expect(body).toMatchObject({ token_type: 'Bearer', user_id: userId })
    token = body.token
  })

  it('asks as the user with the JWT, though the clientKey is entered too', async () => {
    await authorize('bearer', token)
    const { status, body } = await execute(await tryOut('user', 'getMe'))
    expect(status).toBe('200')
    expect(body).toMatchObject({ user_id: userId, email: 'ann@acme.example' })
  })

  it('makes a room and sends the message that the page proposes', async () => {
    const room = await execute(await tryOut('room', 'createRoom'))
    expect(room).toMatchObject({ status: '201', body: { name: 'General', created_by: userId } })
    const send = await tryOut('message', 'sendMessage')
    await send.locator('tr[data-param-name="room_id"] input').fill(room.body.room_id)
    expect(await execute(send)).toMatchObject({ status: '201', body: { seq: 1, text_message: 'Hello' } })
    expect(await execute(send)).toMatchObject({ status: '201', body: { seq: 2 } })
  })

  it('asked nobody but this service, and met no error', async () => {
    const others = browser.requests.filter((url) => !url.startsWith(service.url) && !url.startsWith('data:'))
    expect(others).toEqual([])
    expect(browser.errors).toEqual([])
  })
})
