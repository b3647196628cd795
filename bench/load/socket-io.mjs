// A chat client that speaks Socket.IO's text packets itself, over a WebSocket from the start.
import { Acks, readNumber, startsWith } from './acks.mjs'
import { WebSocketClient } from './websocket.mjs'

const PATH = '/socket.io/?EIO=4&transport=websocket'
// Engine.IO puts this between packets that share a frame; JSON escapes it, so it is never in one.
const SEPARATOR = 0x1e
const DELIVERY = Buffer.from('42["new_message"')
const ACKNOWLEDGEMENT = Buffer.from('43')
const ACCEPTED = Buffer.from('[{"ok":true')
const [OPEN, PING, MESSAGE, CONNECTED, REFUSED] = ['0', '2', '4', '0', '4'].map((one) => one.charCodeAt(0))

export class SocketIoClient {
  #socket
  #token
  #acks = new Acks()
  #onDelivery
  #settle = {}

  /**
   * Resolves when connected and in all its rooms; or in by its `way`, the event and payload that are asked for instead.
   * `onDelivery(packet)` for each message that comes.
   */
  static async connect({ port, token, rooms, way, onDelivery, onEnd }) {
    const client = new SocketIoClient()
    client.#token = token
    client.#onDelivery = onDelivery
    await new Promise((resolve, reject) => {
      client.#settle = { resolve, reject }
      const ended = (reason) => (reject(new Error(reason)), onEnd(reason))
      client.#socket = new WebSocketClient({ port, path: PATH, onText: (frame) => client.#frame(frame), onEnd: ended })
    })
    const ways = way ? [way] : rooms.map((room_id) => ({ event: 'join_room', payload: { room_id } }))
    for (const one of ways) await client.#enter(one)
    return client
  }

  /** Sends a message; `onAck(ok, explain)` when it is answered. Its parts are ASCII that JSON needs not escape. */
  sendMessage(room, id, text, onAck) {
    const json = `{"room_id":"${room}","client_message_id":"${id}","text_message":"${text}"}`
    this.#emit(`["send_message",${json}]`, onAck)
  }

  close() {
    this.#socket.close()
  }

  #enter({ event, payload }) {
    return new Promise((resolve, reject) => {
      const entered = (ok, explain) => (ok ? resolve() : reject(new Error(`${event} was refused: ${explain()}`)))
      this.#emit(JSON.stringify([event, payload]), entered)
    })
  }

  #emit(json, onAck) {
    this.#socket.send(`42${this.#acks.expect(onAck)}${json}`)
  }

  #frame(frame) {
    let start = 0
    for (let end; (end = frame.indexOf(SEPARATOR, start)) >= 0; start = end + 1)
      this.#packet(frame.subarray(start, end))
    this.#packet(start === 0 ? frame : frame.subarray(start))
  }

  #packet(packet) {
    if (startsWith(packet, 0, DELIVERY)) return this.#onDelivery(packet)
    if (startsWith(packet, 0, ACKNOWLEDGEMENT)) return this.#acknowledged(packet)
    const [type, kind] = packet
    if (type === PING) this.#socket.send('3')
    else if (type === OPEN) this.#socket.send(`40${JSON.stringify({ token: this.#token })}`)
    else if (type === MESSAGE && kind === CONNECTED) this.#settle.resolve()
    else if (type === MESSAGE && kind === REFUSED) this.#settle.reject(new Error(`Refused: ${packet}`))
  }

  #acknowledged(packet) {
    const { number, end } = readNumber(packet, ACKNOWLEDGEMENT.length)
    const answer = () => packet.utf8Slice(end)
    this.#acks.settle(number, startsWith(packet, end, ACCEPTED) || JSON.parse(answer())[0]?.ok === true, answer)
  }
}
