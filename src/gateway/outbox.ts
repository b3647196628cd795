import type { Socket as TcpSocket } from 'node:net'

/** What may wait for a peer that does not read; answering pings is not reading. */
export const maxWaitingBytes = 1_048_576
/** From here on whoever can wait, does. */
const slowBytes = 262_144
/** Beyond this frames go out one by one, and are not copied for each who gets them. */
const maxJoinedBytes = 65_536
/** A peer that takes longer to read what waits has stopped reading. */
const stalledMs = 30_000

let dirty: Outbox[] = []

/** Runs when all that one commit or one tick brought is settled: acknowledgements, too, so they go out together. */
function flushAll(): void {
  const outboxes = dirty
  dirty = []
  for (const outbox of outboxes) outbox.flush()
}

/** What can be waited for. */
interface Source {
  on(event: 'drain' | 'close', listener: () => void): this
  off(event: 'drain' | 'close', listener: () => void): this
}

/**
 * The way out to one client. A frame is one buffer for everybody who gets it, and all that is ready for a client goes
 * out in one write: a system call costs more than all the rest of a delivery.
 */
export abstract class Outbox {
  /** What is ready to go out: mostly one frame, for which no list is made. */
  private ready: Buffer | null = null
  private more: Buffer[] | null = null
  protected readyBytes = 0

  constructor(
    /** Tells the owner that the peer was cut, since it does not read. */
    protected readonly onCut: () => void,
  ) {}

  /** How much waits for the peer. */
  abstract get waitingBytes(): number
  /** Sends one frame now, or several together. */
  protected abstract send(frames: Buffer | Buffer[], bytes: number): void
  /** What is being waited for, if anything is. */
  protected abstract get draining(): Source | null
  protected abstract terminate(): void

  get isSlow(): boolean {
    return this.waitingBytes >= slowBytes
  }

  protected push(wire: Buffer): void {
    this.readyBytes += wire.length
    if (this.ready) (this.more ??= [this.ready]).push(wire)
    else {
      this.ready = wire
      if (dirty.push(this) === 1) process.nextTick(flushAll)
    }
    // So that very much at once meets the limit, as what comes little by little does.
    if (this.readyBytes >= slowBytes) this.flush()
  }

  flush(): void {
    const { ready, more, readyBytes } = this
    if (!ready) return
    this.ready = null
    this.more = null
    this.readyBytes = 0
    this.send(more ?? ready, readyBytes)
  }

  /** At once, unless the peer is slow to read: then when it has read what waits, or is gone. */
  drained(): Promise<void> | undefined {
    if (!this.isSlow) return undefined
    this.flush()
    return this.draining ? this.drainOf(this.draining) : undefined
  }

  /** A peer that does not read is not told that it is cut: it would not read it. It comes back, and resumes. */
  cut(): void {
    this.onCut()
    this.terminate()
  }

  protected writeTo(tcp: TcpSocket, frames: Buffer | Buffer[], bytes: number): void {
    const { writableLength } = tcp
    if (writableLength > maxWaitingBytes) return this.cut()
    if (Array.isArray(frames) && bytes > maxJoinedBytes) return writeEach(tcp, frames)
    const wire = Array.isArray(frames) ? Buffer.concat(frames) : frames
    // What waits is a buffer of its own: a piece would keep the whole of what it was cut from.
    tcp.write(writableLength && bytes <= maxJoinedBytes ? copyOf(wire) : wire)
  }

  private drainOf(source: Source): Promise<void> {
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
