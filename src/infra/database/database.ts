import { Injectable, type OnApplicationShutdown } from '@nestjs/common'
import pg, { type Pool, type QueryResultRow } from 'pg'
import { DataSource, type EntityManager } from 'typeorm'

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

/** The database as repositories use it where an ORM has no word for what they ask. */
@Injectable()
export class Database implements Scoped, OnApplicationShutdown {
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

  of(..._tenantIds: string[]): Scoped {
    return this
  }

  /** For what concerns no one tenant: the operator's lists, finding whose a credential is, and housekeeping. */
  get ofAll(): Scoped {
    return this
  }

  async query<Row>(sql: string, values?: unknown[]): Promise<Row[]> {
    return (await this.pool.query(sql, values)).rows
  }

  async prepared<Row extends QueryResultRow>(name: string, sql: string, values: unknown[]): Promise<Row[]> {
    return (await this.pool.query<Row>({ name, text: sql, values })).rows
  }

  async swiftly<Row extends QueryResultRow>(name: string, sql: string, values: unknown[]): Promise<Row[]> {
    return (await this.swift.query<Row>({ name, text: sql, values })).rows
  }

  transaction<T>(work: (tx: Runner, manager: EntityManager) => Promise<T>): Promise<T> {
    return this.source.transaction((manager) => work(runner(manager), manager))
  }
}
