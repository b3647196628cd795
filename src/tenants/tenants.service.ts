import { Injectable } from '@nestjs/common'
import { v7 as uuid } from 'uuid'
import type { Actor, Operator } from '../contract/actor.js'
import { readCursor, toPage } from '../contract/page.js'
import { EventBus } from '../contract/ports.js'
import type { LimitsView, NewTenantView, Page, TenantView } from '../contract/views.js'
import { makeApiToken } from './api-tokens.service.js'
import { newSigningKey } from './secrets.js'
import type { Tenant } from './tenant.entity.js'
import { toTenantView, type CreateTenantDto, type ListTenantsDto, type UpdateTenantDto } from './tenants.dto.js'
import { TenantsRepository } from './tenants.repository.js'

/** What whoever authenticates must know of a tenant. */
export interface TenantState {
  suspended: boolean
  /** May people register themselves? */
  selfRegistration: boolean
  /** May people without a credential watch livestreams? */
  guests: boolean
  allowedOrigins: string[]
  limits: LimitsView
}

@Injectable()
export class TenantsService {
  /** How often one was changed here: what was known of any before may not be so any more. */
  changes = 0

  constructor(
    private readonly tenants: TenantsRepository,
    private readonly bus: EventBus,
  ) {}

  /** The tenant with its first API token, which is never shown again. */
  async create(_: Operator, input: CreateTenantDto, tenantId = uuid()): Promise<NewTenantView> {
    const { apiToken, row } = makeApiToken(tenantId, 'first')
    const tenant = await this.tenants.insert({ ...input, tenant_id: tenantId }, newSigningKey(), row)
    return { ...toTenantView(tenant), api_token: apiToken }
  }

  async list(_: Operator, { limit, cursor, q }: ListTenantsDto): Promise<Page<TenantView>> {
    const rows = await this.tenants.list(readCursor(cursor)?.id ?? null, limit + 1, q)
    return toPage(rows, limit, (row) => ({ id: row.tenant_id, time: null }), toTenantView)
  }

  async get(_: Operator, tenantId: string): Promise<TenantView> {
    return toTenantView(await this.tenants.require(tenantId))
  }

  /** What its own backend may read of it. */
  async mine({ tenantId }: Actor): Promise<TenantView> {
    return toTenantView(await this.tenants.require(tenantId))
  }

  async update(_: Operator, tenantId: string, input: UpdateTenantDto): Promise<TenantView> {
    const row = await this.tenants.update(tenantId, { ...input })
    this.changes++
    if (input.status === 'suspended') this.endSessions(tenantId, 'The tenant was suspended.')
    if (input.guests === false) this.endGuests(tenantId)
    return toTenantView(row)
  }

  /** Suspends first, so that nobody writes while everything goes. */
  async delete(operator: Operator, tenantId: string): Promise<void> {
    await this.update(operator, tenantId, { status: 'suspended' })
    await this.tenants.delete(tenantId)
  }

  /** For whoever authenticates; null if there is no such tenant. */
  async identify(tenantId: string): Promise<TenantState | null> {
    const row = await this.tenants.find(tenantId)
    return row && toState(row)
  }

  /** The same of many, each in its place. */
  async identifyAll(tenantIds: string[]): Promise<(TenantState | null)[]> {
    return (await this.tenants.findAll(tenantIds)).map((row) => row && toState(row))
  }

  /** May pages of this origin talk to any tenant? For preflights, which name none. */
  isAllowedOrigin(origin: string): Promise<boolean> {
    return this.tenants.isAllowedOrigin(origin)
  }

  private endGuests(tenantId: string): void {
    const reason = 'Guests may not watch any more.'
    this.bus.publish({ tenantId, guests: true }, { type: 'session.ended', code: 'credentials_missing', reason })
  }

  private endSessions(tenantId: string, reason: string): void {
    this.bus.publish({ tenantId, everyone: true }, { type: 'session.ended', code: 'tenant_suspended', reason })
  }
}

const toState = (row: Tenant): TenantState => ({
  suspended: row.status === 'suspended',
  selfRegistration: row.self_registration,
  guests: row.guests,
  allowedOrigins: row.allowed_origins,
  limits: row.limits,
})
