/** What others wrote into an address may be anything: none of it is to keep the page from being shown. Pure. */

/** Without `%20` and the like; null for what is no such text. */
export function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}

/** What a file is called by; null if it is none that a browser fetches by itself, or a script. */
export function fileNameOf(url: string): string | null {
  if (!/^https?:/i.test(url) || !URL.canParse(url)) return null
  const { pathname, host } = new URL(url)
  const last = pathname.split('/').at(-1) ?? ''
  return (decoded(last) ?? last) || host
}
