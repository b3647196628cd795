import type { Socket as TcpSocket } from 'node:net'
import type { Socket } from 'socket.io'
import type { Frame } from './connection.js'
import { textFrame } from './text-frame.js'

/** What may wait for a peer that does not read; answering pings is not reading. */
const maxWaitingBytes = 1_048_576
/** From here on whoever can wait, does. */
const slowBytes = 262_144
/** A peer that takes longer to read what waits has stopped reading. */
const stalledMs = 30_000

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

/** Beyond this frames go out one by one, and are not copied for each who gets them. */
const maxJoinedBytes = 65_536
/** `WebSocket.OPEN`: neither side has said that it closes. */
const openSocket = 1

let dirty: Outbox[] = []

/** Runs when all that one commit or one tick brought is settled: acknowledgements, too, so they go out together. */
function flushAll(): void {
  const outboxes = dirty
  dirty = []
  for (const outbox of outboxes) outbox.flush()
}

/**
 * The way out to one Socket.IO client. A frame is one buffer for everybody who gets it, and all that is ready for a
 * client goes out in one write: a system call costs more than all the rest of a delivery. On a WebSocket it is written
 * past Engine.IO, which would queue and announce each packet; by long-polling it goes through it.
 */
export class Outbox {
  private ready: Buffer[] = []
  private readyBytes = 0
  /** Handed to Engine.IO while it could not send. */
  private queuedBytes = 0

  constructor(
    private readonly socket: Socket,
    /** Tells the owner that the peer was cut, since it does not read. */
    private readonly onCut: () => void,
  ) {}

  write(frame: Frame): void {
    frame.wire ??= textFrame(`4${frame.text}`)
    if (this.engine.transport.name !== 'websocket') return this.queue(frame.text, frame.wire)
    this.readyBytes += frame.wire.length
    if (this.ready.push(frame.wire) === 1 && dirty.push(this) === 1) process.nextTick(flushAll)
    // So that very much at once meets the limit, as what comes little by little does.
    if (this.readyBytes >= slowBytes) this.flush()
  }

  flush(): void {
    const { ready, readyBytes, engine, tcp } = this
    if (!ready.length) return
    this.ready = []
    this.readyBytes = 0
    if (!tcp || engine.writeBuffer.length) return this.queue('', Buffer.concat(ready))
    if (engine.readyState !== 'open' || engine.transport.socket?.readyState !== openSocket) return
    if (tcp.writableLength > maxWaitingBytes) return this.cut()
    if (readyBytes > maxJoinedBytes) return writeEach(tcp, ready)
    const wire = ready.length === 1 ? ready[0]! : Buffer.concat(ready)
    // What waits is a buffer of its own: a piece would keep the whole of what it was cut from.
    tcp.write(tcp.writableLength ? copyOf(wire) : wire)
  }

  /** At once, unless the peer is slow to read: then when it has read what waits, or is gone. */
  drained(): Promise<void> | undefined {
    const { engine, tcp } = this
    const queuedBytes = engine.writeBuffer.length ? this.queuedBytes : 0
    if (this.readyBytes + queuedBytes + (tcp?.writableLength ?? 0) < slowBytes) return undefined
    this.flush()
    if (engine.readyState === 'open' && engine.writeBuffer.length) return this.drainOf(engine)
    return tcp?.writableNeedDrain ? this.drainOf(tcp) : undefined
  }

  /** A peer that does not read is not told that it is cut: it would not read it. It comes back, and resumes. */
  cut(): void {
    this.onCut()
    const { socket } = this.engine.transport
    if (socket?.terminate) socket.terminate()
    else this.engine.close(true)
  }

  private drainOf(source: Engine | TcpSocket): Promise<void> {
    return new Promise((resolve) => {
      const stalled = setTimeout(() => this.cut(), stalledMs).unref()
      const done = (): void => {
        clearTimeout(stalled)
        source.off('drain', done).off('close', done)
        resolve()
      }
      source.on('drain', done).on('close', done)
    })
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

function writeEach(tcp: TcpSocket, frames: Buffer[]): void {
  tcp.cork()
  for (const frame of frames) tcp.write(frame)
  tcp.uncork()
}

function copyOf(wire: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(wire.length)
  wire.copy(copy)
  return copy
}
