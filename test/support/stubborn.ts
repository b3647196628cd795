import { setTimeout } from 'node:timers/promises'
import { io, type Socket } from 'socket.io-client'

interface Person {
  /** Where the service is now: it may come back somewhere else. */
  url: () => string
  token: string
  roomId: string
}

/** A client as an app should be written: it reconnects, resumes where it was, and repeats what was not acknowledged. */
export class StubbornClient {
  /** Every `new_message` as it came, nothing left out and nothing put in order. */
  readonly heard: any[] = []
  /** The messages of its sends that were acknowledged, by `client_message_id`. */
  readonly acknowledged = new Map<string, any>()
  /** What it was refused, each of which said that a retry may help. */
  readonly refusals: any[] = []
  private connection: Promise<Socket> | null = null
  /** The one that has joined. When it ends by itself, it is replaced by itself. */
  private live: Socket | null = null
  private stopped = false

  constructor(private readonly person: Person) {}

  /** Until it is acknowledged, whatever happens meanwhile. */
  async send(clientMessageId: string): Promise<void> {
    const input = { room_id: this.person.roomId, text_message: clientMessageId, client_message_id: clientMessageId }
    while (!this.stopped) {
      const answer = await this.ask('send_message', input)
      if (answer?.ok) return void this.acknowledged.set(clientMessageId, answer.message)
    }
  }

  /** One after the other. */
  async sendAll(clientMessageIds: string[]): Promise<void> {
    for (const id of clientMessageIds) await this.send(id)
  }

  /** Listening, from where it had heard all. */
  async listen(): Promise<void> {
    while (!this.stopped && !(await this.connected().catch(() => null))) await setTimeout(20)
  }

  /** When it has heard as many messages as this. */
  async heardAll(count: number, timeoutMs = 10_000): Promise<void> {
    for (const deadline = Date.now() + timeoutMs; this.heard.length < count;) {
      if (Date.now() > deadline) throw new Error(`heard ${this.heard.length} of ${count} messages`)
      await this.listen()
      await setTimeout(10)
    }
  }

  /** As a network does it: without a word. It comes back when it has something to do. */
  async cut(): Promise<void> {
    const socket = await this.connection?.catch(() => null)
    this.connection = this.live = null
    socket?.io.engine.close()
    socket?.disconnect()
  }

  async stop(): Promise<void> {
    this.stopped = true
    await this.cut()
  }

  /** The answer; null if there was none, or if it was a refusal that a retry may help. */
  private async ask(event: string, input: object): Promise<any> {
    try {
      const socket = await this.connected()
      const answer = await socket.timeout(10_000).emitWithAck(event, input)
      if (!answer.ok) await this.refused(answer.error)
      return answer.ok ? answer : null
    } catch (error) {
      if (error instanceof Refused) throw error
      await setTimeout(20)
      return null
    }
  }

  private async refused(error: any): Promise<void> {
    if (!error.retryable) throw new Refused(JSON.stringify(error))
    this.refusals.push(error)
    await setTimeout(Math.min(error.retry_after_ms ?? 20, 50))
  }

  private connected(): Promise<Socket> {
    this.connection ??= this.connect().catch((error: unknown) => {
      this.connection = null
      throw error
    })
    return this.connection
  }

  private async connect(): Promise<Socket> {
    const { url, token } = this.person
    const socket = io(url(), { transports: ['websocket'], reconnection: false, forceNew: true, auth: { token } })
    socket.on('new_message', (message) => this.heard.push(message))
    socket.on('disconnect', () => this.replace(socket))
    try {
      await opened(socket)
      await this.join(socket)
    } catch (error) {
      socket.disconnect()
      throw error
    }
    return (this.live = socket)
  }

  private async join(socket: Socket): Promise<void> {
    const input = { room_id: this.person.roomId, after_seq: this.heard.at(-1)?.seq ?? 0 }
    const joined = await socket.timeout(10_000).emitWithAck('join_room', input)
    if (!joined.ok) await this.refused(joined.error)
    if (!joined.complete) throw new Error('not all was told: come back for the rest')
  }

  private replace(socket: Socket): void {
    if (this.live !== socket) return
    this.connection = this.live = null
    void this.listen()
  }
}

class Refused extends Error {}

/** Rejects when it is refused; for good if a retry cannot help. */
const opened = (socket: Socket): Promise<void> =>
  new Promise((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('connect_error', (error: Error & { data?: { retryable: boolean } }) => {
      reject(error.data && !error.data.retryable ? new Refused(JSON.stringify(error.data)) : error)
    })
  })
