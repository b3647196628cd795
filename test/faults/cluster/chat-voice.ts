/** Socket.IO, chat: everything that is told of a room, changes too. */
import { ResumingSocket } from '../../support/resuming.js'
import { patienceMs, pause, unanswered, type Outcome, type Self, type Voice } from './voice.js'

export class ChatVoice implements Voice {
  readonly wire: string
  private readonly socket: ResumingSocket

  constructor(
    readonly self: Self,
    transports: ('websocket' | 'polling')[] = ['websocket'],
  ) {
    this.wire = transports[0] === 'polling' ? 'chat by polling' : 'chat'
    const { name, recorder, toll, place, url, token, userId } = self
    this.socket = new ResumingSocket({ url, token, userId, roomId: place.roomId }, recorder.listener(name), {
      patienceMs,
      transports,
      pause: () => pause(self),
      lost: (reason) => toll.lost(this.wire, reason),
    })
  }

  get isLive(): boolean {
    return this.socket.isLive
  }

  listen = (): Promise<void> => this.socket.listen()
  cut = (): void => this.socket.cut()
  stop = (): Promise<void> => this.socket.stop()

  async attempt(clientMessageId: string): Promise<Outcome> {
    const answered = this.self.recorder.send(this.self.userId, clientMessageId, clientMessageId)
    const input = { text_message: clientMessageId, client_message_id: clientMessageId }
    const reply = await this.socket.ask('send_message', input)
    if (!reply) return unanswered
    if (!reply.ok) return refusal(reply.error, answered)
    const { message, duplicate = false } = reply
    answered({ is: 'acknowledged', message_id: message.message_id, seq: message.seq, duplicate })
    return { is: 'acknowledged', messageId: message.message_id }
  }

  /** Once; whether it was done is read in the end. */
  async edit(message_id: string, text_message: string): Promise<void> {
    const answered = this.self.recorder.change(message_id, text_message)
    const reply = await this.socket.ask('edit_message', { message_id, text_message })
    if (reply?.ok) answered({ is: 'acknowledged', rev: reply.message.rev })
    else if (reply) refusal(reply.error, answered)
  }

  async react(message_id: string, emoji: string): Promise<void> {
    await this.socket.ask('add_reaction', { message_id, emoji })
  }
}

/** What a refusal says, on either dialect of Socket.IO and by REST. */
export function refusal(
  { code, retryable, retry_after_ms = 200 }: { code: string; retryable: boolean; retry_after_ms?: number },
  answered: (refusal: { is: 'refused'; code: string }) => void,
): Outcome {
  answered({ is: 'refused', code })
  return { is: 'refused', code, retryable, retryAfterMs: retry_after_ms }
}
