import type { Person } from '../contract/actor.js'
import type { ErrorCode } from '../contract/errors.js'
import type { Session } from '../contract/session.js'
import type { Dialect } from './dialects/dialect.js'

/** One event in one dialect, encoded once for all who are told. */
export interface Frame {
  text: string
  /** The bytes on a WebSocket, made when the first one needs them. */
  wire?: Buffer
  /** The same, as the only one or the last one of several in one frame. */
  list?: Buffer
  /** This one with the next one after it, made once for all who are told both. */
  followed?: { next: Frame; both: Frame }
}

/** One socket of one person, whatever it is made of. */
export interface Connection {
  /** Its own as long as it lives, also among the sockets of other nodes. */
  readonly id: string
  /** By which credential it lives. Another one of the same user may take its place. */
  session: Session<Person>
  /** When the client is to be told that its token runs out; Infinity when it was, or need not be. */
  warnAtMs: number
  /** Where the client is, as far as it can be known behind proxies. */
  readonly address: string
  readonly dialect: Dialect
  /** Does more wait for the peer than one that reads leaves waiting? */
  readonly isSlow: boolean
  write(frame: Frame): void
  /** At once, unless the peer is slow to read: then when it has read most of what was written. Also when it ends. */
  drained(): Promise<void> | undefined
  /** When what it asked is answered. */
  idle(): Promise<void>
  /** Tells the client why, and ends the connection. */
  end(code: ErrorCode, reason: string): void
  /** Ends the connection when all is written: everything has been said. */
  finish(): void
  /** Sends the client away, to come back. A client of Socket.IO does so by itself, if it is told nothing. */
  hangUp(): void
}
