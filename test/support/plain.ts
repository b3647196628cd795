import { WebSocket, type ClientOptions } from 'ws'
import { plainChecker } from './frames.js'
import { until } from './until.js'

/** A plain WebSocket that remembers the frames it hears, each as what its JSON says. All must be in the AsyncAPI document. */
export class PlainSocket {
  readonly frames: any[] = []
  /** The code and the reason with which it was closed. */
  readonly closed: Promise<[code: number, reason: string]>

  private constructor(
    readonly ws: WebSocket,
    check: (frame: unknown) => void,
  ) {
    this.closed = new Promise((resolve) =>
      ws.on('close', (code: number, reason: Buffer) => resolve([code, reason.toString()])),
    )
    ws.on('error', () => undefined)
    ws.on('message', (data: Buffer) => {
      const frame: unknown = JSON.parse(data.toString())
      this.frames.push(frame)
      check(frame)
    })
  }

  /** Open. Rejects with the HTTP status, and the problem if there is one, if it is refused. */
  static async open(url: string, path: string, options: ClientOptions = {}): Promise<PlainSocket> {
    const ws = new WebSocket(url.replace('http', 'ws') + path, options)
    const socket = new PlainSocket(ws, plainChecker(path))
    await new Promise((resolve, reject) => {
      ws.on('open', resolve)
      ws.on('error', reject)
      ws.on('unexpected-response', (_, response) => {
        const body: Buffer[] = []
        response.on('data', (piece: Buffer) => body.push(piece))
        response.on('end', () => {
          const text = Buffer.concat(body).toString()
          reject(new Refused(response.statusCode!, text ? JSON.parse(text) : null))
        })
      })
    })
    return socket
  }

  /** An object as JSON; a text or bytes as they are. */
  send(frame: object | string | Buffer): void {
    this.ws.send(typeof frame === 'string' || Buffer.isBuffer(frame) ? frame : JSON.stringify(frame))
  }

  /** The `count` first frames that are so, as soon as there are that many. */
  async next(isIt: (frame: any) => boolean, count = 1): Promise<any[]> {
    const found = (): any[] => this.frames.filter(isIt)
    await until(
      () => found().length >= count,
      `${count} such frames; heard ${JSON.stringify(this.frames).slice(0, 2000)}`,
    )
    return found().slice(0, count)
  }

  close(): void {
    this.ws.close()
  }
}

/** An upgrade that was answered by a status. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly problem: any,
  ) {
    super(`answered ${status} ${problem?.code}`)
  }
}

/** Of seed 002: a frame of this event. */
export const isEvent =
  (event: string) =>
  (frame: any): boolean =>
    frame.event === event

let marks = 0

/** What a socket of seed 002 hears between this frame and the answer to the next one: frames are answered in their order. */
export async function answersTo(socket: PlainSocket, asked?: object): Promise<any[]> {
  const from = socket.frames.length
  const data = { roomId: `mark ${marks++}` }
  if (asked) socket.send(asked)
  for (const event of ['chat.join', 'chat.leave']) socket.send({ event, data })
  const isMark = (frame: any): boolean => frame.event === 'chat.joined' && frame.data.roomId === data.roomId
  await socket.next(isMark)
  return socket.frames.slice(from, socket.frames.findIndex(isMark))
}
