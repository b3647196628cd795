// A chat in the terminal, in sixty lines: node examples/chat.mjs URL API_TOKEN ROOM_ID EXTERNAL_ID
//
// The first half is what your backend does: it finds the user and mints a token with the API token, which never
// leaves it. The second half is what a frontend does with that token.
import { createInterface } from 'node:readline'
import { randomUUID } from 'node:crypto'
import { io } from 'socket.io-client'

const [url, apiToken, room_id, external_id] = process.argv.slice(2)
if (!external_id) {
  console.error('usage: node examples/chat.mjs URL API_TOKEN ROOM_ID EXTERNAL_ID')
  process.exit(2)
}

async function backend(method, path, body) {
  const response = await fetch(url + path, {
    method,
    headers: { clientKey: apiToken, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  })
  const answer = await response.json()
  if (!response.ok) throw new Error(`${method} ${path}: ${answer.code}: ${answer.detail}`)
  return answer
}

const { items } = await backend('GET', `/user?external_id=${encodeURIComponent(external_id)}`)
const user = items[0] ?? (await backend('POST', '/user', { external_id, display_name: external_id }))
const mintToken = async () => (await backend('POST', `/auth/${user.user_id}`)).token

// Asked again at every reconnection, so that a new token is used when the old one has run out.
const socket = io(url, { transports: ['websocket'], auth: (give) => void mintToken().then((token) => give({ token })) })
let lastSeq

socket.on('connect', async () => {
  const answer = await socket.emitWithAck('join_room', { room_id, after_seq: lastSeq })
  if (!answer.ok) return console.error(`cannot join: ${answer.error.code}`)
  console.log(`— ${user.display_name ?? external_id} is in ${answer.room.name ?? room_id}: type, and press Enter`)
})
socket.on('connect_error', (error) => console.error(`— ${error.message}: ${error.data?.code ?? 'unreachable'}`))
socket.on('disconnect', (reason) => console.log(`— disconnected: ${reason}`))
socket.on('member_joined', ({ display_name }) => console.log(`— ${display_name} joined`))
socket.on('token_expiring', async () => socket.emit('refresh_token', { token: await mintToken() }))
socket.on('new_message', ({ seq, sender, text_message }) => {
  lastSeq = seq
  console.log(`${seq}  ${sender?.display_name ?? 'system'}: ${text_message}`)
})

for await (const text_message of createInterface({ input: process.stdin })) {
  if (!text_message.trim()) continue
  // The id makes it safe to send again when no acknowledgement came: it is stored once.
  const message = { room_id, text_message, client_message_id: randomUUID() }
  const answer = await socket.timeout(5000).emitWithAck('send_message', message)
  if (!answer.ok) console.error(`— not sent: ${answer.error.detail}`)
}
socket.disconnect()
