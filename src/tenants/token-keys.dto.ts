import { AnyJson, Flag, Link, OneOf, Text } from '../contract/fields.js'
import { tokenAlgorithms, type TokenAlgorithm, type TokenKeyView } from '../contract/views.js'
import type { TokenKey } from './token-key.entity.js'

const secretEncodings = ['utf8', 'base64'] as const

export class RegisterTokenKeyDto {
  @Text({ max: 200, optional: true, nullable: true, example: 'login' })
  name?: string | null
  @OneOf(tokenAlgorithms, { optional: true, description: 'What the key is for anyway; another is refused' })
  algorithm?: TokenAlgorithm
  @Text({ max: 1000, optional: true, description: 'Of HS256, 32 bytes or more' })
  secret?: string
  @OneOf(secretEncodings, { optional: true, description: 'How `secret` is written: base64 of either kind, or utf8' })
  secret_encoding?: (typeof secretEncodings)[number]
  @AnyJson({ optional: true, nullable: false, example: undefined, description: 'As PEM, or as a JWK' })
  public_key?: unknown
  @Link({
    optional: true,
    example: 'https://login.acme.example/.well-known/jwks.json',
    description:
      'Where its JWKS is, by https. It must be to be reached from the internet, unless the deployment says so',
  })
  jwks_url?: string
  @Text({
    max: 500,
    optional: true,
    nullable: true,
    example: 'https://login.acme.example',
    description: 'The `iss` of its tokens: others are refused. Several keys of one tenant may have the same',
  })
  issuer?: string | null
  @Text({
    max: 500,
    optional: true,
    nullable: true,
    example: 'chat',
    description:
      'One of the `aud` of its tokens: others are refused. Say it if the service signs tokens for others, too',
  })
  audience?: string | null
  @Flag({
    optional: true,
    description:
      'Do `admin` and `moderator` in a token’s `role` count, for as long as the token lives? Nothing of it is stored, and what the backend said after the token’s `iat` stands',
  })
  trusts_roles?: boolean
}

export const tokenKeyExamples = {
  'A secret': { name: 'login', secret: 'c2VjcmV0IG9mIHRoZSBsb2dpbiBzZXJ2aWNlLi4u', secret_encoding: 'utf8' },
  'A public key': {
    public_key: { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' },
    trusts_roles: true,
  },
}

export const toTokenKeyView = (row: TokenKey): TokenKeyView => ({
  token_key_id: row.token_key_id,
  name: row.name,
  algorithm: row.algorithm,
  public_key: row.public_key,
  jwks_url: row.jwks_url,
  issuer: row.issuer,
  audience: row.audience,
  trusts_roles: row.trusts_roles,
  created_at: row.created_at.toISOString(),
})
