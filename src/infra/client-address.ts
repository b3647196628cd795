/** Where a client is: one rule for REST and for sockets. */
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import proxyAddress from '@fastify/proxy-addr'
import type { Config } from './config.js'

export type IsProxy = (address: string, hop: number) => boolean

/** Which addresses are those of `TRUST_PROXY`, whose `X-Forwarded-For` is believed. */
export function trustedProxies({ TRUST_PROXY }: Config): IsProxy {
  if (!TRUST_PROXY) return () => false
  return proxyAddress.compile(TRUST_PROXY.split(',').map((address) => address.trim()))
}

/** The nearest address that is no proxy's. `peer` is who connected, who may be gone by now. */
export function clientAddress(headers: IncomingHttpHeaders, peer: string, isProxy: IsProxy): string {
  const request = { headers, socket: { remoteAddress: peer } }
  return proxyAddress(request as IncomingMessage, isProxy)
}
