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
      const reply = refusal ?? (await this.dispatcher.run(this, event, args))
      this.reply(reply, event, args[0], ack)
    })
  }

  /** A broadcast is one buffer for everybody: the socket neither encodes nor frames it again. */
  write(frame: Frame): void {
    frame.wire ??= textFrame(`4${frame.text}`)
    const options = { preEncoded: true, wsPreEncodedFrame: [frame.wire] }
    const client = this.socket.client as unknown as { writeToEngine(packet: string, options: object): void }
    client.writeToEngine(frame.text, options)
  }

  end(code: ErrorCode, reason: string): void {
    this.socket.emit('exception', new ChatError(code, reason).problem(uuid()))
    this.socket.disconnect(true)
  }

  /** When what it asked is answered. */
  async idle(): Promise<void> {
    await this.turns.done()
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
