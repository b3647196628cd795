import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'
import { closeCodeOf, type Problem } from '../contract/errors.js'

/** Refuses an upgrade as REST would refuse a request. */
export function refuseByStatus(socket: Duplex, problem: Problem): void {
  const { status, retry_after_ms } = problem
  const body = JSON.stringify(problem)
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Refused'}`,
    'Connection: close',
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Request-Id: ${problem.request_id}`,
    ...(retry_after_ms === undefined ? [] : [`Retry-After: ${Math.ceil(retry_after_ms / 1000)}`]),
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy())
}

/** Refuses by the code with which a WebSocket is closed at once; its reason is the failure's code. */
export function refuseByClosing(ws: WebSocket, problem: Problem): void {
  ws.on('error', () => undefined)
  ws.close(closeCodeOf(problem.code), problem.code)
  setTimeout(() => ws.terminate(), 2000).unref()
}
