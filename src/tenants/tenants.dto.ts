import { Flag, OneOf, Origins, Text, Whole } from '../contract/fields.js'
import { Part } from '../contract/input.js'
import { PageDto } from '../contract/page.js'
import { LimitsView, tenantStatuses, type ApiTokenView, type SigningKeyView } from '../contract/views.js'
import type { TenantStatus, TenantView } from '../contract/views.js'
import type { ApiToken } from './api-token.entity.js'
import type { SigningKey } from './signing-key.entity.js'
import type { Tenant } from './tenant.entity.js'

/** A hundred years: beyond that one means for ever. */
const RetentionDays = (): PropertyDecorator =>
  Whole({
    min: 1,
    max: 36_500,
    optional: true,
    nullable: true,
    example: 365,
    description: 'Messages older than this many days are deleted; null keeps them for ever',
  })

export class LimitsDto extends LimitsView {}

export class CreateTenantDto {
  @Text({ max: 200, example: 'Acme' })
  name: string
  @Origins({
    optional: true,
    example: ['https://app.acme.example'],
    description: 'Origins of its web pages; * for any, but not for sockets by a cookie: these need the name',
  })
  allowed_origins?: string[]
  @Flag({ optional: true, description: 'May people register themselves, with a username and a password?' })
  self_registration?: boolean
  @Flag({ optional: true, description: 'May people without a credential watch livestreams?' })
  guests?: boolean
  @Part(LimitsDto, 'Limits that differ from the deployment’s own')
  limits?: LimitsDto
  @RetentionDays()
  retention_days?: number | null
}

export class ListTenantsDto extends PageDto {
  @Text({
    max: 200,
    optional: true,
    example: 'acme',
    description: 'Only those with this in their name, in whatever case',
  })
  q?: string
}

export class UpdateTenantDto {
  @Text({ max: 200, optional: true, example: 'Acme' })
  name?: string
  @OneOf(tenantStatuses, { optional: true, description: 'suspended: refuses everything and ends all sockets' })
  status?: TenantStatus
  @Origins({
    optional: true,
    example: ['https://app.acme.example'],
    description: 'Origins of its web pages; * for any, but not for sockets by a cookie: these need the name',
  })
  allowed_origins?: string[]
  @Flag({ optional: true, description: 'May people register themselves, with a username and a password?' })
  self_registration?: boolean
  @Flag({ optional: true, description: 'May people without a credential watch livestreams?' })
  guests?: boolean
  @Part(LimitsDto, 'Replaces all limits of the tenant; what is left out is the deployment’s own')
  limits?: LimitsDto
  @RetentionDays()
  retention_days?: number | null
}

export class IssueApiTokenDto {
  @Text({ max: 200, optional: true, nullable: true, example: 'production' })
  name?: string | null
}

export class RevokeApiTokenDto {
  @Flag({ optional: true, description: 'Also the JWTs that it minted' })
  tokens?: boolean
}

export class RotateKeyDto {
  @Whole({
    min: 0,
    max: 31_536_000,
    optional: true,
    example: 3600,
    description: 'Seconds for which JWTs of the key before are still accepted; JWT_TTL unless said',
  })
  overlap_seconds?: number
}

export const toTenantView = (row: Tenant): TenantView => ({
  tenant_id: row.tenant_id,
  name: row.name,
  status: row.status,
  allowed_origins: row.allowed_origins,
  self_registration: row.self_registration,
  guests: row.guests,
  limits: row.limits,
  retention_days: row.retention_days,
  created_at: row.created_at.toISOString(),
})

export const toApiTokenView = (row: ApiToken): ApiTokenView => ({
  api_token_id: row.api_token_id,
  name: row.name,
  last_four: row.last_four,
  created_at: row.created_at.toISOString(),
  last_used_at: row.last_used_at?.toISOString() ?? null,
  revoked_at: row.revoked_at?.toISOString() ?? null,
})

export const toSigningKeyView = (row: SigningKey): SigningKeyView => ({
  kid: row.kid,
  created_at: row.created_at.toISOString(),
  retires_at: row.retires_at?.toISOString() ?? null,
})
