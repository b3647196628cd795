import type { Server } from 'node:http'

/** Where Engine.IO answers an upgrade, and whatever is below it. */
const known = '/socket.io/'

const notFound = 'HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n'

/** Without this, an upgrade on any other path would hang: Engine.IO was told to leave alone what is not its own. */
export function refuseUnknownUpgrades(server: Server): void {
  server.on('upgrade', (request, socket) => {
    // Node took its own listener away. Until somebody adds another, a client that resets would end the process.
    socket.on('error', () => undefined)
    if (!request.url?.startsWith(known)) socket.end(notFound, () => socket.destroy())
  })
}
