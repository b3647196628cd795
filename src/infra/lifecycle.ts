import { Injectable } from '@nestjs/common'
import { ChatError } from '../contract/errors.js'

/**
 * `draining`: who is here is served as before, and nobody new is taken. `ending`: what is under way is finished, and
 * nothing else is begun.
 */
export type Phase = 'running' | 'draining' | 'ending'

/** By then another node, or this one again, is there for whoever was refused at the end of this one. */
const retryAfterMs = 1000

/** How far this process is on its way out. */
@Injectable()
export class Lifecycle {
  phase: Phase = 'running'

  get isLeaving(): boolean {
    return this.phase !== 'running'
  }

  /** For who is new here. Throws `unavailable`: another node takes them. */
  requireRunning(): void {
    if (this.isLeaving) throw goingAway()
  }

  /** For what is asked by who is here. Throws `unavailable` when it would not be finished any more. */
  requireServing(): void {
    if (this.phase === 'ending') throw goingAway()
  }
}

export const goingAway = (): ChatError =>
  new ChatError('unavailable', 'The service is shutting down.', { retryAfterMs })
