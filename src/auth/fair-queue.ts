import { ChatError } from '../contract/errors.js'
import { networkOf } from '../infra/client-address.js'

/** Who may wait: of one address, of one tenant, and of all. */
const [maxOfAddress, maxOfTenant, maxOfAll] = [10, 50, 1000]

/** For whom something is done. */
export interface Asker {
  tenantId: string
  /** null if a backend asks, for whomever. */
  address: string | null
}

interface Waiter {
  from: string | null
  go: () => void
}

/** Who waits for a turn: tenants take turns, so that the many of one keep nobody else waiting. */
export class FairQueue {
  /** Whose turn is next comes first. */
  private readonly tenants = new Map<string, Waiter[]>()
  private readonly addresses = new Map<string, number>()
  private size = 0

  /** Until it is their turn. Throws `overloaded` at once when too many wait. */
  wait({ tenantId, address }: Asker): Promise<void> {
    const from = address === null ? null : networkOf(address)
    const ofTenant = this.tenants.get(tenantId) ?? []
    const ofAddress = from === null ? 0 : (this.addresses.get(from) ?? 0)
    if (this.size >= maxOfAll || ofTenant.length >= maxOfTenant || ofAddress >= maxOfAddress) {
      throw new ChatError('overloaded', 'Too many passwords are waiting to be checked.', { retryAfterMs: 1000 })
    }
    this.size++
    if (from !== null) this.addresses.set(from, ofAddress + 1)
    this.tenants.set(tenantId, ofTenant)
    return new Promise((go) => ofTenant.push({ from, go }))
  }

  /** Lets the next one go. False if nobody waits. */
  next(): boolean {
    const [first] = this.tenants
    if (!first) return false
    const [tenantId, waiters] = first
    const { from, go } = waiters.shift()!
    this.tenants.delete(tenantId)
    if (waiters.length) this.tenants.set(tenantId, waiters)
    this.size--
    if (from !== null) this.leave(from)
    go()
    return true
  }

  private leave(from: string): void {
    const left = this.addresses.get(from)! - 1
    if (left) this.addresses.set(from, left)
    else this.addresses.delete(from)
  }
}
