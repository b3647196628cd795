/** The public shape of tenants, their keys and tokens, and at the same time their schemas in Swagger. */
import { ApiProperty } from '@nestjs/swagger'
import { ids, time } from './examples.js'
import { Whole } from './fields.js'

export const tenantStatuses = ['active', 'suspended'] as const
export type TenantStatus = (typeof tenantStatuses)[number]

const Limit = (example: number, description: string): PropertyDecorator =>
  Whole({ min: 1, max: 1_000_000, optional: true, example, description })

/** What comes out is what came in, checks included. */
export class LimitsView {
  @Limit(300, 'Requests and events that one user may send at once')
  user_burst?: number
  @Limit(50, 'What one user may send every second after that')
  user_per_second?: number
  @Limit(2000, 'What the whole tenant may send at once')
  tenant_burst?: number
  @Limit(1000, 'What the whole tenant may send every second after that')
  tenant_per_second?: number
  @Limit(250, 'Events that one socket may send at once')
  socket_burst?: number
  @Limit(40, 'What one socket may send every second after that')
  socket_per_second?: number
  @Limit(250, 'Messages that one user may send at once')
  user_message_burst?: number
  @Limit(40, 'Messages that one user may send every second after that')
  user_message_per_second?: number
  @Limit(1000, 'Messages that the whole tenant may send at once, those of its backend included')
  tenant_message_burst?: number
  @Limit(500, 'Messages that the whole tenant may send every second after that')
  tenant_message_per_second?: number
  @Limit(1000, 'Rooms that one user may join at once, resuming in them included')
  user_join_burst?: number
  @Limit(50, 'Rooms that one user may join every second after that')
  user_join_per_second?: number
  @Limit(50_000, 'Rooms that all users may join at once')
  tenant_join_burst?: number
  @Limit(5000, 'Rooms that all users may join every second after that')
  tenant_join_per_second?: number
  @Limit(100, 'Sockets that one user may open at once')
  user_connection_burst?: number
  @Limit(5, 'Sockets that one user may open every second after that')
  user_connection_per_second?: number
  @Limit(10_000, 'Sockets that all users may open at once')
  tenant_connection_burst?: number
  @Limit(1000, 'Sockets that all users may open every second after that')
  tenant_connection_per_second?: number
  @Limit(100, 'Sockets that one user may have on all nodes')
  user_sockets?: number
  @Limit(100_000, 'Sockets that all users may have on all nodes')
  tenant_sockets?: number
  @Limit(10_000, 'Rooms that the tenant may have, private ones and those of streams included')
  tenant_rooms?: number
  @Whole({
    min: 1,
    max: Number.MAX_SAFE_INTEGER,
    optional: true,
    example: 10_000_000_000,
    description: 'Bytes that its messages may take: their texts, metadata and file_urls, and their earlier versions',
  })
  tenant_storage_bytes?: number
}

export class TenantView {
  @ApiProperty({ format: 'uuid', example: ids.tenant })
  tenant_id: string
  @ApiProperty({ example: 'Acme' })
  name: string
  @ApiProperty({ enum: tenantStatuses })
  status: TenantStatus
  @ApiProperty({ type: [String], example: ['https://app.acme.example'] })
  allowed_origins: string[]
  @ApiProperty({ example: false })
  self_registration: boolean
  @ApiProperty({ example: false, description: 'May people without a credential watch livestreams?' })
  guests: boolean
  @ApiProperty({ type: LimitsView, description: 'What differs from the deployment’s own limits' })
  limits: LimitsView
  @ApiProperty({
    type: 'integer',
    minimum: 1,
    nullable: true,
    example: null,
    description: 'For how many days messages are kept; null: for ever',
  })
  retention_days: number | null
  @ApiProperty({ format: 'date-time', example: time })
  created_at: string
}

export class NewTenantView extends TenantView {
  @ApiProperty({ description: 'The first API token. Shown this once', example: 'parley_9Qm…' })
  api_token: string
}

export class ApiTokenView {
  @ApiProperty({ format: 'uuid', example: ids.token })
  api_token_id: string
  @ApiProperty({ type: String, nullable: true, example: 'production' })
  name: string | null
  @ApiProperty({ example: 'x7Qa' })
  last_four: string
  @ApiProperty({ format: 'date-time', example: time })
  created_at: string
  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null, description: 'To the minute' })
  last_used_at: string | null
  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  revoked_at: string | null
}

export class NewApiTokenView extends ApiTokenView {
  @ApiProperty({ description: 'The token itself. Shown this once', example: 'parley_9Qm…' })
  api_token: string
}

export class SigningKeyView {
  @ApiProperty({ example: 'Zr3kQ0aT', description: 'The `kid` in the header of the JWTs that it signs' })
  kid: string
  @ApiProperty({ format: 'date-time', example: time })
  created_at: string
  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    example: null,
    description: 'Until when the JWTs it signed are accepted; null for the key that signs now',
  })
  retires_at: string | null
}

export const tokenAlgorithms = ['HS256', 'RS256', 'ES256', 'EdDSA'] as const
export type TokenAlgorithm = (typeof tokenAlgorithms)[number]

export class TokenKeyView {
  @ApiProperty({ format: 'uuid', example: ids.token })
  token_key_id: string
  @ApiProperty({ type: String, nullable: true, example: 'login' })
  name: string | null
  @ApiProperty({ enum: tokenAlgorithms, nullable: true, description: 'null: each key of the JWKS says its own' })
  algorithm: TokenAlgorithm | null
  @ApiProperty({ type: String, nullable: true, example: null, description: 'As PEM; a secret is never shown' })
  public_key: string | null
  @ApiProperty({ type: String, nullable: true, example: 'https://login.acme.example/.well-known/jwks.json' })
  jwks_url: string | null
  @ApiProperty({ type: String, nullable: true, example: 'https://login.acme.example' })
  issuer: string | null
  @ApiProperty({ type: String, nullable: true, example: 'chat' })
  audience: string | null
  @ApiProperty({ example: false, description: 'Do `admin` and `moderator` in a token’s `role` count?' })
  trusts_roles: boolean
  @ApiProperty({ format: 'date-time', example: time })
  created_at: string
}

export class AccessTokenView {
  @ApiProperty({
    description: 'A JWT, for `Authorization: Bearer` and for `handshake.auth.token`',
    example: 'eyJhbGci…',
  })
  token: string
  @ApiProperty({ enum: ['Bearer'] })
  token_type: 'Bearer'
  @ApiProperty({ format: 'date-time', example: time })
  expires_at: string
  @ApiProperty({ format: 'uuid', example: ids.user })
  user_id: string
}
