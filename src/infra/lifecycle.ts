import { Injectable } from '@nestjs/common'
import { ChatError } from '../contract/errors.js'

/** By then another node, or this one again, is there for whoever was refused at the end of this one. */
const retryAfterMs = 1000

/** Whether this process is on its way out: what is under way is finished, and nothing new should be sent here. */
@Injectable()
export class Lifecycle {
  draining = false

  /** Throws `unavailable` from then on. */
  requireRunning(): void {
    if (this.draining) throw new ChatError('unavailable', 'The service is shutting down.', { retryAfterMs })
  }
}
