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
/** What may wait for a peer that does not read; answering pings is not reading. */
const maxWaitingBytes = 1_048_576

type Ack = (reply: Reply) => void

export class SocketIoConnection implements Connection {
  readonly dialect = chatDialect
  private readonly turns = new Turns()
  private ended = false
  /** Frames that were written in this tick. */
  private ready: Buffer[] = []
  /** What Engine.IO keeps, because the peer does not read what it was sent before. */
  private waitingBytes = 0

  constructor(
    private readonly socket: Socket,
    readonly session: Session<Person>,
    private readonly dispatcher: Dispatcher,
  ) {}

  /** An event came in: its turn is after those that came before it on this socket. */
  receive(event: string, args: unknown[]): void {
    const ack = typeof args.at(-1) === 'function' ? (args.pop() as Ack) : null
    const refusal = this.dispatcher.refuse(this) ?? this.refuseToQueue()
    const about = { event, ...clientMessageId(args[0]) }
    if (refusal) return this.refuse(refusal, about, ack)
    this.turns.take(async () => {
      // What waited when the session was ended is neither done nor answered.
      if (this.ended) return
      this.reply(await this.dispatcher.run(this, event, args), about, ack)
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
    const { writeBuffer } = this.socket.conn as unknown as { writeBuffer: unknown[] }
    if (!writeBuffer.length) this.waitingBytes = 0
    if (this.waitingBytes > maxWaitingBytes) return this.cut()
    this.waitingBytes += wire.length
    const client = this.socket.client as unknown as { writeToEngine(packet: string, options: object): void }
    client.writeToEngine(text, { preEncoded: true, wsPreEncodedFrame: [wire] })
  }

  /** A peer that does not read is not told that it is cut: it would not read it. It comes back, and resumes. */
  private cut(): void {
    this.ended = true
    const { socket } = this.socket.conn.transport as unknown as { socket?: { terminate?(): void } }
    if (socket?.terminate) socket.terminate()
    else this.socket.conn.close(true)
  }

  private refuseToQueue(): Reply | null {
    if (this.turns.waiting < maxWaiting) return null
    return this.dispatcher.failed(
      new ChatError('overloaded', `More than ${maxWaiting} events of this socket wait.`, { retryAfterMs: 1000 }),
    )
  }

  /** In its turn, too. What was asked is not kept for it, and who goes on asking all the same is cut. */
  private refuse(refusal: Reply, about: object, ack: Ack | null): void {
    if (this.turns.waiting > 10 * maxWaiting) return this.cut()
    this.turns.take(async () => this.reply(refusal, about, ack))
  }

  private reply(reply: Reply, about: object, ack: Ack | null): void {
    if (ack) return ack(reply)
    if (!reply.ok) this.socket.emit('exception', { ...(reply as { error: object }).error, ...about })
  }
}

function clientMessageId(payload: unknown): object {
  const { client_message_id } = (payload ?? {}) as { client_message_id?: unknown }
  return typeof client_message_id === 'string' ? { client_message_id } : {}
}
