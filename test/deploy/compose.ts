/** Reads as much of YAML as the compose files use: keys, lists of words, quotes, and one thing again (`&name`, `*name`); no flows. */

export interface Entry {
  /** As `services.parley.environment.PORT`; items of a list have the path of the list. */
  path: string
  value: string
}

const unquote = (value: string): string => /^(['"])(.*)\1$/.exec(value)?.[2] ?? value

export function entriesOf(yaml: string): Entry[] {
  const open: { indent: number; key: string }[] = []
  const entries: Entry[] = []
  for (const line of yaml.split('\n')) {
    const { indent, item, key, value } =
      /^(?<indent> *)(?:- (?<item>.+)|(?<key>[\w-]+):(?: (?<value>.+))?)$/.exec(line)?.groups ?? {}
    if (indent === undefined) continue
    while (open.length && open.at(-1)!.indent >= indent.length) open.pop()
    if (key !== undefined) open.push({ indent: indent.length, key })
    entries.push({ path: open.map((parent) => parent.key).join('.'), value: unquote(item ?? value ?? '') })
  }
  return entries.flatMap((entry) => [entry, ...againAt(entry, entries)])
}

/** What an alias stands for: all that is below its anchor. */
function againAt({ path, value }: Entry, entries: Entry[]): Entry[] {
  const [, name] = /^\*(.+)$/.exec(value) ?? []
  const anchor = entries.find((entry) => name !== undefined && entry.value === `&${name}`)
  const below = entries.filter((entry) => anchor && entry.path.startsWith(`${anchor.path}.`))
  return below.map((entry) => ({ ...entry, path: path + entry.path.slice(anchor!.path.length) }))
}

/** What stands at a path: its keys with their values. */
export function mapAt(entries: Entry[], path: string): Record<string, string> {
  const under = entries.filter((entry) => entry.path.startsWith(`${path}.`))
  const children = under.map(({ path: child, value }) => [child.slice(path.length + 1), value] as const)
  return Object.fromEntries(children.filter(([key]) => !key.includes('.')))
}

export const listAt = (entries: Entry[], path: string): string[] =>
  entries.filter((entry) => entry.path === path && entry.value !== '').map(({ value }) => value)

const variable = /\$\{(\w+)(?::([-?])([^}]*))?\}/g

/** The variables that a file asks its environment for. */
export const variablesIn = (text: string): string[] => [
  ...new Set([...text.matchAll(variable)].map(([, name]) => name!)),
]

/** As Compose puts in what the environment says; throws as it does for what must be set. */
export const interpolate = (text: string, environment: Record<string, string>): string =>
  text.replace(variable, (_, name: string, how?: string, rest = '') => {
    const value = environment[name]
    if (value) return value
    if (how === '?') throw new Error(rest)
    return how === '-' ? rest : ''
  })
