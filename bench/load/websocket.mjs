// A WebSocket client cheap enough not to be what is measured: frames are looked at where they lie in the read buffer,
// which all sockets share. It knows what a server sends to it and no more: unmasked,
// unfragmented frames, no extensions.
import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'

const FINAL = 0x80
const [TEXT, CLOSE, PING, PONG] = [1, 8, 9, 10]
// Not zero, as no browser's is: ws would skip unmasking.
const MASK = [0x37, 0xfa, 0x21, 0x3d]
const NOTHING = Buffer.alloc(0)
const readBuffer = Buffer.allocUnsafe(1 << 20)

/** How many text frames have come, to all clients together. */
export const received = { frames: 0 }

export class WebSocketClient {
  #socket
  #rest = NOTHING
  #upgraded = false
  #ended = false
  #handlers

  /**
   * `onOpen()`, if given, when the server has agreed. `onText(frame)` for each text frame: a view of the read buffer,
   * good until it returns. `onEnd(reason)` once, when the connection is lost or was refused, not after `close()`.
   */
  constructor({ port, path, ...handlers }) {
    this.#handlers = handlers
    const onread = { buffer: readBuffer, callback: (size) => this.#read(size) }
    this.#socket = connect({ host: '127.0.0.1', port, noDelay: true, onread })
    this.#socket.on('error', (error) => this.#end(error.message))
    this.#socket.on('close', () => this.#end('the server closed the connection'))
    this.#socket.write(
      `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n\r\n`,
    )
  }

  /** Sends an ASCII text. */
  send(text) {
    this.#write(TEXT, Buffer.from(text, 'latin1'))
  }

  close() {
    this.#ended = true
    this.#socket.destroy()
  }

  #end(reason) {
    if (this.#ended) return
    this.close()
    this.#handlers.onEnd(reason)
  }

  #read(size) {
    const fresh = this.#rest.length === 0
    const bytes = fresh ? readBuffer : Buffer.concat([this.#rest, readBuffer.subarray(0, size)])
    const end = fresh ? size : bytes.length
    const used = this.#frames(bytes, this.#upgraded ? 0 : this.#upgrade(bytes, end), end)
    this.#rest = used < end ? Buffer.from(bytes.subarray(used, end)) : NOTHING
    return true
  }

  #upgrade(bytes, end) {
    const answer = bytes.latin1Slice(0, end)
    const length = answer.indexOf('\r\n\r\n') + 4
    if (length < 4) return 0
    this.#upgraded = true
    if (answer.startsWith('HTTP/1.1 101')) this.#handlers.onOpen?.()
    else this.#end(`the server answered ${answer.split('\r\n', 1)[0]}`)
    return length
  }

  /** Handles the whole frames between `at` and `end`; gives back where the first begins that has not all come. */
  #frames(bytes, at, end) {
    while (this.#upgraded && !this.#ended && at + 2 <= end) {
      let start = at + 2
      let length = bytes[at + 1]
      if (length === 126) {
        start = at + 4
        if (start > end) break
        length = bytes.readUInt16BE(at + 2)
      } else if (length === 127) {
        start = at + 10
        if (start > end) break
        length = bytes.readUInt32BE(at + 6)
      }
      if (start + length > end) break
      this.#frame(bytes[at], bytes.subarray(start, start + length))
      at = start + length
    }
    return at
  }

  #frame(head, payload) {
    if (head === (FINAL | TEXT)) {
      received.frames++
      this.#handlers.onText(payload)
    } else if (head === (FINAL | PING)) this.#write(PONG, payload)
    else if (head === (FINAL | CLOSE)) this.#end(`the server said close ${payload.readUInt16BE(0)}`)
    else if (head !== (FINAL | PONG)) this.#end(`a frame this client does not know: 0x${head.toString(16)}`)
  }

  #write(opcode, payload) {
    const { length } = payload
    if (length > 0xffff) throw new Error('Too long a frame')
    const start = length < 126 ? 6 : 8
    const frame = Buffer.allocUnsafe(start + length)
    frame[0] = FINAL | opcode
    frame[1] = 0x80 | Math.min(length, 126)
    if (start === 8) frame.writeUInt16BE(length, 2)
    for (let i = 0; i < 4; i++) frame[start - 4 + i] = MASK[i]
    for (let i = 0; i < length; i++) frame[start + i] = payload[i] ^ MASK[i & 3]
    this.#socket.write(frame)
  }
}
