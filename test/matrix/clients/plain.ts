/** What the clients of all plain WebSockets have in common: frames, which are answered by frames. */
import { Refused, type PlainSocket } from '../../support/plain.js'
import type { TestUser } from '../../support/service.js'
import { until } from '../../support/until.js'
import type { Answer, Place } from '../client.js'

type IsIt = (frame: any) => boolean

export abstract class PlainClient {
  protected socket: PlainSocket
  private readonly sockets: PlainSocket[] = []

  constructor(
    protected readonly user: TestUser,
    protected readonly place: Place,
  ) {}

  /** What an error frame tells; undefined of any other. */
  protected abstract errorIn(frame: any): any

  protected async open(path: string): Promise<Answer> {
    try {
      this.sockets.push((this.socket = await this.user.plain(path)))
      return { ok: true }
    } catch (error) {
      if (error instanceof Refused) return { ok: false, code: error.problem.code }
      throw error
    }
  }

  /** By what `isAnswer`, or by an error that is about it. */
  protected async ask(frame: object, isAnswer: IsIt, clientMessageId?: string): Promise<Answer> {
    if (this.socket.ws.readyState !== this.socket.ws.OPEN) return { ok: false, code: 'closed' }
    const answer = await this.answer(frame, (heard) => this.isError(heard, clientMessageId) || isAnswer(heard))
    const error = this.errorIn(answer)
    return error ? { ok: false, code: error.code, retryAfterMs: error.retry_after_ms } : { ok: true }
  }

  protected failing(frame: object | string, clientMessageId?: string): Promise<unknown> {
    return this.answer(frame, (heard) => this.isError(heard, clientMessageId))
  }

  babbled(): Promise<unknown> {
    return this.failing('no JSON')
  }

  private isError(frame: any, clientMessageId?: string): boolean {
    const error = this.errorIn(frame)
    return error !== undefined && error.client_message_id === clientMessageId
  }

  private answer(frame: object | string, isAnswer: IsIt): Promise<any> {
    const { frames } = this.socket
    const before = frames.length
    this.socket.send(frame)
    return until(() => frames.slice(before).find(isAnswer), 'an answer', 10_000)
  }

  protected async close(): Promise<Answer> {
    this.socket.close()
    await this.socket.closed
    return { ok: true }
  }

  drop(): void {
    this.socket.ws.terminate()
  }

  /** Of every socket that it had. */
  async frames(): Promise<any[]> {
    return this.sockets.flatMap(({ frames }) => frames)
  }
}
