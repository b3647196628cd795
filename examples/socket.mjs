// A socket in the terminal: node examples/socket.mjs URL JWT
//
// It joins every room of its user, prints whatever it hears, and sends what is typed: an event, and its payload if it
// needs one. The room is the one that was joined last and the message the newest that was heard, unless the payload says:
//
//   send_message {"text_message":"Hello"}
//   add_reaction {"emoji":"👍"}
//   typing {"is_typing":true}
import { createInterface } from 'node:readline'
import { io } from 'socket.io-client'

const [url, token] = process.argv.slice(2)
if (!token) {
  console.error('usage: node examples/socket.mjs URL JWT')
  process.exit(2)
}

const socket = io(url, { transports: ['websocket'], auth: { token } })
let room_id, message_id

async function join(room) {
  const { ok, error } = await socket.emitWithAck('join_room', { room_id: room })
  if (ok) room_id = room
  console.log(ok ? `— joined ${room}` : `— not joined: ${error.code}`)
}

socket.on('connect', async () => {
  const answer = await fetch(`${url}/room?limit=100`, { headers: { authorization: `Bearer ${token}` } })
  for (const room of (await answer.json()).items.toReversed()) await join(room.room_id)
})
socket.on('room_added', ({ room }) => join(room.room_id))
socket.on('new_message', (message) => ({ message_id } = message))
socket.onAny((event, payload) => console.log(event, JSON.stringify(payload)))
socket.on('connect_error', (error) => console.error(`— ${error.message}: ${error.data?.code ?? 'unreachable'}`))
socket.on('disconnect', (reason) => console.log(`— disconnected: ${reason}`))

const isOfStream = /^(join_notification_room|(join|leave)_stream_room|chat_message)$/
const isAboutMessage = /reaction$|^(edit|delete|pin|unpin)_message$/

for await (const line of createInterface({ input: process.stdin })) {
  const [, event, json] = /^\s*(\w+)\s*(.*)$/.exec(line) ?? []
  if (!event) continue
  try {
    const payload = {
      ...(!isOfStream.test(event) && { room_id }),
      ...(isAboutMessage.test(event) && { message_id }),
      ...JSON.parse(json || '{}'),
    }
    console.log('—', JSON.stringify(await socket.timeout(5000).emitWithAck(event, payload)))
  } catch (error) {
    console.error(`— ${error.message}`)
  }
}
socket.disconnect()
