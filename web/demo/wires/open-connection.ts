import type { Connection, Listener } from './connection.js'
import type { Dialect, Place } from './dialects.js'
import { openPlain } from './plain.js'
import { openSocketIo } from './socketio.js'

export function openConnection(dialect: Dialect, place: Place, listener: Listener): Connection {
  const open = dialect.transport === 'Socket.IO' ? openSocketIo : openPlain
  return open(dialect, place, listener)
}
