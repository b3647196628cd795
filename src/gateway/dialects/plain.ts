/** What the dialects of plain WebSockets have in common. */
import type { MessageView } from '../../contract/views.js'
import type { Problem } from '../../contract/errors.js'
import { inWords, type Words } from './json.js'
import type { PlainErrorData } from './plain.frames.js'

const none: Words = new Map()

/** `words`: how the dialect names fields of the commands. */
export const plainError = (problem: Problem, words: Words = none): PlainErrorData => ({
  message: inWords(problem, words).detail,
  code: problem.code,
  ...(problem.retry_after_ms !== undefined && { retry_after_ms: problem.retry_after_ms }),
})

/** The client's own id of a message, where it gave one: so it knows its own when it comes back. */
export const ownId = ({ client_message_id }: Pick<MessageView, 'client_message_id'>): { client_message_id?: string } =>
  client_message_id === null ? {} : { client_message_id }
