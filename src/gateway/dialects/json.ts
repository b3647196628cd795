import type { Problem } from '../../contract/errors.js'
import type { MessageView } from '../../contract/views.js'

const texts = new WeakMap<object, string>()

/** The JSON of a view, made once: for everybody who hears of it, and for the answer to whoever made it. */
export function jsonOf(view: object): string {
  let text = texts.get(view)
  if (text === undefined) texts.set(view, (text = JSON.stringify(view)))
  return text
}

const maxIdLength = 200

/** The client's own id of what it sent, as a failure's answer repeats it. */
export function sentAs(payload: unknown): { client_message_id?: string } {
  const { client_message_id } = (payload ?? {}) as { client_message_id?: unknown }
  return typeof client_message_id === 'string' ? { client_message_id: client_message_id.slice(0, maxIdLength) } : {}
}

/** What is not said by anybody is said by this. */
const systemName = 'System'

/** The sender's name, as the server knows it. */
export const usernameOf = ({ sender }: MessageView): string => sender?.name ?? systemName

/** The fields of a payload; none came if there is none. What is no object is a field that no command knows. */
export function fieldsOf(payload: unknown): Record<string, unknown> {
  if (payload === undefined || payload === null) return {}
  return typeof payload === 'object' && !Array.isArray(payload) ? { ...payload } : { payload }
}

/** A dialect's own names for fields of commands. */
export type Words = ReadonlyMap<string, string>

/** A failure, told of the fields as the client knows them. */
export function inWords(problem: Problem, words: Words): Problem {
  if (problem.code !== 'validation_failed') return problem
  const named = (field: string): string => words.get(field) ?? field
  const { detail, errors = [] } = problem
  return {
    ...problem,
    detail: detail.replace(/(?<=^|; )\w+/g, named),
    errors: errors.map(({ field, message }) => ({ field: named(field), message })),
  }
}
