import { Injectable, type OnApplicationShutdown } from '@nestjs/common'
import pg, { type Pool, type QueryConfig, type QueryResult, type QueryResultRow } from 'pg'
import { DataSource, type EntityManager } from 'typeorm'
import { entering, ScopedQuery } from './scoped-query.js'

/** One to write the log and one to read it. */
const swiftConnections = 2

/** Runs SQL of one's own within or without a transaction. `$1` stands for the first value. */
export interface Runner {
  query<Row>(sql: string, values?: unknown[]): Promise<Row[]>
}

/** TypeORM's structured result: its plain one has another shape for each kind of statement. */
const runner = (manager: EntityManager): Runner => ({
  query: async (sql, values) => (await manager.queryRunner!.query(sql, values, true)).records,
})

/** The database as one tenant's, or several's: what is not theirs is not there. */
export interface Scoped extends Runner {
  /** A statement of the hot path: planned once a connection, and past the ORM (4 times as many a second). */
  prepared<Row extends QueryResultRow>(name: string, sql: string, values: unknown[]): Promise<Row[]>
  /** The same, for statements that wait for no lock. */
  swiftly<Row extends QueryResultRow>(name: string, sql: string, values: unknown[]): Promise<Row[]>
  transaction<T>(work: (tx: Runner, manager: EntityManager) => Promise<T>): Promise<T>
}

/** The database as repositories use it. Outside of a scope there is nothing that one could ask. */
@Injectable()
export class Database implements OnApplicationShutdown {
  private readonly pool: Pool
  /** Connections that nobody who waits for a lock can take: the log goes on whatever stands still. */
  private readonly swift: Pool

  constructor(private readonly source: DataSource) {
    this.pool = (source.driver as unknown as { master: Pool }).master
    this.swift = new pg.Pool({ ...this.pool.options, max: swiftConnections })
    this.swift.on('error', () => undefined)
  }

  /** When what was asked is answered, and not a moment before. */
  async onApplicationShutdown(): Promise<void> {
    await this.swift.end()
  }

  /** All that these tenants have, and nothing else; without any, nothing. */
  of(...tenantIds: string[]): Scoped {
    return this.scope(`{${[...new Set(tenantIds)].join()}}`)
  }

  /** For what concerns no one tenant. Each use stands in `docs/ARCHITECTURE.md`, with its reason. */
  get ofAll(): Scoped {
    return this.scope('*')
  }

  private scope(tenants: string): Scoped {
    const { pool, swift, source } = this
    return {
      query: (text, values = []) => run(pool, tenants, { text, values }),
      prepared: (name, text, values) => run(pool, tenants, { name, text, values }),
      swiftly: (name, text, values) => run(swift, tenants, { name, text, values }),
      transaction: (work) =>
        source.transaction(async (manager) => {
          const tx = runner(manager)
          await tx.query(entering, [tenants])
          return work(tx, manager)
        }),
    }
  }
}

/** A pool answers a query as it does a statement, if there is nobody else to tell. Its types do not say so. */
async function run<Row>(pool: Pool, tenants: string, config: QueryConfig): Promise<Row[]> {
  const answer = pool.query(new ScopedQuery(tenants, config)) as unknown as Promise<QueryResult & { rows: Row[] }>
  return (await answer).rows
}
