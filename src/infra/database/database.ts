import { Injectable } from '@nestjs/common'
import type { Pool, QueryResultRow } from 'pg'
import { DataSource, type EntityManager } from 'typeorm'

/** Runs SQL of one's own within or without a transaction. `$1` stands for the first value. */
export interface Runner {
  query<Row>(sql: string, values?: unknown[]): Promise<Row[]>
}

/** TypeORM's structured result: its plain one has another shape for each kind of statement. */
const runner = (manager: EntityManager): Runner => ({
  query: async (sql, values) => (await manager.queryRunner!.query(sql, values, true)).records,
})

/** The database as repositories use it where an ORM has no word for what they ask. */
@Injectable()
export class Database implements Runner {
  private readonly pool: Pool

  constructor(private readonly source: DataSource) {
    this.pool = (source.driver as unknown as { master: Pool }).master
  }

  async query<Row>(sql: string, values?: unknown[]): Promise<Row[]> {
    return (await this.pool.query(sql, values)).rows
  }

  /** A statement of the hot path: planned once a connection, and past the ORM (4 times as many a second). */
  async prepared<Row extends QueryResultRow>(name: string, sql: string, values: unknown[]): Promise<Row[]> {
    return (await this.pool.query<Row>({ name, text: sql, values })).rows
  }

  transaction<T>(work: (tx: Runner, manager: EntityManager) => Promise<T>): Promise<T> {
    return this.source.transaction((manager) => work(runner(manager), manager))
  }
}
