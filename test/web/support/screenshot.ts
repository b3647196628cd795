import { mkdirSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Page } from 'playwright-core'

const folder = resolve(import.meta.dirname, '../../../docs/screenshots')

/** Are pictures made for the documents (`npm run screenshots`)? */
export const isPicturing = process.env['SCREENSHOTS'] === '1'

/** Of what the page shows. Kept for the documents by `npm run screenshots`; else it only shows that it can be made. */
export async function screenshot(page: Page, name: string): Promise<void> {
  if (isPicturing) mkdirSync(folder, { recursive: true })
  await page.mouse.move(0, 0)
  await page.screenshot(isPicturing ? { path: resolve(folder, `${name}.png`) } : {})
}
