/**
 * Every page of the console, light and dark, at a desk and on a phone: nobody is kept out, and nothing sticks out.
 * SCREENSHOTS=1 keeps pictures of some for the documents, and with SCREENSHOTS_OF=all of every one.
 */
import { describeInBrowser } from '../docs/browser.js'
import { adminKey } from '../support/rest.js'
import { startService, type Service } from '../support/service.js'
import { makeAcme, type Acme } from './support/acme.js'
import { barriers } from './support/axe.js'
import { dialog, goTo, logIn, logOut, openConsole, type Console } from './support/console-page.js'
import { isPicturing, screenshot } from './support/screenshot.js'

jest.setTimeout(180_000)

interface View {
  name: string
  hash: string
  /** What stands there when all has come. */
  shows: string
  /** A dialog that is opened there, by the button with this name. */
  opens?: string
  /** Kept for the documents. */
  isKept?: boolean
}

const operatorViews = ({ tenant: { tenantId } }: Acme): View[] => [
  { name: 'overview', hash: '#/', shows: 'Memory' },
  { name: 'tenants', hash: '#/tenants', shows: 'Umbrella Care' },
  { name: 'new-tenant', hash: '#/tenants', shows: 'Umbrella Care', opens: 'New tenant' },
  { name: 'tenant-usage', hash: `#/tenants/${tenantId}`, shows: 'The same as a table', isKept: true },
  { name: 'tenant-tokens', hash: `#/tenants/${tenantId}/tokens`, shows: 'staging' },
  { name: 'tenant-settings', hash: `#/tenants/${tenantId}/settings`, shows: 'Delete this tenant…' },
  { name: 'deletion', hash: `#/tenants/${tenantId}/settings`, shows: 'Deletion', opens: 'Delete this tenant…' },
  { name: 'tenant-limits', hash: `#/tenants/${tenantId}/limits`, shows: 'Save the limits' },
  { name: 'tenant-keys', hash: `#/tenants/${tenantId}/keys`, shows: 'signs now' },
  { name: 'new-key', hash: `#/tenants/${tenantId}/keys`, shows: 'signs now', opens: 'Register a key' },
]

const tenantViews = ({ userId, roomId }: Acme): View[] => [
  { name: 'own-usage', hash: '#/', shows: 'The same as a table' },
  { name: 'users', hash: '#/users', shows: 'Chen Wei' },
  { name: 'user', hash: `#/users/${userId}`, shows: 'Never seen yet' },
  { name: 'token', hash: `#/users/${userId}`, shows: 'Never seen yet', opens: 'Mint a token' },
  { name: 'rooms', hash: '#/rooms', shows: 'Help with gears' },
  { name: 'room', hash: `#/rooms/${roomId}`, shows: 'The workshop is closed tomorrow.', isKept: true },
  { name: 'removal', hash: `#/rooms/${roomId}`, shows: 'Live', opens: 'Delete message 6 of Ann Miller' },
  { name: 'members', hash: `#/rooms/${roomId}/members`, shows: 'Bob Ochieng' },
  { name: 'room-settings', hash: `#/rooms/${roomId}/settings`, shows: 'Delete this room…' },
  { name: 'own-settings', hash: '#/settings', shows: 'At once' },
  { name: 'search', hash: '#/search', shows: 'Words' },
]

const sizes = { desktop: { width: 1280, height: 860 }, phone: { width: 390, height: 780 } }
/** Each size and each colour once; for pictures of all pages each with each. */
const looks = (
  [
    ['desktop', 'light'],
    ['phone', 'dark'],
    ['desktop', 'dark'],
    ['phone', 'light'],
  ] as const
)
  .slice(0, isPicturing ? 4 : 2)
  .map(([size, scheme]) => ({ size, scheme }))

const isPictured = ({ isKept = false }: View, suffix: string): boolean =>
  process.env['SCREENSHOTS_OF'] === 'all' || (isKept && ['desktop-light', 'phone-dark'].includes(suffix))

describeInBrowser('the pages of /console', () => {
  let service: Service
  let opened: Console
  let acme: Acme

  beforeAll(async () => {
    service = await startService()
    acme = await makeAcme(service)
    opened = await openConsole(service.url)
  })
  afterAll(async () => {
    await opened?.browser.close()
    await service?.stop()
  })

  /** What is wrong with a page as it stands. */
  async function faults(name: string): Promise<string[]> {
    const { page } = opened
    const wider = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
    const found = await barriers(page)
    return [...found, ...(wider > 0 ? [`it is ${wider} px too wide`] : [])].map((fault) => `${name}: ${fault}`)
  }

  async function show({ hash, shows, opens }: View): Promise<void> {
    const { page } = opened
    await goTo(page, hash)
    await page.getByText(shows, { exact: true }).first().waitFor()
    if (!opens) return
    await page.getByRole('button', { name: opens, exact: true }).click()
    await dialog(page).getByRole('button').last().waitFor()
    await page.waitForFunction(() => document.getAnimations().every(({ playState }) => playState !== 'running'))
  }

  async function look(views: View[], suffix: string): Promise<string[]> {
    const found: string[] = []
    for (const view of views) {
      await show(view)
      found.push(...(await faults(view.name)))
      if (isPictured(view, suffix)) await screenshot(opened.page, `console-${view.name}-${suffix}`)
      // A page that is loaded anew has no dialog, and nobody is logged out by it.
      if (view.opens) await opened.page.reload()
    }
    return found
  }

  it.each(looks)('are for everybody, $scheme at a $size', async ({ scheme, size }) => {
    const { page } = opened
    await page.setViewportSize(sizes[size])
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' })
    const found = await faults('login')
    for (const [key, views] of [
      [adminKey, operatorViews(acme)],
      [acme.tenant.apiToken, tenantViews(acme)],
    ] as const) {
      await logIn(page, key)
      found.push(...(await look(views, `${size}-${scheme}`)))
      await logOut(page)
    }
    expect(found).toEqual([])
  })

  it('are reached on a phone by a drawer, and by the keyboard alone', async () => {
    const { page } = opened
    await page.setViewportSize(sizes.phone)
    await logIn(page, acme.tenant.apiToken)
    await page.getByRole('heading', { level: 1 }).waitFor()
    const rooms = page.getByRole('link', { name: 'Rooms' })
    expect(await rooms.isVisible()).toBe(false)
    await page.getByRole('button', { name: 'Open the navigation' }).press('Enter')
    await rooms.press('Enter')
    await page.getByRole('heading', { name: 'Rooms', level: 1 }).waitFor()
    await page.waitForFunction(() => document.activeElement?.tagName === 'H1')
    await page.getByRole('link', { name: 'Help with gears' }).press('Enter')
    await page.getByRole('button', { name: 'More about message 6 of Ann Miller' }).press('Enter')
    await page.getByRole('menuitem', { name: 'Pin' }).press('Enter')
    await page.getByText('pinned', { exact: true }).nth(1).waitFor()
    await logOut(page)
  })

  it('complain of nothing', () => {
    expect(opened.complaints).toEqual([])
  })
})
