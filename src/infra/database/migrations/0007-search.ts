import type { MigrationInterface, QueryRunner } from 'typeorm'
import { briefly, indexOnline } from '../online.js'

/**
 * Messages by their words, by their sender, and the pinned and the deleted ones among them. Nothing that stops a send: indexes are built
 * beside what goes on, and the words of messages that are there already are filled in by the service later
 * (`messages/search-filler.ts`).
 */
export class Search1764300000000 implements MigrationInterface {
  transaction = false

  async up(db: QueryRunner): Promise<void> {
    await db.query('CREATE EXTENSION IF NOT EXISTS unaccent')
    await db.query(configuration)
    await briefly(db, 'ALTER TABLE tb_messages ADD COLUMN IF NOT EXISTS words tsvector', sample)
    for (const [name, definition] of indexes) await indexOnline(db, name, `ON tb_messages ${definition}`)
    for (const table of readBySearch) await briefly(db, ...letOwnerRead(table))
    const [{ schema }] = await db.query('SELECT quote_ident(current_schema()) AS schema')
    await db.query(search(schema))
    await db.query('REVOKE ALL ON FUNCTION search_messages FROM PUBLIC')
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP FUNCTION IF EXISTS search_messages')
    for (const table of readBySearch) await briefly(db, `DROP POLICY IF EXISTS of_owner ON ${table}`)
    for (const [name] of indexes) await briefly(db, `DROP INDEX IF EXISTS ${name}`)
    await briefly(db, 'ALTER TABLE tb_messages DROP COLUMN IF EXISTS words')
    await db.query('DROP TEXT SEARCH CONFIGURATION IF EXISTS parley')
  }
}

/**
 * Words of any language as they are, without accents; those of ASCII letters have none. Where the extension was there already,
 * it may be in another schema.
 */
const configuration = `
  DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_ts_config WHERE cfgname = 'parley' AND cfgnamespace = current_schema()::regnamespace) THEN
      CREATE TEXT SEARCH CONFIGURATION parley (COPY = simple);
      EXECUTE format('ALTER TEXT SEARCH CONFIGURATION parley ALTER MAPPING
        FOR word, numword, hword, numhword, hword_part, hword_numpart
        WITH %s.unaccent, simple', (SELECT extnamespace::regnamespace FROM pg_extension WHERE extname = 'unaccent'));
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
  ['tb_messages_pinned', '(tenant_id, room_id, seq) WHERE pinned'],
  ['tb_messages_deleted', '(tenant_id, room_id, seq) INCLUDE (user_id) WHERE deleted_at IS NOT NULL'],
]

/**
 * A look at 9,000 messages, again and again, is enough to know which words are common: of 30,000 it takes a core for a third
 * of a second. All else is asked for by keys.
 */
const sample = `
  DO $$ DECLARE it name; BEGIN
    FOR it IN SELECT attname FROM pg_attribute WHERE attrelid = 'tb_messages'::regclass AND attnum > 0 AND NOT attisdropped LOOP
      EXECUTE format('ALTER TABLE tb_messages ALTER COLUMN %I SET STATISTICS 30', it);
    END LOOP;
  END $$`

const readBySearch = ['tb_messages', 'tb_chat_rooms']

/** Whoever owns the tables, and so the function, which must not be planned with a policy in its way. */
const letOwnerRead = (table: string): string[] => [
  `DROP POLICY IF EXISTS of_owner ON ${table}`,
  `CREATE POLICY of_owner ON ${table} FOR SELECT TO CURRENT_USER USING (true)`,
]

/**
 * The ids of a tenant's messages with these words, the newest first, in rooms of this list (null: in all). A function of
 * the tables' owner, since a policy keeps the planner from the index of words: so it asks itself whether the transaction is
 * that tenant's. It is planned each time anew: whether it is better to look for the words or to go through the newest
 * messages depends on how common the words are.
 */
const search = (schema: string): string => `
  CREATE OR REPLACE FUNCTION search_messages(tenant uuid, rooms uuid[], query text, author uuid,
    since timestamptz, until timestamptz, above uuid, below uuid, most int)
  RETURNS TABLE (message_id uuid) LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = ${schema}, pg_temp AS $$
  DECLARE
    wanted tsquery := to_tsquery('parley', query);
    matches text := 'm.words @@ $3';
    ordered text := 'm.message_id';
    scope text := '($2 IS NULL OR m.room_id = ANY ($2))';
  BEGIN
    -- What could not be looked for in an index: nothing at all, or only what must not be there.
    IF numnode(wanted) = 0 OR querytree(wanted) = 'T' THEN RAISE invalid_parameter_value USING MESSAGE = 'no words'; END IF;
    IF current_setting('parley.tenants') <> '*' AND tenant <> ALL (current_setting('parley.tenants')::uuid[]) THEN RETURN; END IF;
    -- In one room by its own order, which begins where the page before ended; a small one is read rather than looked up.
    IF cardinality(rooms) = 1 THEN
      IF (SELECT r.last_seq - r.first_seq FROM tb_chat_rooms r WHERE r.tenant_id = tenant AND r.chat_room_id = rooms[1]) < 10000 THEN
        matches := '(m.words @@ $3) IS TRUE';
      END IF;
      ordered := 'm.seq';
      scope := 'm.room_id = $2[1] AND m.seq < coalesce((
        SELECT q.seq FROM tb_messages q WHERE q.tenant_id = $1 AND q.message_id = $8), 9223372036854775807)';
    END IF;
    RETURN QUERY EXECUTE '
      SELECT m.message_id FROM tb_messages m
      WHERE m.tenant_id = $1 AND ' || matches || ' AND m.message_id > $7 AND m.message_id < $8 AND ' || scope || '
        AND ($4 IS NULL OR m.user_id = $4) AND ($5 IS NULL OR m.created_at >= $5) AND ($6 IS NULL OR m.created_at < $6)
        AND m.seq >= (
          SELECT r.first_seq FROM tb_chat_rooms r WHERE r.tenant_id = m.tenant_id AND r.chat_room_id = m.room_id)
      ORDER BY ' || ordered || ' DESC LIMIT $9'
    USING tenant, rooms, wanted && ('''' || ' ' || tenant || '''')::tsquery, author, since, until, above, below, most;
  END $$`
