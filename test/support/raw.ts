/** A bare WebSocket, which says whatever it likes, and a bare TCP connection. */
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { connect, type Socket } from 'node:net'
import { checkPacket } from './frames.js'

/** As much of `ws` as is used here; it comes with engine.io. */
interface Ws {
  readonly readyState: number
  send(data: string | Buffer): void
  ping(): void
  terminate(): void
  on(event: string, listener: (...args: any[]) => void): this
}

type WsClass = new (url: string, options?: object) => Ws

const ofSocketIo = createRequire(createRequire(import.meta.filename).resolve('socket.io'))
const WebSocket = createRequire(ofSocketIo.resolve('engine.io'))('ws') as WsClass

const engineIo = '/socket.io/?EIO=4&transport=websocket'

export class RawSocket {
  readonly frames: string[] = []
  /** The WebSocket's close code. */
  readonly closed: Promise<number>
  private waiting: (() => void)[] = []

  private constructor(readonly ws: Ws) {
    this.closed = new Promise((resolve) => ws.on('close', (code: number) => resolve(code)))
    ws.on('error', () => undefined)
    ws.on('close', () => this.wake())
    ws.on('message', (data: Buffer) => {
      this.frames.push(String(data))
      checkPacket(String(data))
      this.wake()
    })
  }

  /** Open on the WebSocket's level. Rejects with the HTTP status if it is refused. */
  static async open(url: string, path = engineIo, options: object = {}): Promise<RawSocket> {
    const ws = new WebSocket(url.replace('http', 'ws') + path, options)
    const socket = new RawSocket(ws)
    await new Promise((resolve, reject) => {
      ws.on('open', resolve)
      ws.on('error', reject)
      ws.on('unexpected-response', (_request: unknown, { statusCode }: { statusCode: number }) => {
        reject(new Error(`answered ${statusCode}`))
        ws.terminate()
      })
    })
    return socket
  }

  /** Authenticated by the token, as socket.io-client does it. */
  static async connected(url: string, token: string): Promise<RawSocket> {
    const socket = await RawSocket.open(url)
    socket.send(`40${JSON.stringify({ token })}`)
    await socket.next(/^40\{"sid"/)
    return socket
  }

  send(...frames: (string | Buffer)[]): void {
    for (const frame of frames) this.ws.send(frame)
  }

  /** The first frame like this; null if the socket ends without one. */
  async next(pattern: RegExp): Promise<string | null> {
    for (;;) {
      const frame = this.frames.find((frame) => pattern.test(frame))
      if (frame !== undefined) return frame
      if (this.ws.readyState === 3) return null
      await new Promise<void>((resolve) => this.waiting.push(resolve))
    }
  }

  private wake(): void {
    for (const waiter of this.waiting.splice(0)) waiter()
  }
}

/** A TCP connection to the service, on which nothing was said yet. */
export async function tcp(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true })
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  return socket
}

/** The head of a request for a WebSocket on any path. */
export const upgradeRequest = (path: string, headers: string[] = []): string =>
  [
    `GET ${path} HTTP/1.1`,
    'Host: chat.example',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    ...headers,
    '\r\n',
  ].join('\r\n')

/** What comes until the other side has said its last. */
export async function readToEnd(socket: Socket): Promise<string> {
  const parts: Buffer[] = []
  socket.on('data', (part: Buffer) => parts.push(part))
  await new Promise((resolve) => socket.once('end', resolve).once('close', resolve))
  return Buffer.concat(parts).toString()
}
