// A viewer on a plain WebSocket: it comes in and from then on only reads.
import { WebSocketClient } from './websocket.mjs'

const ERROR = Buffer.from('"error"')

export class PlainClient {
  #socket
  #welcomed = false
  #ready
  #onDelivery

  /**
   * By its `way`: the path; `hello`, what it says there, if anything; `welcome`, what stands in the answer to that. Resolves
   * when it is in. `onDelivery(frame)` for each frame from then on, whatever stands in it.
   */
  static async connect({ port, way, onDelivery, onEnd }) {
    const client = new PlainClient()
    client.#onDelivery = onDelivery
    await new Promise((resolve, reject) => {
      client.#ready = { resolve, reject }
      const ended = (reason) => (reject(new Error(reason)), onEnd(reason))
      const onOpen = () => client.#opened(way)
      const onText = (frame) => client.#frame(frame, way)
      client.#socket = new WebSocketClient({ port, path: way.path, onOpen, onText, onEnd: ended })
    })
    return client
  }

  close() {
    this.#socket.close()
  }

  #opened({ hello }) {
    if (hello) this.#socket.send(hello)
    else this.#welcome()
  }

  #welcome() {
    this.#welcomed = true
    this.#ready.resolve()
  }

  #frame(frame, { welcome }) {
    if (this.#welcomed) this.#onDelivery(frame)
    else if (frame.includes(welcome)) this.#welcome()
    else if (frame.includes(ERROR)) this.#ready.reject(new Error(`Refused: ${frame}`))
  }
}
