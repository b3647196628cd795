import { mkdirSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Page } from 'playwright-core'

const folder = resolve(import.meta.dirname, '../../../docs/screenshots')

/** Of what the page shows. With SCREENSHOTS=1 it is kept for the documents; else it only shows that it can be made. */
export async function screenshot(page: Page, name: string): Promise<void> {
  const isKept = process.env['SCREENSHOTS'] === '1'
  if (isKept) mkdirSync(folder, { recursive: true })
  await page.mouse.move(0, 0)
  await page.screenshot(isKept ? { path: resolve(folder, `${name}.png`) } : {})
}
