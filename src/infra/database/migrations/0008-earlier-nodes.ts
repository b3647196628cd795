import type { MigrationInterface, QueryRunner } from 'typeorm'
import { briefly } from '../online.js'

/**
 * Nodes of the release before go on while these migrations run, and know nothing of words and reactions. What they edit
 * loses its words, which the filler gives it anew, and what is deleted loses both, whoever deletes it. Such nodes name no
 * tenants. All others write what belongs together: for them the function is not called.
 */
export class EarlierNodes1764400000000 implements MigrationInterface {
  transaction = false

  async up(db: QueryRunner): Promise<void> {
    await briefly(db, outdated)
  }

  async down(db: QueryRunner): Promise<void> {
    await briefly(
      db,
      'DROP TRIGGER IF EXISTS outdate_message ON tb_messages',
      'DROP FUNCTION IF EXISTS outdate_message',
    )
  }
}

const outdated = `
  CREATE OR REPLACE FUNCTION outdate_message() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      NEW.words := NULL;
      IF NEW.deleted_at IS NOT NULL THEN NEW.reactions := '[]'; END IF;
      RETURN NEW;
    END $$;
  CREATE OR REPLACE TRIGGER outdate_message BEFORE UPDATE OF content, deleted_at ON tb_messages FOR EACH ROW
    WHEN (NEW.deleted_at IS NOT NULL AND (NEW.words IS NOT NULL OR NEW.reactions <> '[]')
      OR NEW.content IS DISTINCT FROM OLD.content AND coalesce(current_setting('parley.tenants', true), '') = '')
    EXECUTE FUNCTION outdate_message()`
