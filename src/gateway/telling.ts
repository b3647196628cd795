import type { ChatEvent } from '../contract/events.js'
import { failures } from '../contract/errors.js'
import type { Connection, Frame } from './connection.js'
import type { Dialect, Stream } from './dialects/dialect.js'
import type { Listeners } from './topics.js'

/** An event in one dialect; null if it does not tell it. */
interface Encoded {
  dialect: Dialect
  frame: Frame | null
}

/** What is told to a room that is no more: whoever was there for it alone has nothing else to hear. */
const lastWords: ReadonlySet<ChatEvent['type']> = new Set(['stream.ended', 'room.deleted'])

/** Writes an event to each connection in the dialect that is named with it, encoded once for each. Answers to how many. */
export function tell(listeners: Listeners, event: ChatEvent, stream: Stream | null): number {
  const frames: Encoded[] = []
  let count = 0
  // Mostly the next one has the same dialect as the one before.
  let known: Dialect | null = null
  let frame: Frame | null = null
  for (const [connection, dialect] of listeners) {
    if (dialect !== known) frame = frameFor((known = dialect), event, stream, frames)
    if (!frame) continue
    connection.write(frame)
    count++
  }
  if (lastWords.has(event.type)) endThose(listeners, event)
  return count
}

/** Of those who heard of a room by it, the connections that end with this event. */
export function endThose(listeners: Listeners, event: ChatEvent): void {
  for (const [connection, dialect] of [...listeners]) {
    const code = dialect.ending?.(event)
    if (code === null) connection.finish()
    else if (code) connection.end(code, `${failures.get(code)!.title}.`)
  }
}

export function* inTheirOwn(connections: Iterable<Connection>): Listeners {
  for (const connection of connections) yield [connection, connection.dialect]
}

function frameFor(dialect: Dialect, event: ChatEvent, stream: Stream | null, frames: Encoded[]): Frame | null {
  for (const encoded of frames) if (encoded.dialect === dialect) return encoded.frame
  const text = dialect.event(event, stream)
  const frame = text === null ? null : { text }
  frames.push({ dialect, frame })
  return frame
}
