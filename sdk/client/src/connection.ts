import { io, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client'
import { Backoff } from './backoff.js'
import { asParleyError, ParleyError } from './errors.js'
import { Store } from './store.js'
import type { Tokens } from './tokens.js'
import type { Answers, Asks, Problem, Tells } from './types.js'

export interface ConnectionState {
  /**
   * `connecting`: for the first time. `online`. `offline`: it is tried again by itself. `refused`: it is not, as the same
   * would be refused again (`error` says why): `connect()` tries once more. `closed`: by `close()`.
   */
  readonly status: 'connecting' | 'online' | 'offline' | 'refused' | 'closed'
  /** Why it is not online; null while it is. */
  readonly error: ParleyError | null
}

/** An answer that takes longer is not waited for, and the connection is taken for dead. */
const answerMs = 8000
/** So often a new token is shown where the service refused the one before. */
const mostTokens = 3
/** Online for so long, it begins again with short pauses. */
const steadyMs = 5000

/** These are mended by another token. */
const byToken = new Set<string>(['token_expired', 'token_invalid'])

export type SocketSettings = Partial<Pick<ManagerOptions & SocketOptions, 'transports' | 'path' | 'forceNew'>>

/** The one socket of a client: it comes back by itself, under a token that is good, and says what it hears. */
export class Connection {
  readonly state = new Store<ConnectionState>({ status: 'connecting', error: null })
  private readonly socket: Socket
  private readonly backoff = new Backoff()
  private readonly onlineListeners: (() => void)[] = []
  private timer: ReturnType<typeof setTimeout> | undefined
  private steady: ReturnType<typeof setTimeout> | undefined
  private refusals = 0
  /** What the service said before it ended the session. */
  private lastWord: Problem | null = null

  constructor(
    url: string,
    private readonly tokens: Tokens,
    settings: SocketSettings = {},
  ) {
    this.socket = io(url, { transports: ['websocket'], ...settings, reconnection: false, autoConnect: false })
    this.socket.on('connect', () => this.connected())
    this.socket.on('connect_error', (error: Error & { data?: Problem }) => this.lost(error.data ?? null, error.message))
    this.socket.on('disconnect', (reason) => this.lost(this.lastWord, reason))
    this.on('exception', (problem) => void (problem.event === undefined && (this.lastWord = problem)))
    this.on('token_expiring', () => void this.refresh())
  }

  // oxlint-disable-next-line typescript/no-unnecessary-type-assertion -- tsc cannot follow it without
  on<E extends keyof Tells>(event: E, listener: (payload: Tells[E]) => void): void {
    this.socket.on(event as string, listener as (payload: unknown) => void)
  }

  /** Called each time that it is online, before anything is heard. */
  onOnline(listener: () => void): void {
    this.onlineListeners.push(listener)
  }

  get isOnline(): boolean {
    return this.state.get().status === 'online'
  }

  /** Now, whatever was waited for. */
  connect(): void {
    if (this.socket.connected) return
    clearTimeout(this.timer)
    this.refusals = 0
    void this.tryNow()
  }

  close(): void {
    clearTimeout(this.timer)
    clearTimeout(this.steady)
    this.state.set({ status: 'closed', error: null })
    this.socket.disconnect()
  }

  /** The answer, when what was asked is done. Throws `ParleyError`: `offline` where it was not asked, `timeout` where nobody knows. */
  async ask<E extends keyof Asks>(event: E, payload: Asks[E]): Promise<Answers[E]> {
    if (!this.socket.connected) throw new ParleyError('offline', 'There is no connection.')
    const answer = (await this.socket
      .timeout(answerMs)
      .emitWithAck(event, payload)
      .catch(() => this.unanswered())) as { ok: true } | { ok: false; error: Problem }
    if (!answer.ok) throw ParleyError.of(answer.error)
    return answer as unknown as Answers[E]
  }

  /** A connection that answers nothing is none: a stalled one says so itself only after its pings. */
  private unanswered(): never {
    if (this.socket.connected) this.socket.io.engine.close()
    throw new ParleyError('timeout', 'No answer came in time.')
  }

  private async tryNow(): Promise<void> {
    try {
      const token = await this.tokens.current()
      if (this.state.get().status === 'closed') return
      this.lastWord = null
      this.socket.auth = { token }
      this.socket.connect()
    } catch (error) {
      this.wait(asParleyError(error))
    }
  }

  private connected(): void {
    this.refusals = 0
    this.steady = setTimeout(() => this.backoff.reset(), steadyMs)
    this.state.set({ status: 'online', error: null })
    for (const listener of this.onlineListeners) listener()
  }

  private lost(problem: Problem | null, reason: string): void {
    clearTimeout(this.steady)
    if (this.state.get().status === 'closed') return
    const error = problem ? ParleyError.of(problem) : new ParleyError('offline', reason)
    const isToken = byToken.has(error.code)
    if (isToken) this.tokens.forget()
    if (error.retryable || (isToken && ++this.refusals < mostTokens)) this.wait(error)
    else this.state.set({ status: 'refused', error })
  }

  private wait(error: ParleyError): void {
    if (this.state.get().status === 'closed') return
    this.state.set({ status: 'offline', error })
    clearTimeout(this.timer)
    this.timer = setTimeout(() => void this.tryNow(), Math.max(this.backoff.next(), error.retryAfterMs ?? 0))
  }

  /** Under another token before this one ends: as often as it takes, until the service ends the session. */
  private async refresh(): Promise<void> {
    for (const backoff = new Backoff(1000, 10_000); this.isOnline;) {
      try {
        await this.ask('refresh_token', { token: await this.tokens.renew() })
        return
      } catch {
        await new Promise((resolve) => setTimeout(resolve, backoff.next()))
      }
    }
  }
}
