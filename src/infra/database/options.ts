import pg from 'pg'
import type { PostgresDataSourceOptions } from 'typeorm/driver/postgres/PostgresDataSourceOptions.js'
import type { Config } from '../config.js'
import { Chat1763700000000 } from './migrations/0001-chat.js'
import { Retention1763800000000 } from './migrations/0002-retention.js'
import { Changes1763900000000 } from './migrations/0003-changes.js'
import { ChosenIndexes1764000000000 } from './migrations/0004-chosen-indexes.js'
import { People1764100000000 } from './migrations/0005-people.js'
import { Search1764300000000 } from './migrations/0007-search.js'
import { EarlierNodes1764400000000 } from './migrations/0008-earlier-nodes.js'
import { RowSecurity1764500000000 } from './migrations/0009-row-security.js'
import { Livestreams1764700000000 } from './migrations/0011-livestreams.js'
import { TokenKeys1764600000000 } from './migrations/0010-token-keys.js'
import { Usage1764800000000 } from './migrations/0012-usage.js'
import { prepareScope } from './scoped-query.js'

/** `seq` and `rev` are numbers: 2^53 of them are enough for any room. */
pg.types.setTypeParser(pg.types.builtins.INT8, Number)

/** Migrations in their order, by name and not by glob: the same list in `dist` and in tests. */
export const migrations = [
  Chat1763700000000,
  Retention1763800000000,
  Changes1763900000000,
  ChosenIndexes1764000000000,
  People1764100000000,
  Search1764300000000,
  EarlierNodes1764400000000,
  RowSecurity1764500000000,
  Livestreams1764700000000,
  TokenKeys1764600000000,
  Usage1764800000000,
]

/** How long the server may take to agree that a connection ends. */
const agreeMs = 1000

/**
 * Always with a listener: a server that ends a connection in the moment when it passes from one user to the next, who
 * has not begun to listen yet, would end this process too.
 */
class Client extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    super(config)
    this.on('error', () => undefined)
  }

  /** Whoever ends a connection waits for it: a server that is silent does not agree. */
  override end(...args: [] | [callback: (error: Error) => void]): Promise<void> {
    const { stream } = (this as unknown as { connection: { stream: { destroy(): void } } }).connection
    setTimeout(() => stream.destroy(), agreeMs).unref()
    return super.end(...(args as []))
  }
}

/**
 * What the server is to know of us. It keeps a plan that it made while a table was small, and reads all of the table with
 * it long after that has grown; what we ask for has an index. A plan that must read a table does so nevertheless, but
 * is then taken for so dear that it would be compiled.
 */
const session = ['timezone=UTC', 'enable_seqscan=off', 'jit=off']

const told = (settings: string[]): string => settings.map((setting) => `-c ${setting}`).join(' ')

/** A busy machine is not taken for one that is away: that nobody answers is found out by `Pulse`, and sooner. */
const connectMs = 4000

const connecting = { Client, connectionTimeoutMillis: connectMs, keepAlive: true, application_name: 'parley' }

/** How TypeORM reaches the database. A criterion that is undefined or null is a mistake, never "any row". */
export function dataSourceOptions(config: Config): PostgresDataSourceOptions {
  return {
    type: 'postgres',
    url: config.DATABASE_URL,
    invalidWhereValuesBehavior: { null: 'throw', undefined: 'throw' },
    extra: {
      ...connecting,
      onConnect: prepareScope,
      max: config.DATABASE_POOL,
      statement_timeout: 15_000,
      // A server that fell silent is no more answered for than one that is gone. Longer than any statement may take.
      query_timeout: 20_000,
      idle_in_transaction_session_timeout: 30_000,
      options: told([...session, `role=${config.DATABASE_ROLE}`]),
    },
  }
}

/** For migrations, which may take their time, and see all rows though row-level security holds for the owner too. */
export function migrationOptions(config: Config): PostgresDataSourceOptions {
  return {
    type: 'postgres',
    url: config.MIGRATION_DATABASE_URL || config.DATABASE_URL,
    migrations,
    migrationsTableName: 'parley_migrations',
    migrationsTransactionMode: 'each',
    extra: { ...connecting, connectionTimeoutMillis: 5000, max: 2, options: told([...session, 'parley.tenants=*']) },
  }
}
