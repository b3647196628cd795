import type { MigrationInterface, QueryRunner } from 'typeorm'
import { briefly } from '../online.js'
import { secure } from '../row-security.js'

/** Streams and their rooms, and how often somebody may send to a room. No row is rewritten for it. */
export class Livestreams1764700000000 implements MigrationInterface {
  transaction = false

  async up(db: QueryRunner): Promise<void> {
    await briefly(db, threads, ...secure('chat_threads'))
    await briefly(db, 'ALTER TABLE tb_chat_rooms ADD COLUMN IF NOT EXISTS slow_mode_s integer NOT NULL DEFAULT 0')
  }

  async down(db: QueryRunner): Promise<void> {
    await briefly(db, 'ALTER TABLE tb_chat_rooms DROP COLUMN IF EXISTS slow_mode_s')
    await briefly(db, 'DROP TABLE IF EXISTS chat_threads')
  }
}

/** A stream is its streamer's for ever, and its room with it. */
const threads = `
  CREATE TABLE IF NOT EXISTS chat_threads (
    tenant_id uuid NOT NULL,
    stream_id text NOT NULL CHECK (char_length(stream_id) BETWEEN 1 AND 128),
    room_id uuid NOT NULL,
    streamer_id uuid NOT NULL,
    active boolean NOT NULL DEFAULT true,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    closed_at timestamptz(3),
    PRIMARY KEY (tenant_id, stream_id),
    CONSTRAINT chat_threads_room UNIQUE (tenant_id, room_id),
    FOREIGN KEY (tenant_id, room_id) REFERENCES tb_chat_rooms ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, streamer_id) REFERENCES tb_users
  );
  CREATE INDEX IF NOT EXISTS chat_threads_of_streamer ON chat_threads (tenant_id, streamer_id, stream_id)`
