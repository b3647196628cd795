import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import type { WsServer } from './ws.server.js'

/** Where Engine.IO answers an upgrade, and whatever is below it. */
const engine = '/socket.io/'

const notFound = 'HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n'

/** Without this, an upgrade on an unknown path would hang: Engine.IO was told to leave alone what is not its own. */
export function answerUpgrades(server: Server, plain: WsServer): void {
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // Node took its own listener away. Until somebody adds another, a client that resets would end the process.
    socket.on('error', () => undefined)
    if (request.url?.startsWith(engine) || plain.takes(request, socket, head)) return
    socket.end(notFound, () => socket.destroy())
  })
}
