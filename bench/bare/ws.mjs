// The least chat that `ws` gives (the one that Engine.IO brings): one buffer a broadcast, framed once, written to each
// client as it is. Nothing is stored or checked. A frame is a JSON list: from a client [ack, event, payload], to it
// [ack, reply] or [event, payload].
import { createServer } from 'node:http'
import { Sender, WebSocketServer } from 'ws'
import { toMessage } from './message.mjs'

const FRAME = { fin: true, opcode: 1, mask: false, rsv1: false, readOnly: true }
const rooms = new Map() // room → the sockets in it
const http = createServer((_, response) => response.end('ok'))
const server = new WebSocketServer({ server: http })

server.on('connection', (socket, request) => {
  const sender = JSON.parse(new URL(request.url, 'ws://localhost').searchParams.get('token'))
  const joined = []

  socket.on('message', (data) => {
    const [ack, event, payload] = JSON.parse(data)
    const reply = event === 'join_room' ? join(payload) : send(payload)
    socket.send(JSON.stringify([ack, reply]))
  })
  socket.on('close', () => joined.forEach((members) => members.delete(socket)))
  socket.send('["connected"]')

  function join({ room_id }) {
    const members = rooms.get(room_id) ?? new Set()
    rooms.set(room_id, members.add(socket))
    joined.push(members)
    return { ok: true }
  }

  function send(input) {
    const message = toMessage(sender, input)
    const frame = [Buffer.concat(Sender.frame(Buffer.from(JSON.stringify(['new_message', message])), FRAME))]
    // No public method takes a frame that is made already.
    // oxlint-disable-next-line no-underscore-dangle
    for (const member of rooms.get(input.room_id)) member._sender.sendFrame(frame)
    return { ok: true, message }
  }
})

http.listen(Number(process.env.PORT), '127.0.0.1')
