import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common'
import { v4 as uuid } from 'uuid'
import { Config } from '../infra/config.js'
import { dayOf } from './days.js'
import { Meter } from './meter.js'
import { StorageQuota } from './storage-quota.js'
import { UsageRepository } from './usage.repository.js'

/** Nobody else waits long for what a statement locks. */
const peopleAtOnce = 10_000

/** Writes down every few seconds what this node counted: one statement for all tenants, so that no send waits for it. */
@Injectable()
export class Recorder implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger('usage')
  private readonly nodeId = uuid()
  private timer: NodeJS.Timeout
  private tail: Promise<void> = Promise.resolve()

  constructor(
    private readonly meter: Meter,
    private readonly usage: UsageRepository,
    private readonly quota: StorageQuota,
    private readonly config: Config,
  ) {}

  onModuleInit(): void {
    this.timer = setInterval(() => void this.catchUp(), this.config.USAGE_INTERVAL_MS).unref()
  }

  /** Writes what this node counted until now, if it can be written. */
  async catchUp(): Promise<void> {
    await this.write().catch((error: unknown) => this.logger.warn(error))
  }

  /** When all is done that there is to count. */
  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer)
    await this.catchUp()
  }

  /** Everything that was counted until now is then in the database. What could not be written is kept for the next time. */
  write(): Promise<void> {
    const done = this.tail.then(() => this.pass())
    this.tail = done.catch(() => undefined)
    return done
  }

  private async pass(): Promise<void> {
    await this.writeUses()
    await this.writeActive()
  }

  private async writeUses(): Promise<void> {
    for (const tenantId of this.quota.takeAsked()) this.meter.stored(tenantId, 0, 0)
    const [uses, sockets] = [this.meter.takeUses(), this.meter.socketsToSay()]
    if (!uses.length && !sockets.length) return
    try {
      const stored = await this.usage.write(this.nodeId, uses, sockets, dayOf(Date.now()))
      this.meter.said(sockets)
      this.quota.know(stored)
    } catch (error) {
      this.meter.giveBack(uses)
      throw error
    }
  }

  private async writeActive(): Promise<void> {
    const left = this.meter.takeActive()
    try {
      for (; left.length; left.splice(0, peopleAtOnce)) await this.usage.writeActive(left.slice(0, peopleAtOnce))
    } catch (error) {
      this.meter.giveBackActive(left)
      throw error
    }
  }
}
