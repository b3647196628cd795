import { Injectable } from '@nestjs/common'
import { atLeisure } from '../infra/at-leisure.js'
import { Config } from '../infra/config.js'
import { Hourly } from '../infra/hourly.js'
import { dayMs, dayOf, idBefore, monthOf } from './days.js'
import { UsageRepository, type Measured } from './usage.repository.js'

/** By then every node has written what it counted of the day before. */
const lateMs = 600_000

const nothing: Measured = { messages: 0, bytes: 0 }

/**
 * Counts again, from the messages themselves: a day when it is over, since a node that died has not written its last
 * seconds; and what tenants store, since what was deleted is known of by nobody else. Any number of nodes may do it.
 */
@Injectable()
export class Closing extends Hourly {
  constructor(
    private readonly usage: UsageRepository,
    private readonly config: Config,
  ) {
    super('usage', () => this.pass())
  }

  async pass(nowMs = Date.now()): Promise<void> {
    await this.closeDays(dayOf(nowMs - lateMs))
    await this.closeMonths(monthOf(dayOf(Date.parse(monthOf(dayOf(nowMs - lateMs))) - dayMs)))
    await this.usage.forgetNodes()
    for (const tenantId of await this.usage.uncounted(this.config.MAX_TENANT_STORAGE_BYTES)) await this.count(tenantId)
  }

  private async closeDays(before: string): Promise<void> {
    for (const open of await this.usage.openDays(before)) {
      const beganMs = Date.parse(open.day)
      await this.usage.closeDay(open, await this.measure(open.tenant_id, beganMs, beganMs + dayMs))
    }
  }

  /** But for this month and the one before. */
  private async closeMonths(before: string): Promise<void> {
    for (const open of await this.usage.openMonths(before)) await this.usage.closeMonth(open)
  }

  private async count(tenantId: string): Promise<void> {
    const begun = await this.usage.beginCount(tenantId)
    if (!begun) return
    const { bytes } = await this.measure(tenantId, 0, Date.now())
    await this.usage.endCount(tenantId, bytes, begun)
  }

  private async measure(tenantId: string, fromMs: number, toMs: number): Promise<Measured> {
    let sum = nothing
    let after = idBefore(fromMs)
    for (;;) {
      const from = after
      const piece = await atLeisure(() => this.usage.measure(tenantId, from, idBefore(toMs)))
      if (!piece) return sum
      sum = { messages: sum.messages + piece.messages, bytes: sum.bytes + piece.bytes }
      after = piece.last
    }
  }
}
