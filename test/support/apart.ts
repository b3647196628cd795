/** Two nodes on one database that hear nothing of each other: every kick of one is lost to the other, until it looks again. */
import { startService, type Service, type TestTenant, type TestUser } from './service.js'

export class Apart {
  private constructor(
    /** Where things are taken away. */
    readonly service: Service,
    /** Where everybody is, who is looked at again all the time. */
    readonly node: Service,
  ) {}

  static async start(): Promise<Apart> {
    const service = await startService()
    return new Apart(service, await service.another({ RECHECK_INTERVAL_MS: '100' }))
  }

  async stop(): Promise<void> {
    await this.node.stop()
    await this.service.stop()
  }

  /** Somebody new, whose sockets are at the node. */
  async person(tenant: TestTenant): Promise<TestUser> {
    return (await tenant.user()).at(this.node)
  }

  /** Everything that is at the node has been looked at since: what is taken away here is found after it. */
  async aRound(): Promise<void> {
    const tenant = await this.service.tenant()
    const canary = await this.person(tenant)
    const room = await tenant.room([canary])
    const socket = await canary.socketIn(room)
    await tenant.backend.delete(`/room/${room}/member/${canary.userId}`)
    await socket.next('room_removed')
    await tenant.backend.patch(`/user/${canary.userId}`, { status: 'not_active' })
    await socket.disconnected()
  }
}
