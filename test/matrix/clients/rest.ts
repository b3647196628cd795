/** REST: who hears by asking. To leave is to be no member any more: there is nothing else to leave. */
import { randomUUID } from 'node:crypto'
import type { Answer as RestAnswer, Rest } from '../../support/rest.js'
import type { TestUser } from '../../support/service.js'
import type { Answer, Client, Place, Wire } from '../client.js'
import { heardOf, messageOf, messageOfSystem, problemOf } from './view.js'

class RestClient implements Client {
  private readonly rest: Rest
  private readonly path: string

  constructor({ rest }: TestUser, { roomId }: Place) {
    this.rest = rest
    this.path = `/room/${roomId}`
  }

  async join(): Promise<Answer> {
    return answerOf(await this.rest.post(`${this.path}/join`))
  }

  async send(text: string, clientMessageId: string = randomUUID()): Promise<Answer> {
    return answerOf(await this.sending(text, clientMessageId))
  }

  async react(messageId: string, emoji: string): Promise<Answer> {
    return answerOf(await this.rest.put(`${this.path}/message/${messageId}/reaction/${encodeURIComponent(emoji)}`))
  }

  async unreact(messageId: string, emoji: string): Promise<Answer> {
    return answerOf(await this.rest.delete(`${this.path}/message/${messageId}/reaction/${encodeURIComponent(emoji)}`))
  }

  async type(): Promise<Answer> {
    return answerOf(await this.rest.post(`${this.path}/typing`, { is_typing: true }))
  }

  async edit(messageId: string, text: string): Promise<Answer> {
    return answerOf(await this.rest.patch(`${this.path}/message/${messageId}`, { text_message: text }))
  }

  async leave(): Promise<Answer> {
    return answerOf(await this.rest.post(`${this.path}/leave`))
  }

  drop(): void {}

  async refused(text: string, clientMessageId: string): Promise<unknown> {
    return (await this.sending(text, clientMessageId)).body
  }

  async babbled(): Promise<unknown> {
    return (await this.rest.post(`${this.path}/message/send`, undefined, { raw: 'no JSON' })).body
  }

  /** Page by page; nothing for who may not read. */
  async frames(): Promise<any[]> {
    const items: any[] = []
    for (;;) {
      const { body } = await this.rest.get(`${this.path}/message?limit=100&after_seq=${items.at(-1)?.seq ?? 0}`)
      items.push(...(body.items ?? []))
      if (!body.has_more) return items
    }
  }

  private sending(text_message: string, client_message_id: string): Promise<RestAnswer> {
    return this.rest.post(`${this.path}/message/send`, { text_message, client_message_id })
  }
}

function answerOf({ status, body }: RestAnswer): Answer {
  if (status < 300) return { ok: true, duplicate: body.duplicate }
  return { ok: false, code: body.code, retryAfterMs: body.retry_after_ms }
}

export const rest: Wire = {
  name: 'rest',
  can: new Set(['join', 'send', 'react', 'unreact', 'edit', 'leave']),
  kinds: ['group'],
  resumes: false,
  repeats: 'in the answer',
  unknown: 'route_not_found',
  client: (user, place) => new RestClient(user, place),
  heardIn: (message) => [heardOf(message)],
  golden: messageOf,
  goldenOfSystem: messageOfSystem,
  goldenRefusal: problemOf,
  goldenBabble: problemOf({ code: 'malformed_json' }),
}
