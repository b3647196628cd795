/** The public shape of tenants, their keys and tokens, and at the same time their schemas in Swagger. */
import { ApiProperty } from '@nestjs/swagger'
import { ids, time } from './examples.js'

export const tenantStatuses = ['active', 'suspended'] as const
export type TenantStatus = (typeof tenantStatuses)[number]

export class LimitsView {
  @ApiProperty({
    type: 'integer',
    minimum: 1,
    required: false,
    example: 300,
    description: 'Requests and events that one user may send at once',
  })
  user_burst?: number
  @ApiProperty({
    type: 'integer',
    minimum: 1,
    required: false,
    example: 50,
    description: 'What one user may send every second after that',
  })
  user_per_second?: number
  @ApiProperty({
    type: 'integer',
    minimum: 1,
    required: false,
    example: 5000,
    description: 'What the whole tenant may send at once',
  })
  tenant_burst?: number
  @ApiProperty({
    type: 'integer',
    minimum: 1,
    required: false,
    example: 2000,
    description: 'What the whole tenant may send every second after that',
  })
  tenant_per_second?: number
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
  @ApiProperty({ type: LimitsView, description: 'What differs from the deployment’s own limits' })
  limits: LimitsView
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
