import type { MigrationInterface, QueryRunner } from 'typeorm'
import { briefly, indexOnline } from '../online.js'

/**
 * What people are to each other and what they did with a message: passwords, friendships, presence, reactions, earlier
 * versions of messages. Only new tables, and columns that no row must be rewritten for: each of the tables in use is
 * locked for a moment, by itself, for its columns or for what refers to it.
 */
export class People1764100000000 implements MigrationInterface {
  transaction = false

  async up(db: QueryRunner): Promise<void> {
    await briefly(db, erasing, people, friendships)
    await indexOnline(db, 'tb_users_erasing', 'ON tb_users (tenant_id, user_id) WHERE erasing')
    await briefly(db, 'ALTER TABLE tb_user_room ADD COLUMN IF NOT EXISTS blocked boolean NOT NULL DEFAULT false')
    await briefly(db, `ALTER TABLE tb_messages ADD COLUMN IF NOT EXISTS reactions jsonb NOT NULL DEFAULT '[]'`)
    await briefly(db, messages)
    await briefly(db, deletions)
  }

  async down(db: QueryRunner): Promise<void> {
    await briefly(db, 'DROP TRIGGER IF EXISTS forget_message ON tb_messages', 'DROP FUNCTION IF EXISTS forget_message')
    await briefly(db, 'ALTER TABLE tb_messages DROP COLUMN IF EXISTS reactions')
    await briefly(db, 'ALTER TABLE tb_user_room DROP COLUMN IF EXISTS blocked')
    await briefly(db, 'ALTER TABLE tb_users DROP COLUMN IF EXISTS erased_at, DROP COLUMN IF EXISTS erasing')
    await briefly(
      db,
      `DROP TABLE IF EXISTS message_edits, tb_reaction, tb_friendships, tb_user_status, revoked_tokens, tb_passwords`,
    )
  }
}

const erasing = `
  ALTER TABLE tb_users ADD COLUMN IF NOT EXISTS erasing boolean NOT NULL DEFAULT false,
    ADD COLUMN IF NOT EXISTS erased_at timestamptz(3)`

const people = `
  CREATE TABLE IF NOT EXISTS tb_passwords (
    tenant_id uuid NOT NULL,
    user_id uuid NOT NULL,
    hash text NOT NULL,
    changed_at timestamptz(3) NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, user_id),
    FOREIGN KEY (tenant_id, user_id) REFERENCES tb_users ON DELETE CASCADE
  );
  CREATE TABLE IF NOT EXISTS revoked_tokens (
    tenant_id uuid NOT NULL,
    token_id uuid NOT NULL,
    user_id uuid NOT NULL,
    expires_at timestamptz(3) NOT NULL,
    PRIMARY KEY (tenant_id, token_id),
    FOREIGN KEY (tenant_id, user_id) REFERENCES tb_users ON DELETE CASCADE
  );
  CREATE INDEX IF NOT EXISTS revoked_tokens_by_end ON revoked_tokens (expires_at);
  CREATE INDEX IF NOT EXISTS revoked_tokens_of_user ON revoked_tokens (tenant_id, user_id);
  CREATE TABLE IF NOT EXISTS tb_user_status (
    tenant_id uuid NOT NULL,
    user_id uuid NOT NULL,
    is_online boolean NOT NULL DEFAULT false,
    last_seen timestamptz(3),
    invisible boolean NOT NULL DEFAULT false,
    PRIMARY KEY (tenant_id, user_id),
    FOREIGN KEY (tenant_id, user_id) REFERENCES tb_users ON DELETE CASCADE
  )`

/** A friendship, asked for or accepted, is one row whoever asked; who blocks whom is a row of its own, for each of the two. */
const friendships = `
  CREATE TABLE IF NOT EXISTS tb_friendships (
    tenant_id uuid NOT NULL,
    user_id uuid NOT NULL,
    friend_id uuid NOT NULL,
    status text NOT NULL CHECK (status IN ('pending', 'accepted', 'blocked')),
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    accepted_at timestamptz(3),
    CHECK (user_id <> friend_id),
    PRIMARY KEY (tenant_id, user_id, friend_id),
    FOREIGN KEY (tenant_id, user_id) REFERENCES tb_users ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, friend_id) REFERENCES tb_users ON DELETE CASCADE
  );
  CREATE UNIQUE INDEX IF NOT EXISTS tb_friendships_pair
    ON tb_friendships (tenant_id, least(user_id, friend_id), greatest(user_id, friend_id)) WHERE status <> 'blocked';
  CREATE INDEX IF NOT EXISTS tb_friendships_of_friend ON tb_friendships (tenant_id, friend_id, user_id)`

/** Reactions stand in their table, and their counts beside the message, both changed in one statement under its lock. */
const messages = `
  CREATE TABLE IF NOT EXISTS tb_reaction (
    tenant_id uuid NOT NULL,
    reaction_id uuid NOT NULL,
    message_id uuid NOT NULL,
    user_id uuid NOT NULL,
    emoji text NOT NULL,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, message_id, user_id, emoji),
    FOREIGN KEY (tenant_id, message_id) REFERENCES tb_messages (tenant_id, message_id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, user_id) REFERENCES tb_users ON DELETE CASCADE
  );
  CREATE INDEX IF NOT EXISTS tb_reaction_of_user ON tb_reaction (tenant_id, user_id, message_id, emoji);
  CREATE TABLE IF NOT EXISTS message_edits (
    tenant_id uuid NOT NULL,
    message_id uuid NOT NULL,
    rev bigint NOT NULL,
    content text,
    file_url text,
    mentions uuid[] NOT NULL,
    metadata jsonb,
    written_at timestamptz(3) NOT NULL,
    PRIMARY KEY (tenant_id, message_id, rev),
    FOREIGN KEY (tenant_id, message_id) REFERENCES tb_messages (tenant_id, message_id) ON DELETE CASCADE
  )`

/**
 * What hangs on a message goes when it is deleted. By a trigger, which sees what was stored until the message was locked:
 * the deleting statement sees only what was there when it began.
 */
const deletions = `
  CREATE OR REPLACE FUNCTION forget_message() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      DELETE FROM tb_reaction t WHERE t.tenant_id = NEW.tenant_id AND t.message_id = NEW.message_id;
      DELETE FROM message_edits e WHERE e.tenant_id = NEW.tenant_id AND e.message_id = NEW.message_id;
      RETURN NULL;
    END $$;
  CREATE OR REPLACE TRIGGER forget_message AFTER UPDATE OF deleted_at ON tb_messages FOR EACH ROW
    WHEN (NEW.deleted_at IS NOT NULL AND OLD.deleted_at IS NULL) EXECUTE FUNCTION forget_message()`
