import { STATUS_CODES, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'
import { closeCodeOf, type Problem } from '../contract/errors.js'

/** Refuses an upgrade as REST would refuse a request. */
export function refuseByStatus(socket: Duplex, problem: Problem): void {
  const { status } = problem
  const body = JSON.stringify(problem)
  const lines = Object.entries(headersOf(problem, body)).map(([name, value]) => `${name}: ${value}`)
  const head = [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Refused'}`, ...lines]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy())
}

/** Refuses a request of long polling in the same way. */
export function refuseByAnswer(answer: ServerResponse, problem: Problem): void {
  const body = JSON.stringify(problem)
  answer.writeHead(problem.status, headersOf(problem, body)).end(body)
}

const headersOf = ({ request_id, retry_after_ms }: Problem, body: string): Record<string, string | number> => ({
  Connection: 'close',
  'Content-Type': 'application/problem+json',
  'Content-Length': Buffer.byteLength(body),
  'X-Request-Id': request_id,
  ...(retry_after_ms !== undefined && { 'Retry-After': Math.ceil(retry_after_ms / 1000) }),
})

/** Refuses by the code with which a WebSocket is closed at once; its reason is the failure's code. */
export function refuseByClosing(ws: WebSocket, problem: Problem): void {
  ws.on('error', () => undefined)
  ws.close(closeCodeOf(problem.code), problem.code)
  setTimeout(() => ws.terminate(), 2000).unref()
}
