import type { MigrationInterface, QueryRunner } from 'typeorm'
import { briefly } from '../online.js'
import { secure } from '../row-security.js'

/** Keys of tenants’ own login services, and whether a tenant lets guests watch. */
export class TokenKeys1764600000000 implements MigrationInterface {
  transaction = false

  async up(db: QueryRunner): Promise<void> {
    await briefly(db, 'ALTER TABLE tenants ADD COLUMN IF NOT EXISTS guests boolean NOT NULL DEFAULT false')
    await briefly(db, users)
    await briefly(db, erased, ...secure('erased_ids'))
    await briefly(db, issuers, ...secure('token_issuers'))
    await briefly(db, keys, ...secure('token_keys'))
  }

  async down(db: QueryRunner): Promise<void> {
    await briefly(db, 'ALTER TABLE tb_users DROP COLUMN IF EXISTS tokens_since, DROP COLUMN IF EXISTS role_set_at')
    await briefly(
      db,
      'DROP TABLE IF EXISTS token_keys, token_issuers, erased_ids',
      'ALTER TABLE tenants DROP COLUMN IF EXISTS guests',
    )
  }
}

/** Since when they are what they are: tokens that others made say no epoch, but when they were made. */
const users = `
  ALTER TABLE tb_users
    ADD COLUMN IF NOT EXISTS tokens_since timestamptz(3),
    ADD COLUMN IF NOT EXISTS role_set_at timestamptz(3)`

/** Whom the tenant called so was erased: an old token makes nobody of them again. It does not tell who it was. */
const erased = `
  CREATE TABLE IF NOT EXISTS erased_ids (
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    id_hash bytea NOT NULL,
    erased_at timestamptz(3) NOT NULL,
    PRIMARY KEY (tenant_id, id_hash)
  )`

/** An issuer is one tenant's, whose keys may all have it: whose a token is can be found by it. */
const issuers = `
  CREATE TABLE IF NOT EXISTS token_issuers (
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    issuer text NOT NULL,
    PRIMARY KEY (tenant_id, issuer),
    CONSTRAINT token_issuers_issuer UNIQUE (issuer)
  )`

/** Of a JWKS each key says its own algorithm. */
const keys = `
  CREATE TABLE IF NOT EXISTS token_keys (
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    token_key_id uuid NOT NULL,
    name text,
    algorithm text CHECK (algorithm IN ('HS256', 'RS256', 'ES256', 'EdDSA')),
    secret bytea CHECK (length(secret) >= 32),
    public_key text,
    jwks_url text,
    issuer text,
    audience text,
    trusts_roles boolean NOT NULL DEFAULT false,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    CHECK (num_nonnulls(secret, public_key, jwks_url) = 1),
    CHECK ((algorithm IS NULL) = (jwks_url IS NOT NULL)),
    CHECK ((secret IS NOT NULL) = (algorithm IS NOT DISTINCT FROM 'HS256')),
    PRIMARY KEY (tenant_id, token_key_id),
    FOREIGN KEY (tenant_id, issuer) REFERENCES token_issuers
  )`
