import type { Socket } from 'socket.io'
import { v7 as uuid } from 'uuid'
import type { Person } from '../contract/actor.js'
import { ChatError, type ErrorCode } from '../contract/errors.js'
import type { Session } from '../contract/session.js'
import { Brake } from './brake.js'
import type { Connection, Frame } from './connection.js'
import { chatDialect } from './dialects/chat.dialect.js'
import { liveDialect } from './dialects/live.dialect.js'
import type { Dialect } from './dialects/dialect.js'
import type { Dispatcher } from './dispatcher.js'
import { Inbox, type Asking } from './inbox.js'
import { SocketIoOutbox } from './socketio.outbox.js'

/** Whose events come over Socket.IO. What nobody knows is the first one's to answer. */
const dialects: readonly Dialect[] = [chatDialect, liveDialect]

/** An event as Socket.IO read it: its name and payloads, if it has any, and a number if it is to be acknowledged. */
interface Packet {
  data?: [event: string | number, ...payloads: unknown[]]
  id?: number
}

/** What was parsed takes several times as much as the text that came. */
const timesParsed = 4

/** What of Engine.IO's connection is used here. */
interface Engine {
  transport: { name: string; socket?: Readable }
  /** What came, before Socket.IO reads it; a message may be empty. */
  on(event: 'data', listener: (data?: string | Buffer) => void): this
}

/** A WebSocket. */
interface Readable {
  pause(): void
  resume(): void
}

export class SocketIoConnection implements Connection {
  readonly dialect = chatDialect
  warnAtMs = Infinity
  private readonly inbox: Inbox
  private readonly outbox: SocketIoOutbox
  /** What came, and is not yet an event's: Socket.IO tells of an event a little later than of its text. */
  private cameBytes = 0
  private held: Readable | null = null
  private readonly brake = new Brake({ stop: () => this.stop(), goOn: () => this.goOn() })

  constructor(
    private readonly socket: Socket,
    public session: Session<Person>,
    dispatcher: Dispatcher,
    readonly address: string,
  ) {
    this.inbox = new Inbox(this, dispatcher, {
      hold: () => this.brake.hold(),
      release: () => this.brake.release(),
      refused: (code) => this.brake.refused(code),
      cut: () => this.outbox.cut(),
    })
    this.outbox = new SocketIoOutbox(socket, () => this.inbox.close())
    const engine = socket.conn as unknown as Engine
    engine.on('data', (data) => (this.cameBytes += data?.length ?? 0))
    // In place of Socket.IO's own way from a packet to its listeners: there is one, it is told every event with the
    // acknowledgement's number, and it writes the acknowledgement itself.
    Object.assign(socket, { onevent: (packet: Packet) => this.receive(packet) })
  }

  get id(): string {
    return this.socket.id
  }

  get isSlow(): boolean {
    return this.outbox.isSlow
  }

  write(frame: Frame): void {
    this.outbox.write(frame)
  }

  drained(): Promise<void> | undefined {
    return this.outbox.drained()
  }

  end(code: ErrorCode, reason: string): void {
    this.write({ text: this.dialect.exception(new ChatError(code, reason).problem(uuid())) })
    this.finish()
  }

  finish(): void {
    this.inbox.close()
    this.outbox.flush()
    this.socket.disconnect(true)
  }

  hangUp(): void {
    this.outbox.flush()
    this.socket.conn.close()
  }

  idle(): Promise<void> {
    return this.inbox.idle()
  }

  /** By long-polling there is nothing that could be left unread. */
  private stop(): boolean {
    const { name, socket } = (this.socket.conn as unknown as Engine).transport
    this.held = name === 'websocket' && socket ? socket : null
    this.held?.pause()
    return this.held !== null
  }

  private goOn(): void {
    this.held?.resume()
    this.held = null
  }

  private receive(packet: Packet): void {
    const bytes = this.cameBytes * timesParsed
    this.cameBytes = 0
    this.inbox.take({ bytes, open: () => asking(packet, this.dialect) })
  }
}

function asking({ data: [name, ...payloads] = [''], id }: Packet, other: Dialect): Asking {
  const [payload] = payloads
  const asked = { event: name, payload, id }
  for (const dialect of dialects) {
    const call = dialect.decode(String(name), payload)
    if (call) return { dialect, asked, read: () => (requireOne(payloads), call) }
  }
  return { dialect: other, asked, read: () => null }
}

function requireOne(payloads: unknown[]): void {
  if (payloads.length <= 1) return
  throw new ChatError('validation_failed', 'An event takes one payload, and an acknowledgement.')
}
