import type { MigrationInterface, QueryRunner } from 'typeorm'

/**
 * Messages by their words, by their sender, and the deleted ones among them. Nothing that stops a send: indexes are built
 * beside what goes on, and the words of messages that are there already are filled in by the service later
 * (`messages/search-filler.ts`). So it is not one transaction, and may be run again after it was interrupted.
 */
export class Search1764300000000 implements MigrationInterface {
  readonly transaction = false

  async up(db: QueryRunner): Promise<void> {
    await db.query('CREATE EXTENSION IF NOT EXISTS unaccent')
    await db.query(configuration)
    await db.query('ALTER TABLE tb_messages ADD COLUMN IF NOT EXISTS words tsvector')
    for (const [name, definition] of indexes) {
      await db.query(`CREATE INDEX CONCURRENTLY IF NOT EXISTS ${name} ON tb_messages ${definition}`)
    }
    await db.query(search)
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      DROP FUNCTION search_messages;
      DROP INDEX tb_messages_words, tb_messages_wordless, tb_messages_of_user, tb_messages_deleted;
      ALTER TABLE tb_messages DROP COLUMN words;
      DROP TEXT SEARCH CONFIGURATION parley`)
  }
}

/** Words of any language as they are, without accents. */
const configuration = `
  DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_ts_config WHERE cfgname = 'parley' AND cfgnamespace = current_schema()::regnamespace) THEN
      CREATE TEXT SEARCH CONFIGURATION parley (COPY = simple);
      ALTER TEXT SEARCH CONFIGURATION parley ALTER MAPPING
        FOR asciiword, word, numword, asciihword, hword, numhword, hword_asciipart, hword_part, hword_numpart
        WITH unaccent, simple;
    END IF;
  END $$`

/**
 * A sender's messages are found by who says `seq > 0`, as all are: for a look-up by `client_message_id` the planner would
 * take that index for as good as the right one.
 */
const indexes: [name: string, definition: string][] = [
  ['tb_messages_words', 'USING gin (words)'],
  ['tb_messages_wordless', '(tenant_id, message_id) WHERE words IS NULL AND content IS NOT NULL'],
  ['tb_messages_of_user', '(tenant_id, user_id, room_id, seq) WHERE user_id IS NOT NULL AND seq > 0'],
  ['tb_messages_deleted', '(tenant_id, room_id, seq) INCLUDE (user_id) WHERE deleted_at IS NOT NULL'],
]

/**
 * The ids of a tenant's messages with these words, the newest first, in rooms of this list (null: in all). A function,
 * since a policy keeps the planner from the index of words: so its tenant is its first argument, and all that it looks at is of that
 * tenant. It is planned each time anew: whether it is better to look for the words or to go through the newest messages
 * depends on how common the words are.
 */
const search = `
  CREATE OR REPLACE FUNCTION search_messages(tenant uuid, rooms uuid[], query text, beginnings text[], author uuid,
    since timestamptz, until timestamptz, above uuid, below uuid, most int)
  RETURNS TABLE (message_id uuid) LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
  DECLARE
    wanted tsquery := websearch_to_tsquery('parley', query);
    beginning text;
  BEGIN
    FOREACH beginning IN ARRAY beginnings LOOP
      wanted := wanted && (quote_literal(beginning) || ':*')::tsquery;
    END LOOP;
    -- What could not be looked for in an index: nothing at all, or only what must not be there.
    IF numnode(wanted) = 0 OR querytree(wanted) = 'T' THEN RAISE invalid_parameter_value USING MESSAGE = 'no words'; END IF;
    RETURN QUERY EXECUTE '
      SELECT m.message_id FROM tb_messages m
      WHERE m.tenant_id = $1 AND m.words @@ $3 AND m.message_id > $7 AND m.message_id < $8
        AND ($2 IS NULL OR m.room_id = ANY ($2)) AND ($4 IS NULL OR m.user_id = $4)
        AND ($5 IS NULL OR m.created_at >= $5) AND ($6 IS NULL OR m.created_at < $6)
        AND m.seq >= (
          SELECT r.first_seq FROM tb_chat_rooms r WHERE r.tenant_id = m.tenant_id AND r.chat_room_id = m.room_id)
      ORDER BY m.message_id DESC LIMIT $9'
    USING tenant, rooms, wanted && ('''' || ' ' || tenant || '''')::tsquery, author, since, until, above, below, most;
  END $$`
