import type { Picture } from '../checker/log.js'
import { toPicture, type Recorder } from '../checker/recorder.js'
import { Rest, type Answer } from '../support/rest.js'
import type { Habits } from '../support/resuming.js'
import { StubbornClient } from '../support/stubborn.js'

interface Identity {
  name: string
  userId: string
  token: string
  roomId: string
  /** Of the service, for one client after the other. */
  urls: (() => string)[]
  clients: number
  habits: Habits
}

const anyOf = <T>(things: T[]): T => things[Math.floor(Math.random() * things.length)]!

/** Somebody in the room, by sockets and by REST. */
export class Person {
  readonly clients: StubbornClient[]

  constructor(
    private readonly recorder: Recorder,
    private readonly identity: Identity,
  ) {
    const { name, urls, clients, habits } = identity
    this.clients = Array.from({ length: clients }, (_, index) => {
      const person = { ...identity, url: urls[index % urls.length]! }
      return new StubbornClient(person, recorder, `${name}, client ${index + 1}`, habits)
    })
  }

  /** One send as often as this at once, each by whatever way; and then until it is acknowledged. */
  fire(clientMessageId: string, times: number): Promise<void> {
    const ways = [
      ...this.clients.map((client) => () => client.attempt(clientMessageId)),
      () => this.post(clientMessageId),
    ]
    return this.insist(
      clientMessageId,
      Array.from({ length: times }, () => anyOf(ways)()),
    )
  }

  /** The same by every client at once. */
  fireEverywhere(clientMessageId: string): Promise<void> {
    return this.insist(
      clientMessageId,
      this.clients.map((client) => client.attempt(clientMessageId)),
    )
  }

  async readAfter(seq: number): Promise<{ items: Picture[]; has_more: boolean } | null> {
    const answer = await this.call((rest, room) => rest.get(`${room}/message?limit=100&after_seq=${seq}`))
    return answer?.status === 200 ? { ...answer.body, items: answer.body.items.map(toPicture) } : null
  }

  private async insist(clientMessageId: string, attempts: Promise<string | null>[]): Promise<void> {
    const sent = await Promise.all(attempts)
    if (!sent.some(Boolean)) await this.clients[0]!.send(clientMessageId)
  }

  /** By REST, once: its message_id; null if it was not acknowledged. */
  private async post(clientMessageId: string): Promise<string | null> {
    const answered = this.recorder.send(this.identity.userId, clientMessageId, clientMessageId)
    const input = { text_message: clientMessageId, client_message_id: clientMessageId }
    const answer = await this.call((rest, room) => rest.post(`${room}/message/send`, input))
    if (!answer) return null
    const { message_id, seq, duplicate = false, code } = answer.body
    const isDone = answer.status < 300
    answered(isDone ? { is: 'acknowledged', message_id, seq, duplicate } : { is: 'refused', code })
    return isDone ? message_id : null
  }

  /** null if there was no answer. */
  private async call(ask: (rest: Rest, room: string) => Promise<Answer>): Promise<Answer | null> {
    const { urls, token, roomId } = this.identity
    const rest = new Rest(anyOf(urls)(), { authorization: `Bearer ${token}` })
    return ask(rest, `/room/${roomId}`).catch(() => null)
  }
}
