import type { MigrationInterface, QueryRunner } from 'typeorm'

/** For how long a tenant's messages are kept; null is for ever. */
export class Retention1763800000000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE tenants ADD COLUMN retention_days integer CHECK (retention_days >= 1)')
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE tenants DROP COLUMN retention_days')
  }
}
