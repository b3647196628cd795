/** What `web/build.mjs` has made. */
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

/** The folder in `dist`, from here and from what is compiled of this. */
export const built = fileURLToPath(new URL('../../dist/web', import.meta.url))

export const pages = ['demo', 'console'] as const

export type Page = (typeof pages)[number]

/** The page as it was built last, with this nonce; null where nobody built it. */
export async function pageWith(nonce: string, page: Page): Promise<string | null> {
  try {
    return (await readFile(`${built}/${page}/index.html`, 'utf8')).replaceAll('__CSP_NONCE__', nonce)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}
