/** Ten rooms and forty people who talk in them by every wire, and what all of them saw. */
import { setTimeout } from 'node:timers/promises'
import type { Rest } from '../../support/rest.js'
import { until } from '../../support/until.js'
import { ChatVoice } from './chat-voice.js'
import { Dice } from './dice.js'
import { FaultRoom, openTenant, type Composition } from './room.js'
import { Toll } from './toll.js'
import { insist, type Voice } from './voice.js'

/** Who is in the rooms: by whatever wire there is, in rooms of members and in livestreams. */
const rooms: Composition[] = [
  ...Array.from({ length: 4 }, (): Composition => ({ kind: 'group', wires: ['chat', 'rooms', 'room', 'rest'] })),
  ...Array.from({ length: 2 }, (): Composition => ({ kind: 'group', wires: ['chat', 'polling', 'room', 'rest'] })),
  ...Array.from({ length: 4 }, (): Composition => ({ kind: 'livestream', wires: ['chat', 'live', 'stream', 'rooms'] })),
]

/** Between two sends of one person: forty of them send 50 to 100 a second. */
const pauseMs = { from: 200, to: 900 }

export interface Setting {
  fault: string
  /** Where clients find the service; asked again by each for every connection. */
  url: () => string
  databaseUrl: string
  /** Of each client, where it connects; otherwise it is the same for all. */
  wayOf?: () => () => string
}

export class Load {
  readonly rooms: FaultRoom[] = []
  readonly voices: Voice[] = []
  readonly toll = new Toll()
  private over = false
  private talks: Promise<unknown>

  private constructor(
    private readonly setting: Setting,
    readonly backend: Rest,
  ) {}

  /** When everybody listens. */
  static async open(setting: Setting): Promise<Load> {
    const load = new Load(setting, await openTenant(setting.url(), setting.fault))
    for (const composition of rooms) await load.open(composition)
    load.voices.push(...load.rooms.flatMap(({ voices }) => voices))
    await Promise.all(load.voices.map((voice) => voice.listen()))
    return load
  }

  /** One room more, which is looked at in the end, too. */
  async open(composition: Composition): Promise<FaultRoom> {
    const { fault, ...setting } = this.setting
    const name = `${this.rooms.length}`
    const around = { ...setting, backend: this.backend, toll: this.toll, dice: new Dice(`${fault}, room ${name}`) }
    const room = await FaultRoom.open(name, composition, around)
    this.rooms.push(room)
    return room
  }

  /** From now on everybody says something, again and again. */
  start(): void {
    this.talks = Promise.all(this.voices.map((voice) => this.talk(voice)))
    this.talks.catch(() => undefined)
  }

  /** When this many more are acknowledged: so it goes on. */
  async more(count = 50, timeoutMs = 60_000): Promise<void> {
    const enough = this.toll.acknowledged.length + count
    const isEnough = () => this.toll.acknowledged.length >= enough
    await Promise.race([until(isEnough, `${count} more to be acknowledged`, timeoutMs), this.failure()])
  }

  /** When everybody had a send acknowledged that began after this: how long that took. */
  async back(timeoutMs = 60_000): Promise<number> {
    const from = performance.now()
    const isBack = () => {
      const served = this.toll.servedSince(from)
      return this.voices.every((voice) => served.has(voice))
    }
    await Promise.race([
      until(isBack, 'everybody to be served', timeoutMs).catch(() => this.blame(from)),
      this.failure(),
    ])
    return performance.now() - from
  }

  /** When all that was begun is acknowledged. */
  async stop(): Promise<void> {
    this.over = true
    await this.talks
  }

  /** Nobody listens any more. */
  async leave(): Promise<void> {
    this.over = true
    const all = [...this.voices, ...this.rooms.flatMap(({ voices }) => voices)]
    await Promise.all(all.map((voice) => voice.stop()))
  }

  private blame(from: number): never {
    const served = this.toll.servedSince(from)
    const names = this.voices.filter((voice) => !served.has(voice)).map(({ wire, self }) => `${self.name} by ${wire}`)
    throw new Error(`not served any more: ${names.join()}`)
  }

  /** Throws if somebody was refused for good. */
  private async failure(): Promise<never> {
    await this.talks
    throw new Error('all talk has ended')
  }

  private async talk(voice: Voice): Promise<void> {
    const { dice, name } = voice.self
    for (let n = 1; !this.over; n++) {
      await setTimeout(dice.between(pauseMs.from, pauseMs.to))
      if (this.over) return
      await insist(voice, `${name}, ${n}`)
      if (voice instanceof ChatVoice && voice.self.place.streamId === null) await this.change(voice, n)
    }
  }

  /** Now and then somebody corrects themselves, or reacts: changes have an order, too. */
  private async change(voice: ChatVoice, n: number): Promise<void> {
    const { dice, name, recorder } = voice.self
    const said = recorder.log.sends.findLast(({ answer }) => answer?.is === 'acknowledged')?.answer
    if (said?.is !== 'acknowledged') return
    if (dice.next() < 0.2) await voice.react(said.message_id, dice.anyOf(['👍', '❤️', '🎉']))
    const own = recorder.log.sends.findLast(({ client_message_id }) => client_message_id === `${name}, ${n}`)?.answer
    if (own?.is === 'acknowledged' && dice.next() < 0.2) await voice.edit(own.message_id, `${name}, ${n}, corrected`)
  }
}
