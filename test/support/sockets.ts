import { io, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client'
import { checkAcknowledgement, checkEvent } from './frames.js'

export type Heard = [event: string, payload: any]

/** A client that remembers what it hears, in order. All of it must be in the AsyncAPI document. */
export class TestSocket {
  readonly heard: Heard[] = []
  private waiting: (() => void)[] = []

  constructor(readonly socket: Socket) {
    socket.onAny((event: string, payload: unknown) => {
      this.heard.push([event, payload])
      checkEvent(event, payload)
      this.wake()
    })
    socket.on('disconnect', () => this.wake())
  }

  /** What it heard, but for what happens where it does not listen. */
  get listened(): Heard[] {
    return this.heard.filter(([event]) => event !== 'room_activity')
  }

  /** The acknowledgement. */
  async ask(event: string, ...payloads: unknown[]): Promise<any> {
    const reply = await this.socket.timeout(10_000).emitWithAck(event, ...payloads)
    checkAcknowledgement(event, reply)
    return reply
  }

  payloads(event: string): any[] {
    return this.heard.filter(([name]) => name === event).map(([, payload]) => payload)
  }

  /** The `count` first payloads of an event, as soon as there are that many. */
  async next(event: string, count = 1, timeoutMs = 5000): Promise<any[]> {
    await this.until(() => this.payloads(event).length >= count, timeoutMs, `${count} × ${event}`)
    return this.payloads(event).slice(0, count)
  }

  async disconnected(timeoutMs = 5000): Promise<void> {
    await this.until(() => !this.socket.connected, timeoutMs, 'the end of the socket')
  }

  close(): void {
    this.socket.disconnect()
  }

  private async until(done: () => boolean, timeoutMs: number, what: string): Promise<void> {
    const deadline = Date.now() + timeoutMs
    while (!done()) {
      const leftMs = deadline - Date.now()
      if (leftMs <= 0) throw new Error(`waited in vain for ${what}; heard ${JSON.stringify(this.heard).slice(0, 2000)}`)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, leftMs)
        this.waiting.push(() => (clearTimeout(timer), resolve()))
      })
    }
  }

  private wake(): void {
    for (const waiter of this.waiting.splice(0)) waiter()
  }
}

type Options = Partial<ManagerOptions & SocketOptions>

/** Connected; rejects with the `connect_error` if it is refused. */
export function connect(url: string, options: Options): Promise<TestSocket> {
  const socket = io(url, { transports: ['websocket'], reconnection: false, forceNew: true, ...options })
  const client = new TestSocket(socket)
  return new Promise((resolve, reject) => {
    socket.once('connect', () => resolve(client))
    socket.once('connect_error', (error) => (socket.close(), reject(error)))
  })
}
