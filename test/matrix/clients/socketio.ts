/** What the clients of both Socket.IO dialects have in common: events, which are acknowledged. */
import type { TestUser } from '../../support/service.js'
import type { TestSocket } from '../../support/sockets.js'
import type { Answer, Place } from '../client.js'

export class SocketIoClient {
  protected socket: TestSocket
  private readonly sockets: TestSocket[] = []

  constructor(
    protected readonly user: TestUser,
    protected readonly place: Place,
  ) {}

  protected async connect(): Promise<void> {
    this.sockets.push((this.socket = await this.user.socket()))
  }

  protected async ask(event: string, payload: object): Promise<Answer> {
    const { ok, duplicate, error } = await this.socket.ask(event, payload)
    return ok ? { ok, duplicate } : { ok, code: error.code, retryAfterMs: error.retry_after_ms }
  }

  /** Without an acknowledgement: the event that tells of the failure. */
  protected async failing(event: string, payload: unknown, failure: string): Promise<unknown> {
    const count = this.socket.payloads(failure).length + 1
    this.socket.socket.emit(event, payload)
    return [failure, (await this.socket.next(failure, count)).at(-1)]
  }

  drop(): void {
    this.socket.close()
  }

  /** `[event, payload]` of every socket that it had. */
  async frames(): Promise<any[]> {
    return this.sockets.flatMap(({ heard }) => heard)
  }
}
