/** At the end of a node, and between nodes, who should ask another one is told so by a status that proxies understand. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Problem } from '../contract/errors.js'
import { refuseByAnswer, refuseByStatus } from './ws.refusal.js'

type Listener = (...args: unknown[]) => void

/** What a request is refused for; null if it is not. */
export type TurnsAway = (request: IncomingMessage) => Problem | null

/** Engine.IO knows 400 and 403 alone. To be called when it listens to the server. */
export function turnAway(server: Server, refusalOf: TurnsAway): void {
  guard(server, 'request', refusalOf, (answer, problem) => refuseByAnswer(answer as ServerResponse, problem))
  guard(server, 'upgrade', refusalOf, (to, problem) => {
    const socket = to as Duplex
    socket.on('error', () => undefined)
    refuseByStatus(socket, problem)
  })
}

function guard(
  server: Server,
  event: 'request' | 'upgrade',
  refusalOf: TurnsAway,
  refuse: (to: unknown, problem: Problem) => void,
): void {
  const listeners = server.listeners(event) as Listener[]
  server.removeAllListeners(event)
  server.on(event, (...args: unknown[]) => {
    const [request, to] = args as [IncomingMessage, unknown]
    const problem = refusalOf(request)
    if (problem) return refuse(to, problem)
    for (const listener of listeners) listener.apply(server, args)
  })
}
