import type { Socket as TcpSocket } from 'node:net'
import type { WebSocket } from 'ws'
import type { Frame } from './connection.js'
import type { Batches } from './batches.js'
import { Outbox } from './outbox.js'
import { textFrame } from './text-frame.js'

/** A list of frames is not made longer than this. */
const maxListLength = 65_536
/** `WebSocket.OPEN`: neither side has said that it closes. */
const openSocket = 1

/** To one plain WebSocket, past `ws`, which would write each frame by itself. */
export class WsOutbox extends Outbox {
  /** All that waits for its batch, as one list. */
  private pending: Frame | null = null
  /** Looked up once: it is asked with every frame. */
  private readonly tcp: TcpSocket

  constructor(
    private readonly ws: WebSocket,
    /** null: every frame is told by itself, and at once. */
    private readonly batches: Batches | null,
    private readonly onStuck: () => void,
    onCut: () => void,
  ) {
    super(onCut)
    this.tcp = (ws as unknown as { ['_socket']: TcpSocket })['_socket']
  }

  write(frame: Frame): void {
    if (!this.batches) return this.push((frame.wire ??= textFrame(frame.text)))
    if (!this.pending) this.batches.add(this)
    this.pending = this.pending ? bothOf(this.pending, frame) : frame
    if (this.pending.text.length > maxListLength) this.endBatch()
  }

  /** What has been collected goes out, as one frame. */
  endBatch(): void {
    const { pending } = this
    this.pending = null
    if (pending) this.push((pending.list ??= textFrame(`[${pending.text}]`)))
  }

  get waitingBytes(): number {
    return this.readyBytes + this.tcp.writableLength
  }

  protected send(frames: Buffer | Buffer[], bytes: number): void {
    if (this.ws.readyState === openSocket) this.writeTo(this.tcp, frames, bytes)
  }

  protected get draining(): TcpSocket | null {
    return this.tcp.writableNeedDrain ? this.tcp : null
  }

  protected terminate(): void {
    this.onStuck()
  }
}

/** Two frames one after the other. Whoever is told the same two gets the same one, made once. */
function bothOf(first: Frame, next: Frame): Frame {
  if (first.followed?.next !== next) first.followed = { next, both: { text: `${first.text},${next.text}` } }
  return first.followed.both
}
