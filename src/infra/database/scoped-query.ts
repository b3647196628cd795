/** A statement together with the tenants that it is for, as one message to the server and one transaction there. */
import pg, { type PoolClient, type QueryConfig } from 'pg'

/** Reverts by itself when the transaction ends, so that no connection keeps it for whoever comes next. */
export const entering = `SELECT set_config('parley.tenants', $1, true)`

const name = 'enter'

/** For pg's pools: each connection knows the statement from its beginning. */
export async function prepareScope(client: PoolClient): Promise<void> {
  await client.query({ name, text: entering, values: [''] })
}

/** What pg's `Query` does with the server's messages, and its types do not tell. */
interface Inside {
  prepare(connection: Wire): void
  handleDataRow(message: unknown): void
  handleCommandComplete(message: unknown, connection: Wire): void
}

interface Wire {
  bind(config: { statement: string; values: unknown[] }): void
  execute(config: object): void
}

const Query = pg.Query as unknown as new (config: QueryConfig & { queryMode: 'extended' }) => Inside & pg.Query

/**
 * Both are sent before one Sync, so they are one transaction: if the first fails, the second is not run. What the first
 * answers is not told.
 */
export class ScopedQuery extends Query {
  private entered = false

  constructor(
    private readonly tenants: string,
    config: QueryConfig & { query_timeout?: number },
  ) {
    super({ ...config, queryMode: 'extended' })
    Object.assign(this, { query_timeout: config.query_timeout })
  }

  override prepare(connection: Wire): void {
    connection.bind({ statement: name, values: [this.tenants] })
    connection.execute({})
    super.prepare(connection)
  }

  override handleDataRow(message: unknown): void {
    if (this.entered) super.handleDataRow(message)
  }

  override handleCommandComplete(message: unknown, connection: Wire): void {
    if (this.entered) super.handleCommandComplete(message, connection)
    else this.entered = true
  }
}
