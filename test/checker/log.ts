/** What clients saw of one room, as it came: every send and change with its answer, every delivery, every read. */

/** A message as it is stored, or as somebody saw it. */
export interface Picture {
  message_id: string
  seq: number
  rev: number
  /** Its user id; null for a system message. */
  sender: string | null
  client_message_id: string | null
  /** null once it is deleted. */
  text: string | null
  deleted: boolean
}

export interface Refusal {
  is: 'refused'
  code: string
}

export interface Sent {
  is: 'acknowledged'
  message_id: string
  seq: number
  /** null where the wire does not say it. */
  duplicate: boolean | null
}

export interface Changed {
  is: 'acknowledged'
  rev: number
}

/** Times are numbers that only rise, one for each thing that was seen. */
interface Asked<Done> {
  begun: number
  /** null: none came, so nobody knows what became of it. */
  answer: ((Done | Refusal) & { at: number }) | null
}

/** One attempt. Attempts of a sender with one `client_message_id` are one send. */
export interface Send extends Asked<Sent> {
  sender: string
  client_message_id: string
  text: string
}

/** An edit, or a deletion, whose text is null. */
export interface Change extends Asked<Changed> {
  message_id: string
  text: string | null
}

/** What a client heard. From `joining`, which begins a connection, to `joined` it is told what it missed. */
export type Heard =
  | { event: 'joining'; connection: number }
  | { event: 'joined'; last_rev: number }
  | { event: 'new_message' | 'message_updated'; message: Picture }
  | { event: 'message_deleted' | 'reaction'; message_id: string; seq: number; rev: number }

/** A message as a plain WebSocket tells it, which knows of no change. */
export interface Told {
  message_id: string
  seq: number
  sender: string | null
  /** As it was when it was told. */
  text: string | null
}

/** What one connection heard of who does not resume: messages without a number, one after the other from some one on. */
export interface Glimpse {
  messages: Pick<Told, 'sender' | 'text'>[]
  /** Has it not ended? Then it hears up to the last. */
  open: boolean
}

export interface Read {
  begun: number
  after_seq: number
  items: Picture[]
  has_more: boolean
}

export interface Log {
  sends: Send[]
  changes: Change[]
  /** By client: those who listen, from the first message on. */
  heard: Record<string, Heard[]>
  /** The same, of those who are told no changes. */
  told: Record<string, Told[]>
  glimpses: Record<string, Glimpse[]>
  reads: Read[]
}
