import type { RawData, WebSocket } from 'ws'
import { v7 as uuid } from 'uuid'
import type { Person } from '../contract/actor.js'
import { ChatError, closeCodeOf, type ErrorCode, type Problem } from '../contract/errors.js'
import type { Session } from '../contract/session.js'
import type { Batches } from './batches.js'
import type { Connection, Frame } from './connection.js'
import type { Asked, Place, PlainDialect } from './dialects/dialect.js'
import type { Dispatcher } from './dispatcher.js'
import { Inbox, type Asking } from './inbox.js'
import { Strikes } from './strikes.js'
import { WsOutbox } from './ws.outbox.js'

/** How long a peer that was told the end may take to agree. */
const agreeMs = 2000
/** The longest frame that is read only to say which one was refused. The longest message takes less. */
const legibleLength = 65_536
/** When who was sent away is to come back, each at another moment. */
const [soonestMs, laterMs] = [100, 1900]
/** What is asked by a frame that was not read. */
const unread: Asked = { event: '', payload: undefined }

/** Whose it is, and what it is about. */
interface About {
  session: Session<Person>
  address: string
  dialect: PlainDialect
  place: Place | undefined
  batches: Batches | null
}

/** One plain WebSocket. */
export class WsConnection implements Connection {
  readonly id = uuid()
  readonly dialect: PlainDialect
  readonly address: string
  session: Session<Person>
  warnAtMs = Infinity
  /** When the peer was heard last, by whatever frame, and whether it was pinged since. */
  heardAtMs = performance.now()
  isPinged = false
  readonly inbox: Inbox
  private readonly outbox: WsOutbox
  private readonly place: Place | undefined
  private readonly strikes = new Strikes()

  constructor(
    private readonly ws: WebSocket,
    { session, address, dialect, place, batches }: About,
    dispatcher: Dispatcher,
  ) {
    this.session = session
    this.address = address
    this.dialect = dialect
    this.place = place
    this.inbox = new Inbox(this, dispatcher, {
      hold: () => this.hold(),
      release: () => this.release(),
      refused: (code) => this.count(code),
      failed: (problem) => this.blame(problem),
      cut: () => this.close(1008, 'Too much was asked.'),
    })
    this.outbox = new WsOutbox(
      ws,
      batches,
      () => this.close(1013, 'What was sent was not read.'),
      () => this.inbox.close(),
    )
    // What is wrong with a frame closes it with the code that says so; there is nobody else to be told.
    ws.on('error', () => this.agree())
    ws.on('message', (data, isBinary) => this.receive(data, isBinary))
    ws.on('pong', () => this.heard())
    ws.on('ping', () => this.heard())
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

  idle(): Promise<void> {
    return this.inbox.idle()
  }

  end(code: ErrorCode, reason: string): void {
    this.write({ text: this.dialect.exception(new ChatError(code, reason).problem(uuid())) })
    this.close(closeCodeOf(code), reason)
  }

  finish(): void {
    this.close(1000, 'All has been said.')
  }

  hangUp(): void {
    const retryAfterMs = soonestMs + Math.round(Math.random() * laterMs)
    const away = new ChatError('unavailable', 'Come back: the service restarts.', { retryAfterMs })
    this.write({ text: this.dialect.exception(away.problem(uuid())) })
    this.close(1012, away.message)
  }

  /** Asks a peer that said nothing for a while whether it is there. False if it does not answer. */
  probe(nowMs: number, quietMs: number, goneMs: number): boolean {
    // Whoever is not listened to says nothing.
    if (this.ws.isPaused) return true
    const silentMs = nowMs - this.heardAtMs
    if (silentMs > goneMs) return false
    if (silentMs > quietMs && !this.isPinged) {
      this.isPinged = true
      this.ws.ping()
    }
    return true
  }

  terminate(): void {
    this.ws.terminate()
  }

  private heard(): void {
    this.heardAtMs = performance.now()
    this.isPinged = false
  }

  private hold(): boolean {
    this.ws.pause()
    return true
  }

  private release(): void {
    this.heard()
    this.ws.resume()
  }

  private receive(data: RawData, isBinary: boolean): void {
    // Whoever is told the end is not listened to any more: they may go on talking for as long as they like.
    if (this.ws.readyState !== this.ws.OPEN) return
    this.heard()
    // The bytes are a piece of all that came with them, which would be kept by them.
    const text = isBinary ? null : (data as Buffer).toString()
    this.inbox.take({ bytes: (data as Buffer).length, open: (isRefused) => this.open(text, isRefused) })
  }

  private open(text: string | null, isRefused: boolean): Asking {
    const { dialect, place } = this
    if (isRefused && text && text.length > legibleLength) return { dialect, place, asked: unread, read: () => null }
    try {
      const asked = this.read(text)
      return { dialect, place, asked, read: () => dialect.decode(String(asked.event), asked.payload, place) }
    } catch (error) {
      const read = (): never => {
        throw error
      }
      return { dialect, place, asked: unread, read }
    }
  }

  private read(text: string | null): Asked {
    const frame = text === null ? undefined : parsed(text)
    if (frame === undefined) throw new ChatError('malformed_json', 'A frame must be JSON, as text.')
    const asked = isObject(frame) ? this.dialect.read(frame) : null
    if (!asked) throw new ChatError('bad_request', 'The frame does not have the form of this address.')
    return asked
  }

  /** What fails for a reason of ours is not held against the peer. */
  private blame({ status, code }: Problem): void {
    if (status < 500) this.count(code)
  }

  /** Frames that cannot be taken are answered, but not for ever. */
  private count(code: ErrorCode): void {
    if (this.strikes.isTooMany(code)) this.close(1008, 'Too many frames that could not be taken.')
  }

  /** What was written goes out before. */
  private close(code: number, reason: string): void {
    if (this.ws.readyState !== this.ws.OPEN) return
    this.inbox.close()
    this.outbox.endBatch()
    this.outbox.flush()
    this.ws.close(code, reason.slice(0, 60))
    // Else its agreement would not be read.
    this.ws.resume()
    this.agree()
  }

  private agree(): void {
    setTimeout(() => this.ws.terminate(), agreeMs).unref()
  }
}

const isObject = (frame: unknown): frame is object =>
  typeof frame === 'object' && frame !== null && !Array.isArray(frame)

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
