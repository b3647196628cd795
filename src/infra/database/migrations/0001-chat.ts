import type { MigrationInterface, QueryRunner } from 'typeorm'

/**
 * The tables of the first release. Every key begins with the tenant, and so does every foreign key: the database
 * itself refuses a reference across tenants.
 */
export class Chat1763700000000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(tenants)
    await db.query(people)
    await db.query(rooms)
    await db.query(messages)
    await db.query(idempotency)
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      DROP TABLE idempotency_keys, tb_messages, room_removals, tb_user_room, tb_chat_rooms, tb_users, tb_roles,
        api_tokens, signing_keys, tenants`)
  }
}

const tenants = `
  CREATE TABLE tenants (
    tenant_id uuid PRIMARY KEY,
    name text NOT NULL,
    status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'suspended')),
    allowed_origins text[] NOT NULL DEFAULT '{}',
    self_registration boolean NOT NULL DEFAULT false,
    limits jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz(3) NOT NULL DEFAULT now()
  );
  CREATE TABLE signing_keys (
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    kid text NOT NULL,
    secret bytea NOT NULL,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    retires_at timestamptz(3),
    PRIMARY KEY (tenant_id, kid)
  );
  CREATE UNIQUE INDEX signing_keys_one_signs ON signing_keys (tenant_id) WHERE retires_at IS NULL;
  CREATE TABLE api_tokens (
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    api_token_id uuid NOT NULL,
    name text,
    hash bytea NOT NULL UNIQUE,
    last_four text NOT NULL,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    last_used_at timestamptz(3),
    revoked_at timestamptz(3),
    minted_revoked_at timestamptz(3),
    PRIMARY KEY (tenant_id, api_token_id)
  )`

const people = `
  CREATE TABLE tb_roles (
    tenant_id uuid NOT NULL REFERENCES tenants,
    role_id smallint NOT NULL,
    role_enum text NOT NULL CHECK (role_enum IN ('admin', 'moderator', 'user')),
    PRIMARY KEY (tenant_id, role_id),
    UNIQUE (tenant_id, role_enum)
  );
  CREATE TABLE tb_users (
    tenant_id uuid NOT NULL REFERENCES tenants,
    user_id uuid NOT NULL,
    external_id text,
    username text,
    display_name text,
    img_url text,
    email text,
    phone text,
    role_id smallint NOT NULL,
    flag_delete text NOT NULL DEFAULT 'active' CHECK (flag_delete IN ('active', 'not_active', 'delete')),
    token_epoch integer NOT NULL DEFAULT 0,
    metadata jsonb,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, user_id),
    FOREIGN KEY (tenant_id, role_id) REFERENCES tb_roles,
    CONSTRAINT tb_users_external_id UNIQUE (tenant_id, external_id),
    CONSTRAINT tb_users_username UNIQUE (tenant_id, username)
  )`

const rooms = `
  CREATE TABLE tb_chat_rooms (
    tenant_id uuid NOT NULL REFERENCES tenants,
    chat_room_id uuid NOT NULL,
    type text NOT NULL CHECK (type IN ('group', 'private', 'livestream')),
    access text NOT NULL CHECK (access IN ('open', 'invite')),
    name text,
    img_url text,
    created_by uuid,
    private_pair text,
    archived boolean NOT NULL DEFAULT false,
    last_seq bigint NOT NULL DEFAULT 0,
    last_rev bigint NOT NULL DEFAULT 0,
    first_seq bigint NOT NULL DEFAULT 1,
    last_message_at timestamptz(3),
    member_count integer NOT NULL DEFAULT 0,
    metadata jsonb,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, chat_room_id),
    FOREIGN KEY (tenant_id, created_by) REFERENCES tb_users,
    CONSTRAINT tb_chat_rooms_private_pair UNIQUE (tenant_id, private_pair)
  ) WITH (fillfactor = 50);
  CREATE INDEX tb_chat_rooms_of_maker ON tb_chat_rooms (tenant_id, created_by);
  CREATE TABLE tb_user_room (
    tenant_id uuid NOT NULL,
    user_room_id uuid NOT NULL,
    room_id uuid NOT NULL,
    user_id uuid NOT NULL,
    room_role text NOT NULL DEFAULT 'member' CHECK (room_role IN ('owner', 'moderator', 'member')),
    joined_at timestamptz(3) NOT NULL DEFAULT now(),
    last_read_seq bigint NOT NULL DEFAULT 0,
    hidden_at_seq bigint,
    PRIMARY KEY (tenant_id, room_id, user_id),
    UNIQUE (tenant_id, user_room_id),
    FOREIGN KEY (tenant_id, room_id) REFERENCES tb_chat_rooms ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, user_id) REFERENCES tb_users
  );
  CREATE INDEX tb_user_room_of_user ON tb_user_room (tenant_id, user_id, room_id);
  CREATE TABLE room_removals (
    tenant_id uuid NOT NULL,
    room_id uuid NOT NULL,
    user_id uuid NOT NULL,
    removed_at timestamptz(3) NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, room_id, user_id),
    FOREIGN KEY (tenant_id, room_id) REFERENCES tb_chat_rooms ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, user_id) REFERENCES tb_users
  );
  CREATE INDEX room_removals_of_user ON room_removals (tenant_id, user_id)`

const messages = `
  CREATE TABLE tb_messages (
    tenant_id uuid NOT NULL,
    room_id uuid NOT NULL,
    seq bigint NOT NULL,
    message_id uuid NOT NULL,
    user_id uuid,
    type text NOT NULL CHECK (type IN ('text', 'system')),
    content text,
    file_url text,
    client_message_id text,
    reply_to uuid,
    mentions uuid[] NOT NULL DEFAULT '{}',
    metadata jsonb,
    rev bigint NOT NULL DEFAULT 0,
    pinned boolean NOT NULL DEFAULT false,
    created_at timestamptz(3) NOT NULL,
    edited_at timestamptz(3),
    deleted_at timestamptz(3),
    PRIMARY KEY (tenant_id, room_id, seq),
    CONSTRAINT tb_messages_id UNIQUE (tenant_id, message_id),
    FOREIGN KEY (tenant_id, room_id) REFERENCES tb_chat_rooms ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, user_id) REFERENCES tb_users
  );
  CREATE UNIQUE INDEX tb_messages_sent_once ON tb_messages (tenant_id, room_id, user_id, client_message_id)
    NULLS NOT DISTINCT WHERE client_message_id IS NOT NULL`

const idempotency = `
  CREATE TABLE idempotency_keys (
    scope text NOT NULL,
    key_hash bytea NOT NULL,
    tenant_id uuid REFERENCES tenants ON DELETE CASCADE,
    request_hash bytea NOT NULL,
    status smallint,
    answer bytea,
    claimed_at timestamptz(3) NOT NULL DEFAULT now(),
    PRIMARY KEY (scope, key_hash)
  );
  CREATE INDEX idempotency_keys_by_age ON idempotency_keys (claimed_at);
  CREATE INDEX idempotency_keys_of_tenant ON idempotency_keys (tenant_id)`
