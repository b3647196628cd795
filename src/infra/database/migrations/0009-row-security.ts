import type { MigrationInterface, QueryRunner } from 'typeorm'
import { briefly } from '../online.js'
import { secure, tablesOfTenants, unsecure } from '../row-security.js'

/**
 * From now on every table holds its rows back from whoever does not say for which tenants they ask. That is the release
 * before, unless it is a superuser: so this comes last, when all that takes its time is done.
 */
export class RowSecurity1764500000000 implements MigrationInterface {
  transaction = false

  async up(db: QueryRunner): Promise<void> {
    for (const table of await tablesOfTenants(db)) await briefly(db, ...secure(table))
  }

  async down(db: QueryRunner): Promise<void> {
    for (const table of await tablesOfTenants(db)) await briefly(db, ...unsecure(table))
  }
}
