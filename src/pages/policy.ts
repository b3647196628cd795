import { randomBytes } from 'node:crypto'
import type { Page } from './built.js'

/** Styles that a page makes for itself are known by it. Each answer has another. */
export const newNonce = (): string => randomBytes(18).toString('base64url')

/** Sockets may be at PUBLIC_URL, which need not be where the page was opened. The console's are here. */
const sockets: Record<Page, string> = { demo: ' ws: wss:', console: '' }

/** Nothing comes from anywhere but here, and no script but from a file of ours. */
const policy = (page: Page, nonce: string): string =>
  [
    `default-src 'self'`,
    `script-src 'self'`,
    `style-src 'self' 'nonce-${nonce}'`,
    `img-src 'self' data:`,
    `connect-src 'self'${sockets[page]}`,
    `object-src 'none'`,
    `base-uri 'none'`,
    `frame-ancestors 'none'`,
    `form-action 'self'`,
  ].join('; ')

/** In the place of those that every answer has. */
export const pageHeaders = (page: Page, nonce: string) => ({
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': policy(page, nonce),
  'cache-control': 'no-cache',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
})
