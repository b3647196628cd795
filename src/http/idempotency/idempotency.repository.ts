import { Injectable } from '@nestjs/common'
import { Database, type Scoped } from '../../infra/database/database.js'

export interface Claim {
  /** Whose keys: the same key of another caller is another key. */
  scope: string
  keyHash: Buffer
  tenantId: string | null
  requestHash: Buffer
}

export interface Earlier {
  request_hash: Buffer
  /** null while the first request runs. */
  status: number | null
  answer: Buffer | null
}

/** For how long a repeat is answered as the first was, and when a first that never ended is given up. */
const keptFor = '24 hours'
const givenUpAfter = '60 seconds'

@Injectable()
export class IdempotencyRepository {
  constructor(private readonly database: Database) {}

  /** null if the key is now this request's; else what is known of the request that came first. */
  async claim({ scope, keyHash, tenantId, requestHash }: Claim): Promise<Earlier | null> {
    const scoped = this.of(tenantId)
    const [claimed] = await scoped.query(claim, [scope, keyHash, tenantId, requestHash])
    if (claimed) return null
    const [earlier] = await scoped.query<Earlier>(
      'SELECT request_hash, status, answer FROM idempotency_keys WHERE scope = $1 AND key_hash = $2',
      [scope, keyHash],
    )
    return earlier ?? { request_hash: requestHash, status: null, answer: null }
  }

  async finish({ scope, keyHash, tenantId }: Claim, status: number, answer: Buffer): Promise<void> {
    await this.of(tenantId).query(
      'UPDATE idempotency_keys SET status = $3, answer = $4 WHERE scope = $1 AND key_hash = $2',
      [scope, keyHash, status, answer],
    )
  }

  /** What failed changed nothing, and may be tried again. */
  async release({ scope, keyHash, tenantId }: Claim): Promise<void> {
    await this.of(tenantId).query(
      'DELETE FROM idempotency_keys WHERE scope = $1 AND key_hash = $2 AND status IS NULL',
      [scope, keyHash],
    )
  }

  /** Waits for nobody: what somebody else holds or forgets at the same time is left to them. */
  async forgetOld(): Promise<void> {
    await this.database.ofAll.query(forgetOld)
  }

  /** What the operator asks for is no tenant's. */
  private of(tenantId: string | null): Scoped {
    return tenantId === null ? this.database.ofAll : this.database.of(tenantId)
  }
}

const forgetOld = `
  DELETE FROM idempotency_keys WHERE (scope, key_hash) IN (
    SELECT scope, key_hash FROM idempotency_keys WHERE claimed_at < now() - interval '${keptFor}'
    FOR UPDATE SKIP LOCKED)`

const claim = `
  INSERT INTO idempotency_keys AS k (scope, key_hash, tenant_id, request_hash) VALUES ($1, $2, $3, $4)
  ON CONFLICT (scope, key_hash) DO UPDATE
    SET claimed_at = now(), request_hash = excluded.request_hash, status = NULL, answer = NULL
    WHERE k.claimed_at < now() - interval '${keptFor}'
      OR (k.status IS NULL AND k.claimed_at < now() - interval '${givenUpAfter}')
  RETURNING scope`
