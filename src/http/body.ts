import { isUtf8 } from 'node:buffer'
import type { FastifyInstance } from 'fastify'
import { ChatError } from '../contract/errors.js'

/** Reads JSON bodies: bad UTF-8 is refused, where Fastify's own parser would store other characters than were sent. */
export function readJsonBodies(app: FastifyInstance, bodyLimit: number): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer', bodyLimit },
    async (_request: unknown, body: Buffer) => {
      if (!body.length) return undefined
      if (!isUtf8(body)) throw new ChatError('malformed_json', 'The body is not UTF-8.')
      return parse(body.toString())
    },
  )
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new ChatError('malformed_json', 'The body is not JSON.')
  }
}
