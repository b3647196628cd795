import { Injectable } from '@nestjs/common'
import { Attendance } from '../presence/attendance.js'
import { TypingService } from '../presence/typing.service.js'
import { Meter } from '../usage/meter.js'
import type { Connection } from './connection.js'
import { Hub } from './hub.js'

/** Says who comes and who goes by their sockets: what follows from that is not for a transport to know. */
@Injectable()
export class ComingsService {
  constructor(
    private readonly hub: Hub,
    private readonly attendance: Attendance,
    private readonly typing: TypingService,
    private readonly meter: Meter,
  ) {}

  /** Of everybody, guests too. */
  opened({ session }: Connection): void {
    this.meter.opened(session.actor.tenantId)
  }

  closed({ session }: Connection): void {
    this.meter.closed(session.actor.tenantId)
  }

  add({ session }: Connection): void {
    this.attendance.arrive(session.actor)
    this.meter.active(session.actor)
  }

  /** To be called when the hub does not know the connection any more. */
  remove({ id, session: { actor } }: Connection): void {
    this.typing.leave(id)
    if (!this.hub.hasAny(actor.tenantId, actor.userId)) this.attendance.leave(actor)
  }
}
