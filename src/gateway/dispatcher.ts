import { Injectable, Logger } from '@nestjs/common'
import { v7 as uuid } from 'uuid'
import { AllowanceService, requireAllowed, type Spent } from '../auth/allowance.service.js'
import type { Person } from '../contract/actor.js'
import { ChatError } from '../contract/errors.js'
import type { Soon } from '../contract/ports.js'
import type { Session } from '../contract/session.js'
import { databaseAway } from '../infra/database/pg-error.js'
import { Lifecycle } from '../infra/lifecycle.js'
import { Metrics } from '../infra/metrics.js'
import { soon } from '../infra/soon.js'
import { commands, Core } from './commands.js'
import type { Connection } from './connection.js'
import type { Call, Reply } from './dialects/dialect.js'

export type Refusal = Reply & { ok: false }

/** Finds, validates and runs what a client asks, and turns a failure into a reply. It never throws. */
@Injectable()
export class Dispatcher {
  private readonly logger = new Logger('socket')

  constructor(
    private readonly core: Core,
    private readonly allowances: AllowanceService,
    private readonly metrics: Metrics,
    private readonly lifecycle: Lifecycle,
  ) {}

  /** Counts the event when it arrives, not when its turn comes: null if it may go on. */
  refuse({ session, id: socketId, address }: Connection): Soon<Refusal | null> {
    try {
      this.lifecycle.requireServing()
      const spent = this.allowances.spend(session, 'request', { socketId, address })
      return soon(spent, (known) => this.refusalFor(session, known))
    } catch (error) {
      return this.refused(error, session)
    }
  }

  private refusalFor(session: Session<Person>, spent: Spent | null): Refusal | null {
    try {
      requireAllowed(spent)
      if (session.actor.guest) throw new ChatError('guests_only_read', 'A guest only reads: log in to talk.')
      return null
    } catch (error) {
      return this.refused(error, session)
    }
  }

  /** Counted among the commands, of which nobody has read what it was. */
  private refused(error: unknown, session: Session): Refusal {
    const refusal = this.failed(error, session)
    this.metrics.commands.observe({ command: 'unknown', outcome: refusal.error.code }, 0)
    return refusal
  }

  /** `read` says what is asked: null if there is no such thing, and throws if it cannot be understood. */
  async run(connection: Connection, read: () => Call | null): Promise<Reply> {
    const startedMs = performance.now()
    let name = 'unknown'
    let reply: Reply
    try {
      const call = read()
      name = call?.command ?? name
      reply = { ok: true, ...(await this.do(connection, call)) }
    } catch (error) {
      reply = this.failed(error, connection.session)
    }
    const labels = { command: name, outcome: reply.ok ? 'ok' : reply.error.code }
    this.metrics.commands.observe(labels, (performance.now() - startedMs) / 1000)
    return reply
  }

  private do(connection: Connection, call: Call | null): Promise<object> {
    const command = call && commands.get(call.command)
    if (!command) throw new ChatError('unknown_event', 'There is no such event.')
    return command.run(this.core, connection, call.payload)
  }

  failed(error: unknown, session?: Session): Refusal {
    const known = error instanceof ChatError ? error : databaseAway(error)
    const told = known ?? new ChatError('internal', 'Something went wrong here; it has been logged.')
    const about = { request_id: uuid(), tenant_id: session?.actor.tenantId, code: told.code }
    if (known) this.logger.debug(about)
    else this.logger.error({ ...about, err: error })
    return { ok: false, error: told.problem(about.request_id) }
  }
}
