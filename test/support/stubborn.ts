import { setTimeout } from 'node:timers/promises'
import type { Changed, Refusal } from '../checker/log.js'
import type { Recorder } from '../checker/recorder.js'
import { Refused, ResumingSocket, type Habits, type Person } from './resuming.js'

type Answered<Done> = (answer: Done | Refusal) => void

/** A client as an app should be written: it comes back, resumes where it was, and repeats what was not acknowledged. */
export class StubbornClient {
  private readonly socket: ResumingSocket

  /** One person may have several clients; `name` is this one's in the log. */
  constructor(
    private readonly person: Person,
    private readonly recorder: Recorder,
    name: string,
    habits: Habits = {},
  ) {
    this.socket = new ResumingSocket(person, recorder.listener(name), habits)
  }

  listen = (): Promise<void> => this.socket.listen()
  stop = (): Promise<void> => this.socket.stop()

  /** Until it is acknowledged, whatever happens meanwhile: its message_id. The text is the `client_message_id`. */
  async send(clientMessageId: string): Promise<string | null> {
    let sent = await this.attempt(clientMessageId)
    while (!sent && !this.socket.stopped) sent = await this.attempt(clientMessageId)
    return sent
  }

  /** Once: its message_id; null if there was no answer, or a refusal that a retry may help. */
  async attempt(clientMessageId: string): Promise<string | null> {
    const answered = this.recorder.send(this.person.userId, clientMessageId, clientMessageId)
    const input = { text_message: clientMessageId, client_message_id: clientMessageId }
    const reply = await this.ask('send_message', input, answered)
    if (!reply) return null
    const { message, duplicate = false } = reply
    answered({ is: 'acknowledged', message_id: message.message_id, seq: message.seq, duplicate })
    return message.message_id
  }

  /** An edit, or a deletion if there is no text, until it is acknowledged. */
  async change(messageId: string, text: string | null): Promise<void> {
    while (!this.socket.stopped && !(await this.attemptChange(messageId, text)));
  }

  /** A reaction, until it is acknowledged; the log notes only what is heard of it. */
  async react(message_id: string, emoji: string): Promise<void> {
    while (!this.socket.stopped && !(await this.ask('add_reaction', { message_id, emoji }, () => undefined)));
  }

  private async attemptChange(message_id: string, text: string | null): Promise<boolean> {
    const answered: Answered<Changed> = this.recorder.change(message_id, text)
    const command = text === null ? 'delete_message' : 'edit_message'
    const reply = await this.ask(command, { message_id, ...(text !== null && { text_message: text }) }, answered)
    if (reply) answered({ is: 'acknowledged', rev: reply.message.rev })
    return reply !== null
  }

  /** The reply; null if there was none, or a refusal that a retry may help. Throws when none can help. */
  private async ask(event: string, input: object, answered: Answered<never>): Promise<any> {
    const reply = await this.socket.ask(event, input)
    if (!reply || reply.ok) return reply
    const { code, retryable, retry_after_ms } = reply.error
    answered({ is: 'refused', code })
    if (!retryable) throw new Refused(reply.error)
    await setTimeout(Math.min(retry_after_ms ?? 20, 50))
    return null
  }
}
