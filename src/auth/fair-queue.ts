import { ChatError } from '../contract/errors.js'
import { networkOf } from '../infra/client-address.js'
import { FairLine } from '../infra/fair-line.js'

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
  private readonly line = new FairLine<Waiter>()
  private readonly addresses = new Map<string, number>()

  /** Until it is their turn. Throws `overloaded` at once when too many wait. */
  wait({ tenantId, address }: Asker): Promise<void> {
    const from = address === null ? null : networkOf(address)
    const ofAddress = from === null ? 0 : (this.addresses.get(from) ?? 0)
    if (this.line.size >= maxOfAll || this.line.sizeOf(tenantId) >= maxOfTenant || ofAddress >= maxOfAddress) {
      throw new ChatError('overloaded', 'Too many passwords are waiting to be checked.', { retryAfterMs: 1000 })
    }
    if (from !== null) this.addresses.set(from, ofAddress + 1)
    return new Promise((go) => this.line.push(tenantId, { from, go }))
  }

  /** Lets the next one go. False if nobody waits. */
  next(): boolean {
    const first = this.line.shift()
    if (!first) return false
    if (first.from !== null) this.leave(first.from)
    first.go()
    return true
  }

  private leave(from: string): void {
    const left = this.addresses.get(from)! - 1
    if (left) this.addresses.set(from, left)
    else this.addresses.delete(from)
  }
}
