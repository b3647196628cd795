import type { Socket } from 'socket.io'
import { v7 as uuid } from 'uuid'
import type { Person } from '../contract/actor.js'
import { ChatError, type ErrorCode } from '../contract/errors.js'
import type { Session } from '../contract/session.js'
import type { Connection, Frame } from './connection.js'
import { chatDialect } from './dialects/chat.dialect.js'
import type { Dispatcher, Reply } from './dispatcher.js'
import { Outbox } from './socketio.outbox.js'
import { Turns } from './turns.js'

/** Events of one socket that may wait for their turn. */
const maxWaiting = 1000
/** How much of an event's name, and of a client's own id, is repeated to it. */
const maxNameLength = 200

/** An event as Socket.IO read it: its name and payloads, if it has any, and a number if it is to be acknowledged. */
interface Packet {
  data?: [event: string | number, ...payloads: unknown[]]
  id?: number
}

/** What an answer must say, or be about. */
interface Asked {
  event: string | number
  payload: unknown
  id: number | undefined
}

export class SocketIoConnection implements Connection {
  readonly dialect = chatDialect
  warnAtMs = Infinity
  private readonly turns = new Turns()
  private readonly outbox: Outbox
  private ended = false

  constructor(
    private readonly socket: Socket,
    public session: Session<Person>,
    private readonly dispatcher: Dispatcher,
    readonly address: string,
  ) {
    this.outbox = new Outbox(socket, () => (this.ended = true))
    // In place of Socket.IO's own way from a packet to its listeners: there is one, it is told every event with the
    // acknowledgement's number, and it writes the acknowledgement itself.
    Object.assign(socket, { onevent: (packet: Packet) => this.receive(packet) })
  }

  get id(): string {
    return this.socket.id
  }

  write(frame: Frame): void {
    this.outbox.write(frame)
  }

  drained(): Promise<void> | undefined {
    return this.outbox.drained()
  }

  end(code: ErrorCode, reason: string): void {
    this.ended = true
    this.exception(new ChatError(code, reason).problem(uuid()))
    this.outbox.flush()
    this.socket.disconnect(true)
  }

  /** Ends the connection when all is written, and without a word: so the client comes back by itself, wherever it can. */
  hangUp(): void {
    this.outbox.flush()
    this.socket.conn.close()
  }

  /** When what it asked is answered. */
  async idle(): Promise<void> {
    await this.turns.done()
  }

  /** An event came in: its turn is after those that came before it on this socket. */
  private receive({ data: [event, ...payloads] = [''], id }: Packet): void {
    const refusal = this.dispatcher.refuse(this) ?? this.refuseToQueue()
    const asked: Asked = { event, payload: payloads[0], id }
    if (refusal) return this.refuse(refusal, asked)
    this.turns.take(async () => {
      // What waited when the session was ended is neither done nor answered.
      if (this.ended) return
      this.reply(await this.dispatcher.run(this, String(event), payloads), asked)
    })
  }

  private refuseToQueue(): Reply | null {
    if (this.turns.waiting < maxWaiting) return null
    return this.dispatcher.failed(
      new ChatError('overloaded', `More than ${maxWaiting} events of this socket wait.`, { retryAfterMs: 1000 }),
    )
  }

  /** In its turn, too. What was asked is not kept for it, and who goes on asking all the same is cut. */
  private refuse(refusal: Reply, { event, payload, id }: Asked): void {
    if (this.turns.waiting > 10 * maxWaiting) return this.outbox.cut()
    const asked = { event: String(event).slice(0, maxNameLength), payload: clientMessageId(payload), id }
    this.turns.take(async () => this.reply(refusal, asked))
  }

  private reply(reply: Reply, { event, payload, id }: Asked): void {
    if (id !== undefined) return this.write({ text: this.dialect.reply(reply, id) })
    if (!reply.ok) this.exception({ ...(reply as { error: object }).error, event, ...clientMessageId(payload) })
  }

  private exception(problem: object): void {
    this.write({ text: this.dialect.exception(problem) })
  }
}

function clientMessageId(payload: unknown): object {
  const { client_message_id } = (payload ?? {}) as { client_message_id?: unknown }
  return typeof client_message_id === 'string' ? { client_message_id: client_message_id.slice(0, maxNameLength) } : {}
}
