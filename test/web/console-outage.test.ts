/** The console while PostgreSQL is away: an operator looks at it just then, and nobody is logged out by it. */
import type { Page } from 'playwright-core'
import { describeInBrowser } from '../docs/browser.js'
import { databaseProxy, TcpProxy } from '../support/proxy.js'
import { adminKey } from '../support/rest.js'
import { startService, type Service } from '../support/service.js'
import { until } from '../support/until.js'
import { goTo, isLoginShown, logIn, openConsole, type Console } from './support/console-page.js'

jest.setTimeout(120_000)

describeInBrowser('/console, while the database is away', () => {
  let proxy: TcpProxy
  let service: Service
  let tenants: Console
  const isReady = async (): Promise<boolean> => (await service.anyone.get('/health/ready')).status === 200

  beforeAll(async () => {
    const through = await databaseProxy(process.env['TEST_DATABASE_URL']!)
    proxy = through.proxy
    const direct = process.env['TEST_DATABASE_URL']
    process.env['TEST_DATABASE_URL'] = through.url
    service = await startService()
    process.env['TEST_DATABASE_URL'] = direct
    tenants = await openConsole(service.url)
    await logIn(tenants.page, (await service.tenant({ name: 'Acme' })).apiToken)
    proxy.goAway()
    await until(async () => !(await isReady()), 'the database to be away')
  }, 120_000)
  afterAll(async () => {
    await tenants?.browser.close()
    await service?.stop()
    await proxy?.stop()
  })

  it('an operator opens it and sees that it is so', async () => {
    const { page, browser } = await openConsole(service.url)
    await logIn(page, adminKey)
    await page.getByText('not ready: The message log cannot be reached').waitFor()
    await page.getByText('no database').waitFor()
    await page.getByRole('link', { name: 'Tenants', exact: true }).click()
    await page.getByRole('alert').getByText('The message log cannot be reached').waitFor()
    await browser.close()
  })

  it('a tenant who loads it again is not asked for a key, and goes on when it is back', async () => {
    const { page } = tenants
    await page.reload()
    await page.getByRole('alert').getByText('The message log cannot be reached').waitFor()
    expect(await isLoginShown(page)).toBe(false)
    proxy.comeBack()
    await until(isReady, 'the database to be back')
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByRole('heading', { name: 'Acme', level: 1 }).waitFor()
  })
})

describeInBrowser('/console, while the service hangs', () => {
  let proxy: TcpProxy
  let service: Service
  const opened: Console[] = []
  const open = async (key: string): Promise<Page> => {
    const one = await openConsole(`http://127.0.0.1:${proxy.port}`)
    opened.push(one)
    await logIn(one.page, key)
    return one.page
  }

  beforeAll(async () => {
    service = await startService()
    proxy = await TcpProxy.start({ host: '127.0.0.1', port: Number(new URL(service.url).port) })
  }, 120_000)
  afterAll(async () => {
    for (const { browser } of opened) await browser.close()
    await proxy?.stop()
    await service?.stop()
  })

  it('nothing says that all is well, until it is', async () => {
    const tenant = await service.tenant({ name: 'Acme' })
    const roomId = await tenant.room([await tenant.user()])
    const [operators, tenants] = [await open(adminKey), await open(tenant.apiToken)]
    await goTo(tenants, `#/rooms/${roomId}/messages`)
    const ready = operators.getByText('ready', { exact: true })
    const live = tenants.getByText('Live', { exact: true })
    await Promise.all([ready.waitFor(), live.waitFor()])
    proxy.stall()
    await operators.getByText('not ready: The service cannot be reached').waitFor()
    await tenants.getByText('Not up to date: trying again').waitFor()
    proxy.goOn()
    await Promise.all([ready.waitFor(), live.waitFor()])
  })
})
