import { Injectable } from '@nestjs/common'
import { Connected } from '../contract/ports.js'
import { Hub } from './hub.js'

@Injectable()
export class ConnectedPeople extends Connected {
  constructor(private readonly hub: Hub) {
    super()
  }

  count(tenantId: string): number {
    const people = new Set<string>()
    for (const { session } of this.hub.connectionsIn(tenantId)) {
      if (!session.actor.guest) people.add(session.actor.userId)
    }
    return people.size
  }
}
