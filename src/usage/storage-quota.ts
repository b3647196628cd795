import { Injectable } from '@nestjs/common'
import { ChatError } from '../contract/errors.js'
import { Config } from '../infra/config.js'
import { Meter } from './meter.js'

interface Stored {
  tenant_id: string
  bytes: number
  most: number | null
}

/**
 * How much a tenant may store. A node goes by what it was told when it last wrote down what it counted, and by what it
 * has counted since: so what a tenant stores beyond it is no more than all nodes take in between two writings.
 */
@Injectable()
export class StorageQuota {
  /** Of tenants that have one. */
  private readonly known = new Map<string, { bytes: number; most: number }>()
  /** Who was refused: somebody may have given them more, or deleted something. */
  private asked = new Set<string>()

  constructor(
    private readonly meter: Meter,
    private readonly config: Config,
  ) {}

  /** Throws `quota_exceeded`. */
  require(tenantId: string): void {
    const known = this.known.get(tenantId)
    if (!known || known.bytes + this.meter.bytesOf(tenantId) < known.most) return
    this.asked.add(tenantId)
    const sentence = `The messages of a tenant may take ${known.most} bytes (tenant_storage_bytes).`
    throw new ChatError('quota_exceeded', sentence)
  }

  know(all: Stored[]): void {
    for (const { tenant_id, bytes, most } of all) {
      const may = most ?? this.config.MAX_TENANT_STORAGE_BYTES
      if (may) this.known.set(tenant_id, { bytes, most: may })
      else this.known.delete(tenant_id)
    }
  }

  takeAsked(): string[] {
    const taken = [...this.asked]
    this.asked = new Set()
    return taken
  }
}
