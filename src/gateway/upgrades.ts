import type { Server } from 'node:http'

/** Paths on which somebody answers an upgrade. */
const known = /^\/socket\.io\/?(\?|$)/

/** Without this, an upgrade on any other path would hang: Engine.IO was told to leave alone what is not its own. */
export function refuseUnknownUpgrades(server: Server): void {
  server.on('upgrade', (request, socket) => {
    if (known.test(request.url ?? '')) return
    socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
  })
}
