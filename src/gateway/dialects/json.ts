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
