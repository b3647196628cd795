import { Injectable } from '@nestjs/common'
import type { Actor, Operator } from '../contract/actor.js'
import { ChatError } from '../contract/errors.js'
import type { LimitsView, UsageDayView, UsageView } from '../contract/views.js'
import { limitsInForce } from '../auth/limits.js'
import { Config } from '../infra/config.js'
import { TenantsService } from '../tenants/tenants.service.js'
import { dayMs, daysBetween, dayOf, monthOf } from './days.js'
import { Recorder } from './recorder.js'
import type { UsageQueryDto } from './usage.dto.js'
import { UsageRepository } from './usage.repository.js'

const [usualDays, mostDays] = [30, 366]

const nothingOn = (day: string): UsageDayView => ({
  day,
  messages: 0,
  bytes: 0,
  peak_connections: 0,
  active_users: 0,
})

@Injectable()
export class UsageService {
  constructor(
    private readonly usage: UsageRepository,
    private readonly recorder: Recorder,
    private readonly tenants: TenantsService,
    private readonly config: Config,
  ) {}

  async ofTenant(operator: Operator, tenantId: string, query: UsageQueryDto): Promise<UsageView> {
    const { limits } = await this.tenants.get(operator, tenantId)
    return this.read(tenantId, limits, query)
  }

  async mine({ tenantId }: Actor, query: UsageQueryDto): Promise<UsageView> {
    const tenant = await this.tenants.identify(tenantId)
    return this.read(tenantId, tenant!.limits, query)
  }

  /** With all that this node has counted until now, if that could be written; what others did is some seconds old. */
  private async read(tenantId: string, own: LimitsView, query: UsageQueryDto): Promise<UsageView> {
    const days = daysOf(query)
    await this.recorder.catchUp()
    const used = await this.usage.days(tenantId, days[0]!, days.at(-1)!)
    const byDay = new Map(used.map((use) => [use.day, use]))
    return {
      items: days.map((day) => byDay.get(day) ?? nothingOn(day)),
      months: await this.usage.months(tenantId, [...new Set(days.map(monthOf))]),
      now: await this.usage.present(tenantId),
      limits: limitsInForce(own, this.config),
      default_limits: limitsInForce({}, this.config),
    }
  }
}

function daysOf({ from, to }: UsageQueryDto): string[] {
  const last = to ?? dayOf(Date.now())
  const days = daysBetween(from ?? dayOf(Date.parse(last) - (usualDays - 1) * dayMs), last)
  if (days.length && days.length <= mostDays) return days
  const message = days.length ? `must be no more than ${mostDays} days before to` : 'must not be after to'
  throw new ChatError('validation_failed', `from ${message}`, { errors: [{ field: 'from', message }] })
}
