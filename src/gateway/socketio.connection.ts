import type { Socket } from 'socket.io'
import { v7 as uuid } from 'uuid'
import type { Person } from '../contract/actor.js'
import { ChatError, type ErrorCode } from '../contract/errors.js'
import type { Session } from '../contract/session.js'
import type { Connection, Frame } from './connection.js'
import { chatDialect } from './dialects/chat.dialect.js'
import type { Dispatcher, Reply } from './dispatcher.js'
import { Turns } from './turns.js'
import { textFrame } from './text-frame.js'

/** Events of one socket that may wait for their turn. */
const maxWaiting = 1000

type Ack = (reply: Reply) => void

export class SocketIoConnection implements Connection {
  readonly dialect = chatDialect
  private readonly turns = new Turns()
  private ended = false
  /** Frames that were written in this tick. */
  private ready: Buffer[] = []

  constructor(
    private readonly socket: Socket,
    readonly session: Session<Person>,
    private readonly dispatcher: Dispatcher,
  ) {}

  /** An event came in: its turn is after those that came before it on this socket. */
  receive(event: string, args: unknown[]): void {
    const ack = typeof args.at(-1) === 'function' ? (args.pop() as Ack) : null
    const refusal = this.dispatcher.refuse(this) ?? this.refuseToQueue()
    this.turns.take(async () => {
      // What waited when the session was ended is neither done nor answered.
      if (this.ended) return
      const reply = refusal ?? (await this.dispatcher.run(this, event, args))
      this.reply(reply, event, args[0], ack)
    })
  }

  /**
   * A broadcast is one buffer for everybody: the socket neither encodes nor frames it again. Several in one tick, as one
   * commit brings them, go out in one write: a system call costs more than all the rest of a delivery.
   */
  write(frame: Frame): void {
    frame.wire ??= textFrame(`4${frame.text}`)
    if (this.socket.conn.transport.name !== 'websocket') return this.writeToEngine(frame.text, frame.wire)
    if (this.ready.push(frame.wire) === 1) queueMicrotask(() => this.flush())
  }

  end(code: ErrorCode, reason: string): void {
    this.ended = true
    this.flush()
    this.socket.emit('exception', new ChatError(code, reason).problem(uuid()))
    this.socket.disconnect(true)
  }

  /** Ends the connection when all is written, and without a word: so the client comes back by itself, wherever it can. */
  hangUp(): void {
    this.flush()
    this.socket.conn.close()
  }

  /** When what it asked is answered. */
  async idle(): Promise<void> {
    await this.turns.done()
  }

  private flush(): void {
    if (!this.ready.length) return
    const wire = this.ready.length === 1 ? this.ready[0]! : Buffer.concat(this.ready)
    this.ready = []
    this.writeToEngine('', wire)
  }

  /** `wire` is what a WebSocket sends as it is; `text` is for long-polling. */
  private writeToEngine(text: string, wire: Buffer): void {
    const client = this.socket.client as unknown as { writeToEngine(packet: string, options: object): void }
    client.writeToEngine(text, { preEncoded: true, wsPreEncodedFrame: [wire] })
  }

  private refuseToQueue(): Reply | null {
    if (this.turns.waiting < maxWaiting) return null
    return this.dispatcher.failed(
      new ChatError('overloaded', `More than ${maxWaiting} events of this socket wait.`, { retryAfterMs: 1000 }),
    )
  }

  private reply(reply: Reply, event: string, payload: unknown, ack: Ack | null): void {
    if (ack) return ack(reply)
    if (reply.ok) return
    const { client_message_id } = (payload ?? {}) as { client_message_id?: unknown }
    const about = typeof client_message_id === 'string' ? { client_message_id } : {}
    this.socket.emit('exception', { ...(reply as { error: object }).error, event, ...about })
  }
}
