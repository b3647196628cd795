/** What the dialects of plain WebSockets have in common. */
import type { MessageView } from '../../contract/views.js'
import type { Problem } from '../../contract/errors.js'

/** Of a failure, what a client needs to go on: the sentence, the code, and when to try again. */
export interface PlainError {
  message: string
  code: string
  retry_after_ms?: number
  client_message_id?: string
}

export const plainError = ({ detail, code, retry_after_ms }: Problem): PlainError => ({
  message: detail,
  code,
  ...(retry_after_ms !== undefined && { retry_after_ms }),
})

/** The client's own id of a message, where it gave one: so it knows its own when it comes back. */
export const ownId = ({ client_message_id }: MessageView): { client_message_id?: string } =>
  client_message_id === null ? {} : { client_message_id }
