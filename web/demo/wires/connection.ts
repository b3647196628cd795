/** A connection by one of the wires, and what is seen of it. */
import type { Named } from './dialects.js'
import type { News } from './frame-log.js'

/** Socket.IO has no codes. */
export interface End {
  code: number | null
  reason: string
}

export interface Listener {
  /** Of everything on the wire, to be shown. */
  shown(news: Omit<News, 'who'>): void
  heard(frame: Named): void
  opened(): void
  /** Once, also where nothing was ever open. */
  closed(end: End): void
}

export interface Connection {
  /** Only Socket.IO answers; a plain WebSocket's answers are frames. */
  send(frame: Named, onAnswer?: (answer: unknown) => void): void
  /** As it stands. Only by a plain WebSocket. */
  sendText(text: string): void
  close(): void
}
