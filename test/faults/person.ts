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
    recorder: Recorder,
    private readonly identity: Identity,
  ) {
    const { name, urls, clients, habits } = identity
    this.clients = Array.from({ length: clients }, (_, index) => {
      const person = { ...identity, url: urls[index % urls.length]! }
      return new StubbornClient(person, recorder, `${name}, client ${index + 1}`, habits)
    })
  }

  async readAfter(seq: number): Promise<{ items: Picture[]; has_more: boolean } | null> {
    const answer = await this.call((rest, room) => rest.get(`${room}/message?limit=100&after_seq=${seq}`))
    return answer?.status === 200 ? { ...answer.body, items: answer.body.items.map(toPicture) } : null
  }

  /** null if there was no answer. */
  private async call(ask: (rest: Rest, room: string) => Promise<Answer>): Promise<Answer | null> {
    const { urls, token, roomId } = this.identity
    const rest = new Rest(anyOf(urls)(), { authorization: `Bearer ${token}` })
    return ask(rest, `/room/${roomId}`).catch(() => null)
  }
}
