/** REST: it hears by asking for what came after its last, again and again. */
import { setTimeout } from 'node:timers/promises'
import { toPicture } from '../../checker/recorder.js'
import { Rest, type Answer } from '../../support/rest.js'
import { refusal } from './chat-voice.js'
import { patienceMs, unanswered, type Outcome, type Self, type Voice } from './voice.js'

export class RestVoice implements Voice {
  readonly wire = 'rest'
  readonly isLive = true
  /** Answers that were no success, whatever was asked. */
  readonly failed: Answer[] = []
  private stopped = false
  private seq = 0

  constructor(readonly self: Self) {}

  async listen(): Promise<void> {
    void this.poll()
  }

  cut(): void {}

  async stop(): Promise<void> {
    this.stopped = true
  }

  async attempt(client_message_id: string, text_message = client_message_id): Promise<Outcome> {
    const answered = this.self.recorder.send(this.self.userId, client_message_id, text_message)
    const input = { text_message, client_message_id }
    const answer = await this.ask((rest, room) => rest.post(`${room}/message/send`, input, { timeoutMs: patienceMs }))
    if (!answer) return unanswered
    if (answer.status >= 300) return refusal(answer.body, answered)
    const { message_id, seq, duplicate = false } = answer.body
    answered({ is: 'acknowledged', message_id, seq, duplicate })
    return { is: 'acknowledged', messageId: message_id }
  }

  /** All of it, in pages. */
  async readAll(): Promise<void> {
    for (let at = { seq: 0, has_more: true }; at.has_more;) at = await this.readAfter(at.seq)
  }

  private async poll(): Promise<void> {
    for (; !this.stopped; await setTimeout(this.self.dice.between(300, 900))) {
      this.seq = (await this.readAfter(this.seq)).seq
    }
  }

  private async readAfter(seq: number): Promise<{ seq: number; has_more: boolean }> {
    const page = await this.self.recorder.read(seq, async () => {
      const path = `/message?limit=100&after_seq=${seq}`
      const answer = await this.ask((rest, room) => rest.get(room + path, { timeoutMs: patienceMs }))
      return answer?.status === 200 ? { ...answer.body, items: answer.body.items.map(toPicture) } : null
    })
    return { seq: page?.items.at(-1)?.seq ?? seq, has_more: page?.has_more ?? true }
  }

  /** null if there was no answer. */
  private async ask(by: (rest: Rest, room: string) => Promise<Answer>): Promise<Answer | null> {
    const { url, token, place, toll } = this.self
    const rest = new Rest(url(), { authorization: `Bearer ${token}` })
    try {
      const answer = await by(rest, `/room/${place.roomId}`)
      if (answer.status >= 300) this.failed.push(answer)
      return answer
    } catch (error) {
      if (!this.stopped) toll.lost(this.wire, (error as Error).message)
      return null
    }
  }
}
