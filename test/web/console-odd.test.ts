/** The console where something is odd: a file that is gone, an address that nobody meant, a name that nobody sees. */
import { startService, type Service, type TestTenant } from '../support/service.js'
import { dialog, goTo, logIn, openConsole, type Console } from './support/console-page.js'
import { describeInBrowser } from '../docs/browser.js'

jest.setTimeout(120_000)

describeInBrowser('/console, where something is odd', () => {
  let service: Service
  let acme: TestTenant
  let opened: Console
  const page = () => opened.page
  const heading = (name: string) => page().getByRole('heading', { name, level: 1 })

  beforeAll(async () => {
    service = await startService()
    acme = await service.tenant({ name: 'Acme' })
    opened = await openConsole(service.url)
    await logIn(page(), acme.apiToken)
    await heading('Acme').waitFor()
  }, 120_000)
  afterAll(async () => {
    await opened?.browser.close()
    await service?.stop()
  })

  it('says so where a file of it is gone, goes on elsewhere, and has it when it is loaded again', async () => {
    const gone = /\/assets\/search-.*\.js$/
    await page().route(gone, (route) => route.fulfill({ status: 404 }))
    await page().getByRole('link', { name: 'Search' }).click()
    await page().getByText('This page could not be shown').waitFor()
    await page().getByRole('link', { name: 'Settings' }).click()
    await heading('Settings').waitFor()
    await page().getByRole('link', { name: 'Search' }).click()
    await page().unroute(gone)
    await page().getByRole('button', { name: 'Load it again' }).click()
    await heading('Search').waitFor()
  })

  it.each(['..%2Ftenant', '..%2Fuser', '%00', 'x'.repeat(5000), '%E0%A4%A'])(
    'shows no room at #/rooms/%s',
    async (id) => {
      await goTo(page(), `#/rooms/${id}`)
      await page().getByRole('alert').getByRole('button', { name: 'Try again' }).waitFor()
      await page().getByRole('link', { name: 'Rooms' }).click()
      await heading('Rooms').waitFor()
    },
  )

  it('lets a room be deleted whose name nobody can type', async () => {
    const roomId = await acme.room([], { name: 'two\nlines\u200b, \u2067one way' })
    await goTo(page(), `#/rooms/${roomId}/settings`)
    await page().getByRole('button', { name: 'Delete this room…' }).click()
    await dialog(page()).getByRole('textbox').fill('two lines, one way')
    await dialog(page()).getByRole('button', { name: 'Delete for ever' }).click()
    await heading('Rooms').waitFor()
    expect((await acme.backend.get(`/room/${roomId}`)).status).toBe(404)
  })

  it('stays logged in where the clock is a day ahead', async () => {
    await page().clock.setFixedTime(Date.now() + 86_400_000)
    await goTo(page(), '#/')
    await page().reload()
    await heading('Acme').waitFor()
    await page().getByRole('link', { name: 'Rooms' }).click()
    await heading('Rooms').waitFor()
  })

  it('lets a user be opened in whose name nothing is seen', async () => {
    const { userId } = await acme.user({ display_name: ' \u200b ', external_id: 'customer-1' })
    await goTo(page(), '#/users')
    await page().getByRole('link', { name: 'customer-1' }).click()
    await heading('customer-1').waitFor()
    expect(new URL(page().url()).hash).toBe(`#/users/${userId}`)
  })
})
