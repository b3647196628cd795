import { Column, Entity, PrimaryColumn } from 'typeorm'
import type { LimitsView, TenantStatus } from '../contract/views.js'

@Entity('tenants')
export class Tenant {
  @PrimaryColumn('uuid')
  tenant_id: string
  @Column('text')
  name: string
  @Column('text')
  status: TenantStatus
  @Column('text', { array: true })
  allowed_origins: string[]
  @Column('boolean')
  self_registration: boolean
  @Column('boolean')
  guests: boolean
  @Column('jsonb')
  limits: LimitsView
  @Column('integer', { nullable: true })
  retention_days: number | null
  @Column('timestamptz')
  created_at: Date
}
