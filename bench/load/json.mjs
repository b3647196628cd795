// A chat client for the tiny protocol of bare/ws.mjs: JSON lists, one a frame.
import { Acks, readNumber, startsWith } from './acks.mjs'
import { WebSocketClient } from './websocket.mjs'

const DELIVERY = Buffer.from('["new_message"')
const CONNECTED = Buffer.from('["connected"')
const ACCEPTED = Buffer.from('{"ok":true')

export class JsonClient {
  #socket
  #acks = new Acks()
  #onDelivery
  #onConnected

  /** Resolves when connected and in all its rooms. `onDelivery(packet)` for each message that comes. */
  static async connect({ port, token, rooms, onDelivery, onEnd }) {
    const client = new JsonClient()
    client.#onDelivery = onDelivery
    const path = `/?token=${encodeURIComponent(token)}`
    await new Promise((resolve, reject) => {
      client.#onConnected = resolve
      const ended = (reason) => (reject(new Error(reason)), onEnd(reason))
      client.#socket = new WebSocketClient({ port, path, onText: (frame) => client.#frame(frame), onEnd: ended })
    })
    for (const room_id of rooms) await client.#join(room_id)
    return client
  }

  /** Sends a message; `onAck(ok, explain)` when it is answered. Its parts are ASCII that JSON needs not escape. */
  sendMessage(room, id, text, onAck) {
    const json = `{"room_id":"${room}","client_message_id":"${id}","text_message":"${text}"}`
    this.#socket.send(`[${this.#acks.expect(onAck)},"send_message",${json}]`)
  }

  close() {
    this.#socket.close()
  }

  #join(room_id) {
    return new Promise((resolve, reject) => {
      const joined = (ok, explain) => (ok ? resolve() : reject(new Error(`join_room was refused: ${explain()}`)))
      this.#socket.send(JSON.stringify([this.#acks.expect(joined), 'join_room', { room_id }]))
    })
  }

  #frame(frame) {
    if (startsWith(frame, 0, DELIVERY)) return this.#onDelivery(frame)
    if (startsWith(frame, 0, CONNECTED)) return this.#onConnected()
    const { number, end } = readNumber(frame, 1)
    const answer = end + 1
    this.#acks.settle(number, startsWith(frame, answer, ACCEPTED), () => frame.utf8Slice(answer))
  }
}
