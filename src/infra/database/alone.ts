import type { EntityManager } from 'typeorm'
import { RoomTurns } from '../room-turns.js'
import type { Database, Runner } from './database.js'

/**
 * A transaction that has a name of the tenant's to itself, of a room or of two people. Those of one name come one after
 * the other, by a lock that sends do not take, and none comes while the tenant is deleted. `docs/ARCHITECTURE.md` says
 * why nobody waits for each other.
 */
export function alone<T>(
  database: Database,
  tenantId: string,
  name: string,
  work: (tx: Runner, manager: EntityManager) => Promise<T>,
): Promise<T> {
  return turns.take(`${tenantId}:${name}`, () =>
    database.of(tenantId).transaction(async (tx, manager) => {
      await tx.query(locking, [tenantId, name])
      return work(tx, manager)
    }),
  )
}

/** Of those who wait for a lock on this node, one holds a connection. */
const turns = new RoomTurns()

const locking = `
  WITH tenant AS MATERIALIZED (SELECT FROM tenants WHERE tenant_id = $1 FOR KEY SHARE)
  SELECT pg_advisory_xact_lock(hashtextextended($2, 0)) FROM tenant`

/** Two user ids in their order: the name of the two, whoever asks. */
export const pairName = (a: string, b: string): string => [a, b].sort().join(':')
