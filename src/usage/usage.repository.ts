import { Injectable } from '@nestjs/common'
import type { PersonKey } from '../contract/ports.js'
import type { UsageDayView, UsageMonthView, UsageNowView } from '../contract/views.js'
import { Database } from '../infra/database/database.js'
import type { Active, DayUse, Sockets } from './meter.js'
import * as sql from './usage.sql.js'

/** What a tenant has stored, and how much it may if that is said of itself. */
export interface Stored {
  tenant_id: string
  bytes: number
  most: number | null
}

export interface Measured {
  messages: number
  bytes: number
}

/** One that has begun: how many bytes were believed until then. */
interface Count {
  believed: number
  since: string
}

export interface TenantDay {
  tenant_id: string
  day: string
}

export interface TenantMonth {
  tenant_id: string
  month: string
}

/** Messages that are measured at a time. */
const atOnce = 2000

@Injectable()
export class UsageRepository {
  constructor(private readonly database: Database) {}

  /** All or nothing. `today`: the day of the sockets. Of tenants that are no more, nothing. */
  write(nodeId: string, uses: DayUse[], sockets: Sockets[], today: string): Promise<Stored[]> {
    const said = new Map(sockets.map((one) => [`${today}:${one.tenantId}`, one]))
    const counted = new Set(uses.map(({ tenantId, day }) => `${day}:${tenantId}`))
    const others = sockets.filter(({ tenantId }) => !counted.has(`${today}:${tenantId}`))
    const all = [...uses, ...others.map(({ tenantId }) => ({ tenantId, day: today, messages: 0, bytes: 0 }))]
    const each = <T>(read: (use: DayUse, of?: Sockets) => T): T[] =>
      all.map((use) => read(use, said.get(`${use.day}:${use.tenantId}`)))
    const tenantIds = each(({ tenantId }) => tenantId)
    return this.database
      .ofEach(tenantIds)
      .prepared<Stored & object>('usage_write', sql.writing, [
        nodeId,
        tenantIds,
        each(({ day }) => day),
        each(({ messages }) => messages),
        each(({ bytes }) => bytes),
        each((_, of) => of?.now ?? null),
        each((_, of) => of?.peak ?? 0),
      ])
  }

  async writeActive(people: Active[]): Promise<void> {
    const tenantIds = people.map(({ tenantId }) => tenantId)
    const values = [tenantIds, people.map(({ userId }) => userId), people.map(({ day }) => day)]
    await this.database.ofEach(tenantIds).prepared('usage_active', sql.writingActive, values)
  }

  days(tenantId: string, from: string, to: string): Promise<UsageDayView[]> {
    return this.database.of(tenantId).query<UsageDayView>(sql.days, [tenantId, from, to])
  }

  months(tenantId: string, months: string[]): Promise<UsageMonthView[]> {
    return this.database.of(tenantId).query<UsageMonthView>(sql.months, [tenantId, months])
  }

  async present(tenantId: string): Promise<UsageNowView> {
    const [row] = await this.database.of(tenantId).query<UsageNowView>(sql.present, [tenantId])
    return row!
  }

  /** The next messages between two ids, and the last one's; null if there are no more. */
  async measure(tenantId: string, after: string, before: string): Promise<(Measured & { last: string }) | null> {
    const values = [tenantId, after, before, atOnce]
    const [row] = await this.database.of(tenantId).query<Measured & { last: string | null }>(sql.measuring, values)
    return row?.last ? { ...row, last: row.last } : null
  }

  /** Of all tenants, the days before this one that are not closed. */
  openDays(before: string): Promise<TenantDay[]> {
    return this.database.ofAll.query<TenantDay>(sql.openDays, [before])
  }

  async closeDay({ tenant_id, day }: TenantDay, { messages, bytes }: Measured): Promise<void> {
    await this.database.of(tenant_id).query(sql.closingDay, [tenant_id, day, messages, bytes])
  }

  /** Of all tenants, the months before this one of which it is still known who was there. */
  openMonths(before: string): Promise<TenantMonth[]> {
    return this.database.ofAll.query<TenantMonth>(sql.openMonths, [before])
  }

  /** From then on only how many they were is known. */
  async closeMonth({ tenant_id, month }: TenantMonth): Promise<void> {
    await this.database.of(tenant_id).query(sql.closingMonth, [tenant_id, month])
  }

  async forgetNodes(): Promise<void> {
    await this.database.ofAll.query(sql.forgettingNodes)
  }

  /** Tenants whose storage is to be counted. `most`: what a tenant may store that says nothing of itself; 0: all. */
  async uncounted(most: number): Promise<string[]> {
    const rows = await this.database.ofAll.query<{ tenant_id: string }>(sql.uncounted, [most])
    return rows.map((row) => row.tenant_id)
  }

  /** Null if another node is counting. */
  async beginCount(tenantId: string): Promise<Count | null> {
    const [row] = await this.database.of(tenantId).query<Count>(sql.beginCount, [tenantId])
    return row ?? null
  }

  async endCount(tenantId: string, bytes: number, { believed, since }: Count): Promise<void> {
    await this.database.of(tenantId).query(sql.endCount, [tenantId, bytes, believed, since])
  }

  monthsOf({ tenantId, userId }: PersonKey): Promise<{ month: string; days: number }[]> {
    return this.database.of(tenantId).query(sql.monthsOf, [tenantId, userId])
  }

  async forget({ tenantId, userId }: PersonKey): Promise<void> {
    await this.database.of(tenantId).query(sql.forgetting, [tenantId, userId])
  }
}
