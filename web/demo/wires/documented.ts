/** The frames that a wire takes, as its document says. */
export type WireName = 'chat' | 'live' | 'stream' | 'rooms' | 'room'

export interface Template {
  name: string
  /** What it is for, in one line. */
  summary: string
  /** null: there is nothing to say. */
  body: Record<string, unknown> | null
  /** What may be said, too. */
  optional: string[]
}

export type Documented = Record<WireName, { title: string; description: string; takes: Template[] }>
