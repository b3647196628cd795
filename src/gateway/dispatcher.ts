import { Injectable, Logger } from '@nestjs/common'
import { v7 as uuid } from 'uuid'
import { AllowanceService, requireAllowed } from '../auth/allowance.service.js'
import { ChatError, type Problem } from '../contract/errors.js'
import { databaseAway } from '../infra/database/pg-error.js'
import { Metrics } from '../infra/metrics.js'
import { commands, Core } from './commands.js'
import type { Connection } from './connection.js'

export type Reply = ({ ok: true } & object) | { ok: false; error: Problem }

/** Finds, validates and runs what a client asks, and turns a failure into a reply. It never throws. */
@Injectable()
export class Dispatcher {
  private readonly logger = new Logger('socket')

  constructor(
    private readonly core: Core,
    private readonly allowances: AllowanceService,
    private readonly metrics: Metrics,
  ) {}

  /** Counts the event when it arrives, not when its turn comes: null if it may go on. */
  refuse(connection: Connection): Reply | null {
    try {
      requireAllowed(this.allowances.spend(connection.session))
      return null
    } catch (error) {
      return this.failed(error)
    }
  }

  async run(connection: Connection, event: string, payloads: unknown[]): Promise<Reply> {
    const startedMs = performance.now()
    const call = connection.dialect.decode(event, payloads[0])
    const reply = await this.attempt(connection, call?.command, payloads)
    const labels = { command: call?.command ?? 'unknown', outcome: reply.ok ? 'ok' : reply.error.code }
    this.metrics.commands.observe(labels, (performance.now() - startedMs) / 1000)
    return reply
  }

  private async attempt(connection: Connection, name: string | undefined, payloads: unknown[]): Promise<Reply> {
    try {
      const command = name === undefined ? undefined : commands.get(name)
      if (!command) throw new ChatError('unknown_event', 'There is no such event.')
      if (payloads.length > 1)
        throw new ChatError('validation_failed', 'An event takes one payload, and an acknowledgement.')
      return { ok: true, ...(await command.run(this.core, connection, payloads[0])) }
    } catch (error) {
      return this.failed(error)
    }
  }

  failed(error: unknown): Reply {
    const known = error instanceof ChatError ? error : databaseAway(error)
    if (!known) this.logger.error(error)
    const told = known ?? new ChatError('internal', 'Something went wrong here; it has been logged.')
    return { ok: false, error: told.problem(uuid()) }
  }
}
