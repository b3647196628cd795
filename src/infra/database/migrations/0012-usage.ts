import type { MigrationInterface, QueryRunner } from 'typeorm'
import { briefly } from '../online.js'
import { secure } from '../row-security.js'

/** What tenants use, by day. */
export class Usage1764800000000 implements MigrationInterface {
  transaction = false

  async up(db: QueryRunner): Promise<void> {
    await briefly(db, days, ...secure('usage_days'))
    await briefly(db, users, ...secure('usage_users'))
    await briefly(db, nodes, ...secure('usage_nodes'))
    await briefly(db, storage, ...secure('usage_storage'))
  }

  async down(db: QueryRunner): Promise<void> {
    await briefly(db, 'DROP TABLE IF EXISTS usage_storage, usage_nodes, usage_users, usage_days')
  }
}

/** `closed`: counted for good. `month_users`: on the first day of a month, when that is closed. */
const days = `
  CREATE TABLE IF NOT EXISTS usage_days (
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    day date NOT NULL,
    messages bigint NOT NULL DEFAULT 0,
    bytes bigint NOT NULL DEFAULT 0,
    peak_connections integer NOT NULL DEFAULT 0,
    active_users integer,
    month_users integer,
    closed boolean NOT NULL DEFAULT false,
    PRIMARY KEY (tenant_id, day)
  ) WITH (fillfactor = 50);
  CREATE INDEX IF NOT EXISTS usage_days_open ON usage_days (day, tenant_id) WHERE NOT closed`

/**
 * Who was active on which days of a month: the first day is the first bit. It goes when the month is closed. No foreign
 * key to the user: of who is erased it stays that somebody was there, and not who.
 */
const users = `
  CREATE TABLE IF NOT EXISTS usage_users (
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    month date NOT NULL,
    user_id uuid NOT NULL,
    days integer NOT NULL,
    PRIMARY KEY (tenant_id, month, user_id)
  ) WITH (fillfactor = 70);
  CREATE INDEX IF NOT EXISTS usage_users_by_month ON usage_users (month, tenant_id)`

/** How many sockets a node has: said anew as long as it lives. */
const nodes = `
  CREATE TABLE IF NOT EXISTS usage_nodes (
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    node_id uuid NOT NULL,
    connections integer NOT NULL,
    said_at timestamptz(3) NOT NULL,
    PRIMARY KEY (tenant_id, node_id)
  ) WITH (fillfactor = 50)`

/** `counting_since`: somebody counts it, and is believed to for some hours. */
const storage = `
  CREATE TABLE IF NOT EXISTS usage_storage (
    tenant_id uuid PRIMARY KEY REFERENCES tenants ON DELETE CASCADE,
    bytes bigint NOT NULL DEFAULT 0,
    counted_at timestamptz(3),
    counting_since timestamptz
  ) WITH (fillfactor = 50)`
