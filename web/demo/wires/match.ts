/**
 * What a scenario says, and what it means now. `$name` stands for what is known by that name; where nothing is yet, it
 * is learnt where it is met. `…` stands for anything. Of an object only the fields that are named are looked at.
 */
export type Names = Readonly<Record<string, string | number | undefined>>

const alone = /^\$(\w+)$/
const within = /\$(\w+)/g

/** With each name replaced by what is known. A name that nobody knows is left as it is. */
export function fill(template: unknown, names: Names): any {
  if (typeof template === 'string') return filledText(template, names)
  if (Array.isArray(template)) return template.map((part) => fill(part, names))
  if (typeof template !== 'object' || template === null) return template
  return Object.fromEntries(Object.entries(template).map(([field, value]) => [field, fill(value, names)]))
}

function filledText(text: string, names: Names): unknown {
  const [, only] = alone.exec(text) ?? []
  if (only !== undefined) return names[only] ?? text
  return text.replace(within, (whole, name: string) => String(names[name] ?? whole))
}

/** What is known when it fits; null: it does not. */
export function match(pattern: unknown, value: unknown, names: Names): Names | null {
  if (typeof pattern === 'string') return matchText(pattern, value, names)
  if (Array.isArray(pattern)) return matchList(pattern, value, names)
  if (typeof pattern === 'object' && pattern !== null) return matchFields(pattern, value, names)
  return pattern === value ? names : null
}

function matchText(pattern: string, value: unknown, names: Names): Names | null {
  if (pattern === '…') return value === undefined ? null : names
  const [, name] = alone.exec(pattern) ?? []
  if (name !== undefined && names[name] === undefined) {
    return typeof value === 'string' || typeof value === 'number' ? { ...names, [name]: value } : null
  }
  const wanted = filledText(pattern, names)
  if (wanted === value) return names
  return typeof wanted === 'string' && typeof value === 'string' && fits(wanted, value) ? names : null
}

/** `…` in a text stands for any part of it. */
function fits(wanted: string, value: string): boolean {
  const parts = wanted.split('…')
  if (parts.length < 2) return false
  const first = parts.shift()!
  const last = parts.pop()!
  if (value.length < first.length + last.length || !value.startsWith(first) || !value.endsWith(last)) return false
  let from = first.length
  for (const part of parts) {
    const found = value.indexOf(part, from)
    if (found < 0 || found + part.length > value.length - last.length) return false
    from = found + part.length
  }
  return true
}

function matchList(pattern: unknown[], value: unknown, names: Names): Names | null {
  if (!Array.isArray(value) || value.length !== pattern.length) return null
  return pattern.reduce<Names | null>((known, part, at) => known && match(part, value[at], known), names)
}

function matchFields(pattern: object, value: unknown, names: Names): Names | null {
  if (typeof value !== 'object' || value === null) return null
  const fields = value as Record<string, unknown>
  return Object.entries(pattern).reduce<Names | null>(
    (known, [field, part]) => known && match(part, fields[field], known),
    names,
  )
}
