/** The console where names are long, or where nothing is seen in them: whoever gives such a name hides nothing by it. */
import type { Locator } from 'playwright-core'
import { describeInBrowser } from '../docs/browser.js'
import { adminKey } from '../support/rest.js'
import { startService, type Service, type TestTenant } from '../support/service.js'
import { dialog, goTo, logIn, logOut, openConsole, type Console } from './support/console-page.js'

jest.setTimeout(120_000)

const long = 'x'.repeat(200)

describeInBrowser('/console, by odd names', () => {
  let service: Service
  let acme: TestTenant
  let opened: Console
  const page = () => opened.page
  const heading = (name: string | RegExp) => page().getByRole('heading', { name, level: 1 })
  const edges = async (of: Locator) => {
    const { x, width } = (await of.boundingBox())!
    return { left: x, right: x + width }
  }

  beforeAll(async () => {
    service = await startService()
    acme = await service.tenant({ name: 'Acme' })
    opened = await openConsole(service.url)
    await logIn(page(), acme.apiToken)
  }, 120_000)
  afterAll(async () => {
    await opened?.browser.close()
    await service?.stop()
  })

  it.each([1280, 360])('shows what stands beside a long name in a list, %i pixels wide', async (width) => {
    await acme.user({ display_name: long })
    await page().setViewportSize({ width, height: 800 })
    await goTo(page(), '#/users')
    await page().getByRole('link', { name: long }).first().waitFor()
    const status = page().getByRole('cell', { name: 'active' }).first()
    expect((await edges(status)).right).toBeLessThanOrEqual(width)
    expect(await status.innerText()).toBe('active')
    await goTo(page(), '#/')
  })

  it.each([1280, 360])('lets a message be deleted whose sender has a long name, %i pixels wide', async (width) => {
    const member = await acme.user({ display_name: long })
    const roomId = await acme.room([member])
    await member.send(roomId, 'Cheap watches')
    await page().setViewportSize({ width, height: 800 })
    await goTo(page(), `#/rooms/${roomId}/messages`)
    const row = page().getByRole('article')
    const sender = await edges(row.getByRole('link', { name: long }))
    expect(sender.right).toBeLessThanOrEqual((await edges(row.getByRole('button', { name: /^Delete/ }))).left)
  })

  it('offers all that is done about who has a long name, 360 pixels wide', async () => {
    await page().setViewportSize({ width: 360, height: 800 })
    await page()
      .getByRole('button', { name: /^More about/ })
      .click()
    const lock = page().getByRole('menuitem', { name: /^Lock/ })
    expect((await edges(page().getByRole('menu'))).right).toBeLessThanOrEqual(360)
    await lock.click()
    const close = dialog(page()).getByRole('button', { name: 'Close' })
    expect((await edges(close)).right).toBeLessThanOrEqual(360)
    await close.click()
    await dialog(page()).waitFor({ state: 'detached' })
  })

  it('opens a tenant in whose name nothing is seen, and asks before it deletes it', async () => {
    const { tenantId } = await service.tenant({ name: ' \u200b ' })
    await logOut(page())
    await logIn(page(), adminKey)
    await page().setViewportSize({ width: 1280, height: 800 })
    await goTo(page(), '#/tenants')
    const name = `Without a name …${tenantId.slice(-8)}`
    await page().getByRole('link', { name }).click()
    await heading(name).waitFor()
    await goTo(page(), `#/tenants/${tenantId}/settings`)
    await page().getByRole('button', { name: 'Delete this tenant…' }).click()
    const button = dialog(page()).getByRole('button', { name: 'Delete for ever' })
    expect(await button.isDisabled()).toBe(true)
    await dialog(page()).getByLabel('Type “delete” to go on').fill('delete')
    await button.click()
    await heading('Tenants').waitFor()
    expect((await service.operator.get(`/admin/tenant/${tenantId}`)).status).toBe(404)
  })
})
