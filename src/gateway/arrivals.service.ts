import { setTimeout } from 'node:timers/promises'
import { Injectable } from '@nestjs/common'
import { Lifecycle } from '../infra/lifecycle.js'
import { ActivityService } from './activity.service.js'
import { ComingsService } from './comings.service.js'
import type { Connection } from './connection.js'
import { EnteringService } from './entering.service.js'
import { EphemeralService } from './ephemeral.service.js'
import { Expiry } from './expiry.js'
import { Hub } from './hub.js'
import { Lingering } from './lingering.js'
import { SessionsService } from './sessions.service.js'

/** How long what was asked may take to be answered when the service ends. */
const answeredMs = 3000
/** How long what was answered may take to go out then. */
const goneMs = 500

/** Every connection of this node, by whatever transport, from when it is somebody's to when it ends. */
@Injectable()
export class ArrivalsService {
  private readonly live = new Set<Connection>()
  private onLastGone: () => void = () => undefined

  constructor(
    private readonly hub: Hub,
    private readonly activity: ActivityService,
    private readonly comings: ComingsService,
    private readonly entering: EnteringService,
    private readonly ephemeral: EphemeralService,
    private readonly sessions: SessionsService,
    private readonly expiry: Expiry,
    private readonly lifecycle: Lifecycle,
    private readonly lingering: Lingering,
  ) {}

  add(connection: Connection): void {
    this.live.add(connection)
    this.hub.add(connection)
    // A guest is nobody of whom others are told, and has no rooms.
    if (!connection.session.actor.guest) {
      this.activity.add(connection)
      this.comings.add(connection)
    }
    this.expiry.greet(connection)
    void this.sessions.recheck(connection)
  }

  /** To be called once for each that was added. */
  remove(connection: Connection): void {
    this.live.delete(connection)
    this.entering.exitAll(connection)
    this.ephemeral.exitAll(connection)
    this.hub.remove(connection)
    if (!connection.session.actor.guest) {
      this.activity.remove(connection)
      this.comings.remove(connection)
    }
    if (!this.live.size) this.onLastGone()
  }

  /**
   * What was asked is answered, and has gone out, before each socket ends: at once, if nothing is being answered. Nobody
   * waits for another. What is asked now is refused.
   */
  async drain(): Promise<void> {
    this.lifecycle.draining = true
    const gone = new Promise<void>((resolve) => (this.onLastGone = resolve))
    const late = setTimeout(answeredMs, undefined, { ref: false })
    const hangUp = async (connection: Connection): Promise<void> => {
      await Promise.race([connection.idle(), late])
      connection.hangUp()
    }
    await Promise.all([...this.live].map(hangUp))
    if (this.live.size) await Promise.race([gone, setTimeout(goneMs, undefined, { ref: false })])
    this.lingering.end()
  }
}
