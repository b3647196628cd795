import type { MigrationInterface, QueryRunner } from 'typeorm'

/**
 * Indexes that begin with the tenant, on columns that most rows leave empty, hold only the others. Of a table that it
 * knows little of, the planner takes such an index for as good as the primary key and goes through all the tenant's
 * rows, at every check of a foreign key too: now it can use them only for what they are for.
 */
export class ChosenIndexes1764000000000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE tb_users DROP CONSTRAINT tb_users_external_id, DROP CONSTRAINT tb_users_username;
      ALTER TABLE tb_chat_rooms DROP CONSTRAINT tb_chat_rooms_private_pair;
      DROP INDEX tb_chat_rooms_of_maker;
      CREATE UNIQUE INDEX tb_users_external_id ON tb_users (tenant_id, external_id) WHERE external_id IS NOT NULL;
      CREATE UNIQUE INDEX tb_users_username ON tb_users (tenant_id, username) WHERE username IS NOT NULL;
      CREATE UNIQUE INDEX tb_chat_rooms_private_pair ON tb_chat_rooms (tenant_id, private_pair)
        WHERE private_pair IS NOT NULL;
      CREATE INDEX tb_chat_rooms_of_maker ON tb_chat_rooms (tenant_id, created_by) WHERE created_by IS NOT NULL`)
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      DROP INDEX tb_users_external_id, tb_users_username, tb_chat_rooms_private_pair, tb_chat_rooms_of_maker;
      ALTER TABLE tb_users
        ADD CONSTRAINT tb_users_external_id UNIQUE (tenant_id, external_id),
        ADD CONSTRAINT tb_users_username UNIQUE (tenant_id, username);
      ALTER TABLE tb_chat_rooms ADD CONSTRAINT tb_chat_rooms_private_pair UNIQUE (tenant_id, private_pair);
      CREATE INDEX tb_chat_rooms_of_maker ON tb_chat_rooms (tenant_id, created_by)`)
  }
}
