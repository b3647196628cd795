import { Injectable, type OnApplicationShutdown } from '@nestjs/common'
import pg, { type Pool, type QueryConfig, type QueryResult, type QueryResultRow } from 'pg'
import { DataSource, type EntityManager } from 'typeorm'
import { ChatError } from '../../contract/errors.js'
import { allTenants, PoolTurns } from './pool-turns.js'
import { Pulse } from './pulse.js'
import { entering, ScopedQuery } from './scoped-query.js'

/** What waits for no lock is answered by then, or not at all. */
const swiftMs = 4500
/** Whoever asks whether it answers waits no longer. */
const pingMs = 2000
/** Statements that may wait for a connection. */
const maxWaiting = 10_000

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
  /** The same, for what the log stores and waits for no lock: beside the one before it nothing keeps it waiting. */
  swiftly<Row extends QueryResultRow>(name: string, sql: string, values: unknown[]): Promise<Row[]>
  /** The same, for what rooms read of the log. Nothing else keeps it waiting, so whoever asks asks little at a time. */
  reading<Row extends QueryResultRow>(name: string, sql: string, values: unknown[]): Promise<Row[]>
  transaction<T>(work: (tx: Runner, manager: EntityManager) => Promise<T>): Promise<T>
}

/** The database as repositories use it. Outside of a scope there is nothing that one could ask. */
@Injectable()
export class Database implements OnApplicationShutdown {
  private readonly pool: Pool
  /** Two connections that nobody who waits for a lock can take: the log goes on whatever stands still. */
  private readonly writer: Pool
  private readonly reader: Pool
  private readonly pulse: Pulse
  private readonly turns: PoolTurns

  constructor(private readonly source: DataSource) {
    this.pool = (source.driver as unknown as { master: Pool }).master
    this.turns = new PoolTurns(this.pool.options.max)
    this.writer = this.one()
    this.reader = this.one()
    this.pulse = new Pulse(this.pool.options, () => this.pools.forEach(cutAll))
  }

  private get pools(): Pool[] {
    return [this.pool, this.writer, this.reader]
  }

  /** How much is asked of the connections. */
  get load(): { total: number; idle: number; waiting: number } {
    const sum = (of: (pool: Pool) => number): number => this.pools.reduce((total, pool) => total + of(pool), 0)
    return {
      total: sum((pool) => pool.totalCount),
      idle: sum((pool) => pool.idleCount),
      waiting: sum((pool) => pool.waitingCount) + this.turns.waiting,
    }
  }

  /** Does it answer? Throws if not, and `unavailable` when it took too long. */
  async ping(): Promise<void> {
    await Promise.race([this.of().query('SELECT 1'), tooLate()])
  }

  /** At the end of the process: whatever the database has not answered by now has failed. */
  abandon(): void {
    this.pulse.stop()
  }

  /** When what was asked is answered, and not a moment before. */
  async onApplicationShutdown(): Promise<void> {
    this.pulse.rest()
    await Promise.all([this.writer.end(), this.reader.end()])
  }

  /** All that these tenants have, and nothing else; without any, nothing. */
  of(...tenantIds: string[]): Scoped {
    return this.ofEach(tenantIds)
  }

  /** The same of any number: so many arguments as there may be tenants no function takes. */
  ofEach(tenantIds: Iterable<string>): Scoped {
    return this.scope(`{${[...new Set(tenantIds)].join()}}`)
  }

  /** For what concerns no one tenant. Each use stands in `docs/ARCHITECTURE.md`, with its reason. */
  get ofAll(): Scoped {
    return this.scope(allTenants)
  }

  /** A connection beside the pool. */
  private one(): Pool {
    return new pg.Pool({ ...this.pool.options, max: 1 }).on('error', () => undefined)
  }

  private scope(tenants: string): Scoped {
    const { pool, writer, reader, source, pulse, turns } = this
    const ask = <Row>(of: Pool, config: Config): Promise<Row[]> => pulse.during(() => run<Row>(of, tenants, config))
    const inTurn = <Row>(config: Config): Promise<Row[]> => turns.take(tenants, () => ask<Row>(pool, config))
    const begin = <T>(work: () => Promise<T>): Promise<T> => turns.take(tenants, () => pulse.during(work))
    return {
      query: (text, values = []) => inTurn({ text, values }),
      prepared: (name, text, values) => inTurn({ name, text, values }),
      swiftly: (name, text, values) => ask(writer, { name, text, values, query_timeout: swiftMs }),
      reading: (name, text, values) => ask(reader, { name, text, values, query_timeout: swiftMs }),
      transaction: (work) =>
        begin(() =>
          source.transaction(async (manager) => {
            const tx = runner(manager)
            await tx.query(entering, [tenants])
            return work(tx, manager)
          }),
        ),
    }
  }
}

const tooLate = (): Promise<never> =>
  new Promise((_, reject) => {
    const error = new ChatError('unavailable', 'The database does not answer.', { retryAfterMs: 1000 })
    setTimeout(() => reject(error), pingMs).unref()
  })

type Config = QueryConfig & { query_timeout?: number }

/** Each in the middle of whatever it does: a pool makes others when they are needed. */
function cutAll(pool: Pool): void {
  const { _clients } = pool as unknown as { _clients: { connection: { stream: { destroy(): void } } }[] }
  for (const { connection } of [..._clients]) connection.stream.destroy()
}

/** A pool answers a query as it does a statement, if there is nobody else to tell. Its types do not say so. */
async function run<Row>(pool: Pool, tenants: string, config: Config): Promise<Row[]> {
  if (pool.waitingCount >= maxWaiting) {
    throw new ChatError('overloaded', 'Too much waits for the database.', { retryAfterMs: 1000 })
  }
  const answer = pool.query(new ScopedQuery(tenants, config)) as unknown as Promise<QueryResult & { rows: Row[] }>
  return (await answer).rows
}
