/** Everything that can be wrong with a run. */
export type Kind =
  | 'acknowledged and lost'
  | 'refused but stored'
  | 'two ids for one send'
  | 'stored twice'
  | 'duplicate told wrongly'
  | 'nobody sent it'
  | 'other content'
  | 'gap'
  | 'one rev twice'
  | 'told and lost'
  | 'missing at a client'
  | 'doubled at a client'
  | 'other order at a client'
  | 'rev went back at a client'
  | 'gap in rev at a client'
  | 'other picture at a client'
  | 'read missed what was acknowledged'

export interface Violation {
  kind: Kind
  /** What it is about, for whoever looks into it. */
  about: string
}

export const violation = (kind: Kind, ...about: unknown[]): Violation => ({
  kind,
  about: about
    .map((part) => (typeof part === 'string' ? part : JSON.stringify(part)))
    .join(' ')
    .slice(0, 400),
})

/** `[what is wrong, about what]` of which those that are wrong remain. */
export const violations = (...found: [boolean, Kind, ...unknown[]][]): Violation[] =>
  found.filter(([wrong]) => wrong).map(([, kind, ...about]) => violation(kind, ...about))

export function groupBy<T>(items: Iterable<T>, keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const group = groups.get(keyOf(item))
    if (group) group.push(item)
    else groups.set(keyOf(item), [item])
  }
  return groups
}
