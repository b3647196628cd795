import type { Nodes } from '../../contract/ports.js'
import { MostRecent } from '../most-recent.js'

/** More than ever end at a time. */
const maxSuspects = 1000

/** Who is gone for certain. A node that nobody here knows may also have come just now. */
export class Gone {
  private readonly suspectedMs = new MostRecent<number>(maxSuspects)

  constructor(
    private readonly nodes: Nodes,
    /** In so long everybody who lives is known to everybody. */
    private readonly knownAfterMs: number,
  ) {
    nodes.onGone((id) => this.suspectedMs.set(id, -Infinity))
  }

  has(id: string): boolean {
    if (!this.nodes.isGone(id)) {
      this.suspectedMs.delete(id)
      return false
    }
    const nowMs = performance.now()
    const sinceMs = this.suspectedMs.get(id) ?? nowMs
    this.suspectedMs.set(id, sinceMs)
    return nowMs - sinceMs > this.knownAfterMs
  }
}
