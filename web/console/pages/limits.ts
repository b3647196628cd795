import { bytes } from '../parts/format.js'

/** The limits of a tenant, as an operator reads them: what is counted, for whom, by which names. */

export interface RateRow {
  what: string
  who: string
  burst: string
  perSecond: string
}

const rate = (what: string, who: string, name: string): RateRow => ({
  what,
  who,
  burst: `${name}_burst`,
  perSecond: `${name}_per_second`,
})

export const rates: RateRow[] = [
  rate('Requests and events', 'a user', 'user'),
  rate('Requests and events', 'the tenant', 'tenant'),
  rate('Requests and events', 'a socket', 'socket'),
  rate('Messages', 'a user', 'user_message'),
  rate('Messages', 'the tenant', 'tenant_message'),
  rate('Joining rooms', 'a user', 'user_join'),
  rate('Joining rooms', 'the tenant', 'tenant_join'),
  rate('Opening sockets', 'a user', 'user_connection'),
  rate('Opening sockets', 'the tenant', 'tenant_connection'),
]

export interface Quota {
  name: string
  label: string
  format?: (limit: number) => string
}

export const quotas: Quota[] = [
  { name: 'user_sockets', label: 'Sockets of a user' },
  { name: 'tenant_sockets', label: 'Sockets of the tenant' },
  { name: 'tenant_rooms', label: 'Rooms, of all kinds' },
  { name: 'tenant_storage_bytes', label: 'Storage, in bytes', format: bytes },
]
