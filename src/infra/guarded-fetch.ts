/** Asks addresses that somebody else chose: not ours, not for long, and not for much. */
import http from 'node:http'
import https from 'node:https'
import { RequestFilteringHttpsAgent } from 'request-filtering-agent'
import type { Config } from './config.js'

interface Bounds {
  timeoutMs: number
  maxBytes: number
}

/** Without a connection that is kept: whom a name stands for is looked at each time. */
const outside = new RequestFilteringHttpsAgent({ keepAlive: false })

/** Is it one of those that may be asked though they are internal, or by plain http? */
export const isPrivateHost = ({ host, hostname }: URL, { JWKS_PRIVATE_HOSTS }: Config): boolean =>
  JWKS_PRIVATE_HOSTS.split(',').some((known) => known === host || known === hostname)

/** What is there. Rejects unless it is answered with 200, at once: no redirect is followed. */
export async function guardedFetch(address: string, config: Config, { timeoutMs, maxBytes }: Bounds): Promise<string> {
  const url = new URL(address)
  const isPrivate = isPrivateHost(url, config)
  if (url.protocol !== 'https:' && !isPrivate) throw new Error(`${url.host} is not asked by plain http`)
  const { get } = url.protocol === 'https:' ? https : http
  const options = { signal: AbortSignal.timeout(timeoutMs), headers: { accept: 'application/json' } }
  const answer = await new Promise<http.IncomingMessage>((resolve, reject) => {
    get(url, { ...options, agent: isPrivate ? undefined : outside }, resolve).on('error', reject)
  })
  try {
    if (answer.statusCode !== 200) throw new Error(`${url.host} answered ${answer.statusCode}`)
    return await read(answer, maxBytes)
  } finally {
    answer.destroy()
  }
}

async function read(answer: http.IncomingMessage, maxBytes: number): Promise<string> {
  const parts: Buffer[] = []
  let bytes = 0
  for await (const part of answer as AsyncIterable<Buffer>) {
    bytes += part.length
    if (bytes > maxBytes) throw new Error(`more than ${maxBytes} bytes were answered`)
    parts.push(part)
  }
  return Buffer.concat(parts).toString()
}
