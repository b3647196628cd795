import { Backoff } from './backoff.js'
import { Emitter } from './emitter.js'
import { asParleyError, ParleyError } from './errors.js'
import { Line, type SocketSettings } from './line.js'
import { mostTokens, refresh } from './refreshing.js'
import { apart, Store } from './store.js'
import type { Tokens } from './tokens.js'
import type { Answers, Asks, Problem } from './types.js'
import { onWaking } from './waking.js'

export interface ConnectionState {
  /**
   * `connecting`: for the first time. `online`. `offline`: it is tried again by itself. `refused`: it is not, as the same
   * would be refused again (`error` says why): `connect()` tries once more. `closed`: by `close()`.
   */
  readonly status: 'connecting' | 'online' | 'offline' | 'refused' | 'closed'
  /** Why it is not online; null while it is. */
  readonly error: ParleyError | null
}

/** Online for so long, it begins again with short pauses. */
const steadyMs = 5000
/** Whoever wakes does so at about the same moment as others: they come within this. */
const wakeMs = 400
/** Whether a connection still carries anything is known after this. */
const probeMs = 3000
/** No room of anybody's: to leave it is to ask nothing. */
const nowhere = '00000000-0000-4000-8000-000000000000'

/** These are mended by another token. */
const byToken = new Set<string>(['token_expired', 'token_invalid', 'token_revoked'])

/** The one socket of a client: it comes back by itself, under a token that is good, and says what it hears. */
export class Connection {
  readonly state = new Store<ConnectionState>({ status: 'connecting', error: null })
  readonly told = new Emitter()
  private line: Line | null = null
  private isAsking = false
  private readonly backoff = new Backoff()
  private readonly onlineListeners = new Set<() => void>()
  private timer: ReturnType<typeof setTimeout> | undefined
  private steady: ReturnType<typeof setTimeout> | undefined
  private refusals = 0
  /** The service does not want to hear of it before. */
  private notBeforeMs = 0
  private sleep: (() => void) | null = null

  constructor(
    private readonly url: string,
    private readonly tokens: Tokens,
    private readonly settings: SocketSettings = {},
    /** What is to be known before anything is heard. */
    private readonly prepare: () => Promise<unknown> = async () => undefined,
  ) {
    this.told.on('token_expiring', () => void refresh(this.line!, tokens))
  }

  /** Called each time that it is online, before anything is heard. */
  onOnline(listener: () => void): void {
    this.onlineListeners.add(listener)
  }

  get isOnline(): boolean {
    return this.state.get().status === 'online'
  }

  get isClosed(): boolean {
    return this.state.get().status === 'closed'
  }

  /** Now, whatever was waited for. */
  connect(): void {
    this.sleep ??= onWaking({ wake: () => this.wake(), lose: () => this.line?.end('There is no network.') })
    if (this.line) return
    this.refusals = 0
    const { status } = this.state.get()
    if (status === 'closed' || status === 'refused') this.state.set({ status: 'connecting', error: null })
    void this.tryNow()
  }

  close(): void {
    clearTimeout(this.timer)
    this.sleep?.()
    this.sleep = null
    this.state.set({ status: 'closed', error: null })
    this.line?.end('closed')
  }

  /** The answer, when what was asked is done. Throws `ParleyError`: `offline` where it was not asked, `timeout` where nobody knows. */
  async ask<E extends keyof Asks>(event: E, payload: Asks[E]): Promise<Answers[E]> {
    if (!this.line?.isUp) throw new ParleyError('offline', 'There is no connection.')
    return this.line.ask(event, payload)
  }

  /** Somebody is back. What seems to be online may have ended while the machine slept. */
  private wake(): void {
    if (this.line) return void this.probe(this.line)
    if (this.state.get().status !== 'offline') return
    clearTimeout(this.timer)
    this.timer = setTimeout(
      () => void this.tryNow(),
      Math.max(Math.random() * wakeMs, this.notBeforeMs - performance.now()),
    )
  }

  /** One that is only being opened has its own time for that. */
  private async probe(line: Line): Promise<void> {
    if (line.isUp) await line.ask('leave_room', { room_id: nowhere }, probeMs).catch(() => undefined)
  }

  private async tryNow(): Promise<void> {
    clearTimeout(this.timer)
    if (this.line || this.isAsking) return
    this.isAsking = true
    let token = ''
    let error: ParleyError | null = null
    try {
      token = await this.tokens.current()
      await this.prepare()
    } catch (thrown) {
      error = asParleyError(thrown)
    }
    this.isAsking = false
    if (error) this.failed(error, token)
    else if (!this.isClosed) this.open(token)
  }

  private open(token: string): void {
    const line: Line = new Line(this.url, token, this.settings, {
      up: () => this.connected(),
      hear: (event, payload) => this.told.emit(event, payload),
      down: (problem, reason) => this.lost(line, problem, reason),
    })
    this.line = line
  }

  private connected(): void {
    this.steady = setTimeout(() => {
      this.backoff.reset()
      this.refusals = 0
    }, steadyMs)
    this.state.set({ status: 'online', error: null })
    for (const listener of this.onlineListeners) apart(listener)
  }

  private lost({ token }: Line, problem: Problem | null, reason: string): void {
    clearTimeout(this.steady)
    this.line = null
    this.failed(problem ? ParleyError.of(problem) : new ParleyError('offline', reason), token)
  }

  private failed(error: ParleyError, token: string): void {
    if (this.isClosed) return
    const isToken = byToken.has(error.code)
    if (isToken) this.tokens.forget(token)
    if (error.retryable || (isToken && ++this.refusals < mostTokens)) this.wait(error)
    else this.state.set({ status: 'refused', error })
  }

  private wait(error: ParleyError): void {
    this.state.set({ status: 'offline', error })
    const afterMs = error.retryAfterMs ?? 0
    this.notBeforeMs = performance.now() + afterMs
    clearTimeout(this.timer)
    this.timer = setTimeout(() => void this.tryNow(), this.backoff.next(afterMs))
  }
}
