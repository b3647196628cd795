import { Injectable } from '@nestjs/common'
import { ActivityService } from './activity.service.js'
import { ComingsService } from './comings.service.js'
import type { Connection } from './connection.js'
import { Departures } from './departures.service.js'
import { EnteringService } from './entering.service.js'
import { EphemeralService } from './ephemeral.service.js'
import { Expiry } from './expiry.js'
import { Hub } from './hub.js'
import { SessionsService } from './sessions.service.js'

/** Every connection of this node, by whatever transport, from when it is somebody's to when it ends. */
@Injectable()
export class ArrivalsService {
  constructor(
    private readonly hub: Hub,
    private readonly activity: ActivityService,
    private readonly comings: ComingsService,
    private readonly entering: EnteringService,
    private readonly ephemeral: EphemeralService,
    private readonly sessions: SessionsService,
    private readonly expiry: Expiry,
    private readonly departures: Departures,
  ) {}

  add(connection: Connection): void {
    this.departures.add(connection)
    this.hub.add(connection)
    this.comings.opened(connection)
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
    this.entering.exitAll(connection)
    this.ephemeral.exitAll(connection)
    this.hub.remove(connection)
    this.comings.closed(connection)
    if (!connection.session.actor.guest) {
      this.activity.remove(connection)
      this.comings.remove(connection)
    }
    this.departures.remove(connection)
  }
}
