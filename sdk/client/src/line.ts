import { io, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client'
import { ParleyError } from './errors.js'
import type { Answers, Asks, Problem } from './types.js'
import { written } from './written.js'

export type SocketSettings = Partial<Pick<ManagerOptions & SocketOptions, 'transports' | 'extraHeaders'>>

interface Outlets {
  up(): void
  hear(event: string, payload: unknown): void
  /** Once, and it is over: what the service said last, if it ended it. */
  down(problem: Problem | null, reason: string): void
}

/** So long it may take until the service says yes or no, and until it answers. */
const patienceMs = 10_000
/** What a frame has beside what is asked. */
const frameBytes = 100

/** One connection from its first try to its end. There is another one after it, and nothing of this one goes on in that. */
export class Line {
  private readonly socket: Socket
  private readonly timer: ReturnType<typeof setTimeout>
  private lastWord: Problem | null = null
  private heardMs = 0
  /** A larger frame ends the connection, and would end the next one. */
  private mostBytes = Infinity
  private isOver = false

  constructor(
    url: string,
    readonly token: string,
    settings: SocketSettings,
    private readonly outlets: Outlets,
  ) {
    const { origin, pathname } = new URL(url)
    const path = `${pathname.replace(/\/$/, '')}/socket.io/`
    const ours = { path, auth: { token }, forceNew: true, reconnection: false, timeout: patienceMs }
    this.socket = io(origin, { transports: ['websocket'], ...settings, ...ours })
    this.socket.io.engine.on('handshake', ({ maxPayload }) => (this.mostBytes = maxPayload))
    this.timer = setTimeout(() => this.end('There was no answer in time.'), patienceMs)
    this.socket.on('connect', () => this.connected())
    this.socket.on('connect_error', (error: Error & { data?: Problem }) => this.end(error.message, error.data))
    this.socket.on('disconnect', (reason) => this.end(reason, this.lastWord))
    this.socket.onAny((event: string, payload: unknown) => this.hear(event, payload))
  }

  get isUp(): boolean {
    return this.socket.connected && !this.isOver
  }

  /**
   * The answer, when what was asked is done. Throws `ParleyError`: `timeout` where nobody knows. A connection on which nothing
   * at all came meanwhile is none: a stalled one would say so only after its pings.
   */
  async ask<E extends keyof Asks>(event: E, payload: Asks[E], withinMs = patienceMs): Promise<Answers[E]> {
    this.expectFits(event, written(payload))
    const askedMs = performance.now()
    const asked = this.socket.timeout(withinMs).emitWithAck(event, payload) as Promise<
      (Answers[E] & { ok: true }) | { ok: false; error: Problem }
    >
    const answer = await asked.catch(() => null)
    if (answer?.ok) return answer
    if (answer) throw ParleyError.of(answer.error)
    if (this.heardMs < askedMs) this.end('The connection has gone silent.')
    throw new ParleyError('timeout', 'No answer came in time.')
  }

  end(reason: string, problem: Problem | null = null): void {
    if (this.isOver) return
    this.isOver = true
    clearTimeout(this.timer)
    // After a sleep it keeps for a next connection what it is to say now, and whoever asked would wait for that.
    this.socket.sendBuffer = []
    this.socket.offAny().off()
    this.socket.disconnect()
    this.outlets.down(problem, reason)
  }

  private expectFits(event: string, text: string): void {
    if (new TextEncoder().encode(event + text).length + frameBytes <= this.mostBytes) return
    throw new ParleyError(
      'payload_too_large',
      `This is more than the ${this.mostBytes} bytes that may be sent at once.`,
    )
  }

  private connected(): void {
    clearTimeout(this.timer)
    this.socket.io.engine.on('packet', () => (this.heardMs = performance.now()))
    this.outlets.up()
  }

  private hear(event: string, payload: unknown): void {
    if (event === 'exception' && (payload as Problem).event === undefined) this.lastWord = payload as Problem
    this.outlets.hear(event, payload)
  }
}
