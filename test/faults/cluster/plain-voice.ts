/** The plain WebSockets, on which one's own message coming back is its acknowledgement. */
import { WebSocket } from 'ws'
import { failures, type ErrorCode } from '../../../src/contract/errors.js'
import type { Refusal, Sent, Told } from '../../checker/log.js'
import { plainChecker } from '../../support/frames.js'
import type { Words } from './plain-words.js'
import { patienceMs, pause, unanswered, type Outcome, type Self, type Voice } from './voice.js'

/** A send that waits for its message. */
interface Waiting {
  answered: (answer: Sent | Refusal) => void
  settle: (outcome: Outcome) => void
}

export class PlainVoice implements Voice {
  readonly wire: string
  /** All that it was told, but for answers to what it repeated. */
  private readonly told: Told[]
  private ws: WebSocket | null = null
  private stopped = false
  private readonly waiting = new Map<string, Waiting>()
  /** By its own id, how often a message may come back: once more for every attempt. */
  private readonly attempts = new Map<string, number>()

  constructor(
    readonly self: Self,
    private readonly words: Words,
  ) {
    this.wire = words.wire
    this.told = self.recorder.plainListener(self.name)
  }

  get isLive(): boolean {
    return this.ws !== null
  }

  get position(): number {
    return this.told.at(-1)?.seq ?? 0
  }

  async listen(): Promise<void> {
    while (!this.stopped && !(this.ws = await this.open())) await pause(this.self)
  }

  cut(): void {
    this.ws?.terminate()
  }

  async stop(): Promise<void> {
    this.stopped = true
    this.ws?.terminate()
  }

  attempt(id: string): Promise<Outcome> {
    const { recorder, userId, place } = this.self
    const answered = recorder.send(userId, id, id)
    this.attempts.set(id, (this.attempts.get(id) ?? 0) + 1)
    if (!this.ws) return Promise.resolve(unanswered)
    this.ws.send(JSON.stringify(this.words.say(place, id)))
    return new Promise((resolve) => {
      const timer = setTimeout(() => settle(unanswered), patienceMs)
      const settle = (outcome: Outcome): void => {
        clearTimeout(timer)
        this.waiting.delete(id)
        resolve(outcome)
      }
      this.waiting.set(id, { answered, settle })
    })
  }

  /** When it is in the room; null if it could not come in. */
  private open(): Promise<WebSocket | null> {
    const { place, userId, token, url } = this.self
    const path = this.words.path(place, userId, this.position)
    const address = `${url().replace('http', 'ws')}${path}${path.includes('?') ? '&' : '?'}token=${token}`
    const ws = new WebSocket(address, { handshakeTimeout: patienceMs })
    const check = plainChecker(path)
    return new Promise((resolve) => {
      // An answer to the first frame may fail to come, or be a refusal.
      const timer = setTimeout(() => ws.terminate(), patienceMs)
      const enter = (): void => (clearTimeout(timer), resolve(ws))
      ws.on('error', () => undefined)
      ws.on('close', (code) => (clearTimeout(timer), resolve(null), this.replace(ws, code)))
      ws.on('open', () => {
        const hello = this.words.hello(place, this.position)
        if (hello) ws.send(JSON.stringify(hello))
        else enter()
      })
      ws.on('message', (data: Buffer) => {
        const frame: unknown = JSON.parse(data.toString())
        check(frame)
        if (this.words.joined(frame)) enter()
        else if (this.ws !== ws && this.words.errorIn(frame)) ws.terminate()
        this.hear(frame)
      })
    })
  }

  private hear(frame: unknown): void {
    const error = this.words.errorIn(frame)
    if (error) return this.refuse(error)
    const message = this.words.told(frame)
    if (!message) return
    const { id, ...told } = message
    if (!this.isAnswer(told, id)) this.told.push(told)
    const waiting = id === null || told.sender !== this.self.userId ? undefined : this.waiting.get(id)
    waiting?.answered({ is: 'acknowledged', message_id: told.message_id, seq: told.seq, duplicate: null })
    waiting?.settle({ is: 'acknowledged', messageId: told.message_id })
  }

  /** What it had sent before comes to it alone, whenever it is asked; and as everybody hears it, once. */
  private isAnswer({ sender, seq }: Told, id: string | null): boolean {
    const left = id === null || sender !== this.self.userId ? 0 : (this.attempts.get(id) ?? 0)
    if (left < 2 || seq === this.position + 1) return false
    this.attempts.set(id!, left - 1)
    return true
  }

  private refuse(error: { code: string; client_message_id?: string; retry_after_ms?: number }): void {
    const waiting = this.waiting.get(error.client_message_id ?? '')
    if (!waiting) return
    const { code, retry_after_ms = 200 } = error
    waiting.answered({ is: 'refused', code })
    const retryable = failures.get(code as ErrorCode)?.retryable ?? false
    waiting.settle({ is: 'refused', code, retryable, retryAfterMs: retry_after_ms })
  }

  private replace(ws: WebSocket, code: number): void {
    if (this.ws !== ws) return
    this.ws = null
    for (const { settle } of [...this.waiting.values()]) settle(unanswered)
    if (this.stopped) return
    this.self.toll.lost(this.wire, `${code}`)
    void this.listen()
  }
}
