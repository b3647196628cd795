import { setTimeout } from 'node:timers/promises'
import { ParleyClient, ParleyError, type Message, type Room, type RoomSnapshot } from '@parley/client'
import { until } from '../../support/until.js'
import { Dice } from '../cluster/dice.js'

interface Place {
  name: string
  url: string
  token: () => Promise<string>
  roomId: string
}

const emoji = ['👍', '❤️', '🎉']

/** Refusals that belong to the game: somebody was faster. */
const harmless = new Set<string>(['message_deleted', 'message_not_found'])

/** Somebody with the client library, who talks and changes what was said, and is looked at all the while. */
export class Chatter {
  readonly client: ParleyClient
  readonly room: Room
  /** Under which ids something was written, in that order. */
  readonly sent: string[] = []
  /** What was shown and must not be. */
  readonly wrong: string[] = []
  readonly counts = { changes: 0, failures: 0, disconnections: 0, snapshots: 0 }
  private readonly dice: Dice
  private last = 0
  private talking: Promise<void> = Promise.resolve()
  private isStopped = false

  constructor(readonly place: Place) {
    this.dice = new Dice(place.name)
    this.client = new ParleyClient({ url: place.url, token: place.token })
    this.client.connection.subscribe(() => {
      const { status, error } = this.client.connection.get()
      if (status === 'offline') this.counts.disconnections++
      if (status === 'refused') this.wrong.push(`refused: ${error?.code}`)
    })
    this.client.connect()
    this.room = this.client.room(place.roomId)
    this.room.store.subscribe(() => this.look(this.room.store.get()))
  }

  talk(): void {
    this.talking = this.talkOn()
  }

  /** When all that was written is there. */
  async stop(): Promise<void> {
    this.isStopped = true
    await this.talking
    const isWhole = ({ status, outgoing }: RoomSnapshot): boolean => status === 'live' && !outgoing.length
    await until(() => isWhole(this.room.store.get()), `${this.place.name} to be whole`, 60_000)
  }

  /** From the first message on. */
  async readAll(): Promise<readonly Message[]> {
    while (this.room.store.get().hasOlder) await this.room.loadOlder()
    return this.room.store.get().messages
  }

  private async talkOn(): Promise<void> {
    while (!this.isStopped) {
      await this.doSomething()
      await setTimeout(this.dice.between(5, 120))
    }
  }

  private async doSomething(): Promise<void> {
    const known = this.room.store.get().messages.filter(({ deleted_at }) => !deleted_at)
    const message = known.length ? this.dice.anyOf(known.slice(-20)) : null
    const roll = this.dice.next()
    if (!message || roll < 0.5) return void this.sent.push(this.room.send(`${this.place.name} ${this.sent.length}`))
    if (roll < 0.53) this.room.markRead()
    else if (roll < 0.56) await this.attempt(() => this.room.loadOlder())
    else await this.attempt(() => this.change(message, roll))
  }

  private change(message: Message, roll: number): Promise<unknown> {
    this.counts.changes++
    const { message_id: id, sender } = message
    const isMine = sender?.user_id === this.client.userId
    if (isMine && roll < 0.75)
      return this.room.edit(id, { text_message: `${this.place.name}, edit ${this.counts.changes}` })
    if (isMine && roll < 0.78) return this.room.delete(id)
    return this.room.react(id, this.dice.anyOf(emoji), this.dice.next() < 0.7)
  }

  /** What may succeed later was perhaps done, and perhaps not: it is left at that. */
  private async attempt(what: () => Promise<unknown>): Promise<void> {
    try {
      await what()
    } catch (error) {
      this.counts.failures++
      if (error instanceof ParleyError && (error.retryable || harmless.has(error.code))) return
      this.wrong.push(String(error))
    }
  }

  private look({ messages, outgoing, status, error }: RoomSnapshot): void {
    this.counts.snapshots++
    if (status === 'gone') this.wrong.push(`gone: ${error?.code}`)
    messages.forEach(({ seq }, at) => {
      if (at && seq !== messages[at - 1]!.seq + 1) this.wrong.push(`${seq} stands after ${messages[at - 1]!.seq}`)
    })
    const last = messages.at(-1)?.seq ?? 0
    if (last < this.last) this.wrong.push(`${last} was the last after ${this.last}`)
    this.last = last
    const shown = new Set(messages.map((one) => one.client_message_id))
    for (const one of outgoing) {
      if (shown.has(one.client_message_id)) this.wrong.push(`${one.client_message_id} is there twice`)
      if (one.status === 'failed') this.wrong.push(`not sent: ${one.error?.code}`)
    }
  }
}
