/** One interface for whoever talks and hears in a room, by whatever wire. */
import type { TestUser } from '../support/service.js'

/** What a client asks in the story. */
export type Step = 'join' | 'send' | 'react' | 'unreact' | 'type' | 'edit' | 'leave'

export type Kind = 'group' | 'livestream'

export interface Place {
  roomId: string
  /** Of a livestream. */
  streamId: string
}

/** A message, as far as every wire tells it. */
export interface Heard {
  text: string
  userId: string | null
  username: string
  /** Where the wire says it. */
  seq?: number
}

/** How the wire answered. `duplicate`: it had been sent before. */
export type Answer = { ok: true; duplicate?: boolean } | { ok: false; code: string; retryAfterMs?: number }

/** One person in one room. What the wire has no word for is asked in a word that it does not know. */
export interface Client {
  /** Into the room, by a connection of its own: what was said after this, then what is new. */
  join(afterSeq?: number): Promise<Answer>
  /** By the client's own id several at once are told apart. */
  send(text: string, clientMessageId?: string): Promise<Answer>
  react(messageId: string, emoji: string): Promise<Answer>
  unreact(messageId: string, emoji: string): Promise<Answer>
  type(): Promise<Answer>
  edit(messageId: string, text: string): Promise<Answer>
  leave(): Promise<Answer>
  /** The connection breaks. */
  drop(): void
  /** Sends a text that cannot be taken, and answers the frame by which it was refused. */
  refused(text: string, clientMessageId: string): Promise<unknown>
  /** The same of what is no request at all. */
  babbled(): Promise<unknown>
  /** All frames that came, each as its JSON says; by REST the messages, as they are read now. */
  frames(): Promise<any[]>
}

/** A message, and who said it. */
export interface Said {
  place: Place
  userId: string
  displayName: string | null
  /** What they are called, whether or not they have that name. */
  username: string
  text: string
  clientMessageId: string
}

/** What a refusal says. */
export interface Refusal {
  code: string
  clientMessageId: string
  /** When to try again, if that is said. */
  retry?: { retry_after_ms: unknown }
}

export interface Wire {
  name: string
  /** What its clients have a word for. */
  can: ReadonlySet<Step>
  /** In what rooms they can be. */
  kinds: readonly Kind[]
  /** Does it go on after what a client has? */
  resumes: boolean
  /** Where it says that a message had been sent before: otherwise it tells the message once more to its sender. */
  repeats: 'in the answer' | 'by a frame'
  /** By what code it refuses what it has no word for. */
  unknown: string
  client(user: TestUser, place: Place): Client
  /** The messages that a frame tells. */
  heardIn(frame: any): Heard[]
  /** The frame by which a message comes, literally. */
  golden(said: Said): object
  /** The same of a message of the system. */
  goldenOfSystem(place: Place, text: string): object
  /** The frame by which a send is refused, literally. */
  goldenRefusal(refusal: Refusal): object
  /** The frame by which it is refused what is no request, literally. */
  goldenBabble: object
}

/** What a client has heard, in its order. */
export const heardBy = async (wire: Wire, client: Client): Promise<Heard[]> =>
  (await client.frames()).flatMap((frame) => wire.heardIn(frame))
