/** All frames that went by, and what happened to the connections, in their order; of the oldest only so many. */
export interface Entry {
  id: number
  at: Date
  /** Whose connection. */
  who: string
  direction: 'sent' | 'heard' | 'note'
  /** Of the event, or of what the protocol itself says. */
  name: string
  /** As it was on the wire, without the token. */
  raw: string
  /** What can be shown of it in more lines; undefined: it is no JSON. */
  body?: unknown
  /** Is it only the protocol's own sign of life? */
  isBeat?: boolean
}

export type News = Omit<Entry, 'id' | 'at'>

const maxEntries = 500

export class FrameLog {
  private entries: readonly Entry[] = []
  private nextId = 1
  private readonly listeners = new Set<() => void>()

  readonly getSnapshot = (): readonly Entry[] => this.entries

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  readonly add = (news: News): void => {
    this.change([...this.entries, { ...news, id: this.nextId++, at: new Date() }].slice(-maxEntries))
  }

  readonly clear = (): void => this.change([])

  private change(entries: readonly Entry[]): void {
    this.entries = entries
    for (const listener of this.listeners) listener()
  }
}

/** What is shown of the log. */
export interface Filter {
  text: string
  direction: 'all' | 'sent' | 'heard'
  beats: boolean
}

export function filtered(entries: readonly Entry[], { text, direction, beats }: Filter): Entry[] {
  const wanted = text.trim().toLowerCase()
  return entries.filter(
    (entry) =>
      (beats || !entry.isBeat) &&
      (direction === 'all' || entry.direction === direction) &&
      `${entry.who} ${entry.name} ${entry.raw}`.toLowerCase().includes(wanted),
  )
}

const arrows = { sent: '->', heard: '<-', note: '--' }

/** As docs/PROTOCOL.md writes a session. */
export const asText = (entries: readonly Entry[]): string =>
  entries.map(({ at, who, direction, raw }) => `${clock(at)} ${who} ${arrows[direction]} ${raw}`).join('\n')

export const clock = (at: Date): string =>
  at.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3 })

export const sizeOf = (raw: string): number => new TextEncoder().encode(raw).length

/** The message that was heard last, if the wire says its id. */
export function lastMessage(entries: readonly Entry[]): string | null {
  for (const { direction, body } of entries.toReversed()) {
    const found =
      direction === 'heard' && /"(?:message_id|messageId|id)":"([0-9a-f-]{36})"/.exec(JSON.stringify(body) ?? '')
    if (found) return found[1]!
  }
  return null
}
