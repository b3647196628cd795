const texts = new WeakMap<object, string>()

/** The JSON of a view, made once: for everybody who hears of it, and for the answer to whoever made it. */
export function jsonOf(view: object): string {
  let text = texts.get(view)
  if (text === undefined) texts.set(view, (text = JSON.stringify(view)))
  return text
}
