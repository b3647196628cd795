import type { MigrationInterface, QueryRunner } from 'typeorm'

/** Changed messages by `rev`: for whoever asks what changed since. Most messages never do, and cost nothing here. */
export class Changes1763900000000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query('CREATE UNIQUE INDEX tb_messages_changed ON tb_messages (tenant_id, room_id, rev) WHERE rev > 0')
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP INDEX tb_messages_changed')
  }
}
