import type { MessageView } from '../../src/contract/views.js'
import type { Change, Changed, Glimpse, Heard, Log, Picture, Read, Refusal, Send, Sent, Told } from './log.js'

type Page = Pick<Read, 'items' | 'has_more'>

/** Writes the log. There is one for all clients of a run, for their times are compared. */
export class Recorder {
  readonly log: Log = { sends: [], changes: [], heard: {}, told: {}, glimpses: {}, reads: [] }
  private clock = 0

  /** A send begins; what it returns is to be called with its answer, if there is one. */
  send(sender: string, clientMessageId: string, text: string): (answer: Sent | Refusal) => void {
    const send: Send = { sender, client_message_id: clientMessageId, text, begun: ++this.clock, answer: null }
    this.log.sends.push(send)
    return (answer) => (send.answer = { ...answer, at: ++this.clock })
  }

  /** The same of an edit, or of a deletion, which has no text. */
  change(messageId: string, text: string | null): (answer: Changed | Refusal) => void {
    const change: Change = { message_id: messageId, text, begun: ++this.clock, answer: null }
    this.log.changes.push(change)
    return (answer) => (change.answer = { ...answer, at: ++this.clock })
  }

  /** Whoever is named here is to hear everything, and pushes what they hear. */
  listener(client: string): Heard[] {
    return (this.log.heard[client] ??= [])
  }

  /** The same of who is told messages alone. */
  plainListener(client: string): Told[] {
    return (this.log.told[client] ??= [])
  }

  /** A connection of somebody who does not resume; it is open until they say otherwise. */
  glimpse(client: string): Glimpse {
    const glimpse: Glimpse = { messages: [], open: true }
    const all = (this.log.glimpses[client] ??= [])
    all.push(glimpse)
    return glimpse
  }

  /** What it answers; null, which is not noted, if it was not answered. */
  async read(afterSeq: number, ask: () => Promise<Page | null>): Promise<Page | null> {
    const begun = ++this.clock
    const page = await ask()
    if (page) this.log.reads.push({ begun, after_seq: afterSeq, ...page })
    return page
  }
}

export const toPicture = (view: MessageView): Picture => ({
  message_id: view.message_id,
  seq: view.seq,
  rev: view.rev,
  sender: view.sender?.user_id ?? null,
  client_message_id: view.client_message_id,
  text: view.deleted_at ? null : view.text_message,
  deleted: view.deleted_at !== null,
})
