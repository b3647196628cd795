/** Socket.IO, by its own client: the packets that it writes and reads are shown. It does not come back by itself here. */
import { io } from 'socket.io-client'
import type { Connection, Listener } from './connection.js'
import type { Dialect, Place } from './dialects.js'
import { shownPacket, type Packet } from './packets.js'

export function openSocketIo(_: Dialect, { token, credential }: Place, listener: Listener): Connection {
  const auth = credential === 'token' ? { token } : {}
  const socket = io({ auth, transports: ['websocket'], reconnection: false, forceNew: true, autoConnect: false })
  const show = (direction: 'sent' | 'heard', packet: Packet): void =>
    listener.shown({ direction, ...shownPacket(packet) })
  const close = (reason: string): void => {
    listener.shown({ direction: 'note', name: 'closed', raw: reason })
    listener.closed({ code: null, reason })
  }

  socket.on('connect', () => listener.opened())
  socket.on('connect_error', ({ message }) => {
    // Where it was the service that refused, the connection is still there.
    socket.disconnect()
    close(message)
  })
  socket.on('disconnect', close)
  socket.onAny((name: string, body: unknown) => listener.heard({ name, body }))

  listener.shown({ direction: 'note', name: 'connecting', raw: 'GET /socket.io/?EIO=4&transport=websocket' })
  socket.connect()
  const { engine } = socket.io
  engine.on('packet', (packet) => show('heard', packet))
  engine.on('packetCreate', (packet) => show('sent', packet))

  const send: Connection['send'] = ({ name, body }, onAnswer) => {
    const parts = body === null || body === undefined ? [] : [body]
    if (onAnswer) socket.emit(name, ...parts, onAnswer)
    else socket.emit(name, ...parts)
  }
  return { send, sendText: () => undefined, close: () => socket.disconnect() }
}
