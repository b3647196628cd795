import type { Socket as TcpSocket } from 'node:net'
import type { Socket } from 'socket.io'
import type { Frame } from './connection.js'
import { maxWaitingBytes, Outbox } from './outbox.js'
import { textFrame } from './text-frame.js'

/** What of Engine.IO's connection is used here and not in its types. */
interface Engine {
  readyState: string
  /** What Engine.IO has not yet handed to its transport. */
  writeBuffer: unknown[]
  transport: { name: string; socket?: { ['_socket']?: TcpSocket | null; readyState?: number; terminate?(): void } }
  close(discard?: boolean): void
  on(event: string, listener: () => void): this
  off(event: string, listener: () => void): this
}

/** `WebSocket.OPEN`: neither side has said that it closes. */
const openSocket = 1

/**
 * To one Socket.IO client. On a WebSocket it is written past Engine.IO, which would queue and announce each packet; by
 * long-polling it goes through it.
 */
export class SocketIoOutbox extends Outbox {
  /** Handed to Engine.IO while it could not send. */
  private queuedBytes = 0

  constructor(
    private readonly socket: Socket,
    onCut: () => void,
  ) {
    super(onCut)
  }

  write(frame: Frame): void {
    frame.wire ??= textFrame(`4${frame.text}`)
    if (this.engine.transport.name !== 'websocket') this.queue(frame.text, frame.wire)
    else this.push(frame.wire)
  }

  get waitingBytes(): number {
    const queuedBytes = this.engine.writeBuffer.length ? this.queuedBytes : 0
    return this.readyBytes + queuedBytes + (this.tcp?.writableLength ?? 0)
  }

  protected send(frames: Buffer | Buffer[], bytes: number): void {
    const { engine, tcp } = this
    if (!tcp || engine.writeBuffer.length) return this.queue('', Array.isArray(frames) ? Buffer.concat(frames) : frames)
    if (engine.readyState === 'open' && engine.transport.socket?.readyState === openSocket) {
      this.writeTo(tcp, frames, bytes)
    }
  }

  protected get draining(): Engine | TcpSocket | null {
    const { engine, tcp } = this
    if (engine.readyState === 'open' && engine.writeBuffer.length) return engine
    return tcp?.writableNeedDrain ? tcp : null
  }

  protected terminate(): void {
    const { socket } = this.engine.transport
    if (socket?.terminate) socket.terminate()
    else this.engine.close(true)
  }

  /** `wire` is what a WebSocket sends as it is; `text` is for long-polling. */
  private queue(text: string, wire: Buffer): void {
    if (!this.engine.writeBuffer.length) this.queuedBytes = 0
    if (this.queuedBytes > maxWaitingBytes) return this.cut()
    this.queuedBytes += wire.length
    const client = this.socket.client as unknown as { writeToEngine(packet: string, options: object): void }
    client.writeToEngine(text, { preEncoded: true, wsPreEncodedFrame: [wire] })
  }

  private get engine(): Engine {
    return this.socket.conn as unknown as Engine
  }

  private get tcp(): TcpSocket | null | undefined {
    const { transport } = this.engine
    return transport.name === 'websocket' ? transport.socket?.['_socket'] : null
  }
}
