// The least chat that Socket.IO gives: rooms, a broadcast, an acknowledgement. It believes whoever says who they are, checks
// nothing and numbers in memory. With DATABASE_URL each message is stored by an INSERT of its own before it is told.
import { createServer } from 'node:http'
import { Server } from 'socket.io'
import { toMessage } from './message.mjs'
import { openStore } from './store.mjs'

const store = process.env.DATABASE_URL ? await openStore(process.env.DATABASE_URL) : undefined
const http = createServer((_, response) => response.end('ok'))
const io = new Server(http)

io.on('connection', (socket) => {
  const sender = JSON.parse(socket.handshake.auth.token)

  socket.on('join_room', async ({ room_id }, ack) => {
    await socket.join(room_id)
    ack({ ok: true })
  })

  socket.on('send_message', async (input, ack) => {
    const message = toMessage(sender, input)
    if (store) await store.insert(message)
    io.to(input.room_id).emit('new_message', message)
    ack({ ok: true, message })
  })
})

http.listen(Number(process.env.PORT), '127.0.0.1')
