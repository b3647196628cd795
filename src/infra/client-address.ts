/** Where a client is: one rule for REST and for sockets. */
import { isIPv6 } from 'node:net'
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

/** Whoever has one IPv6 address has 2^64 of them, and may well have 2^80: those of one network count as one. */
export function networkOf(address: string, bits: 64 | 48 = 64): string {
  if (!isIPv6(address) || address.includes('.')) return address
  const [head, tail] = address.split('::').map((groups) => groups.split(':').filter(Boolean))
  const zeros = tail ? Array<string>(8 - head!.length - tail.length).fill('0') : []
  return [...head!, ...zeros, ...(tail ?? [])].slice(0, bits / 16).join(':')
}
