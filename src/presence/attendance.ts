import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common'
import type { Publication } from '../contract/events.js'
import { EventBus, PresenceStore, type PersonKey, type Turn } from '../contract/ports.js'
import { Config } from '../infra/config.js'
import { Herald } from './herald.js'
import { atOnce, pieces } from './pieces.js'
import { PresenceRepository, type StatusRow } from './presence.repository.js'
import { keyOf, Sightings } from './sightings.js'

/**
 * Who comes and who goes. Nothing is done when it happens: once a tick what was seen until then is settled, and those
 * whose turn it is are written, and told of after the commit. Whoever comes back within the grace takes no turn; what is
 * written already, as by a process that has died, is neither written nor told again.
 */
@Injectable()
export class Attendance implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger('presence')
  private readonly sightings = new Sightings()
  /** Not written yet. A later turn of somebody takes the place of an earlier one. */
  private readonly turns = new Map<string, Turn>()
  /** Written, and visible to others. */
  private readonly untold = new Map<string, StatusRow>()
  /** Written as gone: whether somebody came back meanwhile is asked after that. */
  private gone: Turn[] = []
  private rightFromMs: number
  private timer: NodeJS.Timeout
  private tail: Promise<unknown> = Promise.resolve()
  /** The pass that has not begun. */
  private next: Promise<void> | null = null
  private ticking = false
  private isRight = false

  constructor(
    private readonly store: PresenceStore,
    private readonly presence: PresenceRepository,
    private readonly herald: Herald,
    private readonly bus: EventBus,
    private readonly config: Config,
  ) {}

  onModuleInit(): void {
    this.store.onLost(() => this.doubt())
    this.doubt()
    this.bus.subscribe((publication) => this.hear(publication))
    this.timer = setInterval(() => void this.tick(), this.config.PRESENCE_TICK_MS).unref()
  }

  /**
   * Everybody stays online: they are about to come back, here or elsewhere. Who does not was seen until now, as other nodes
   * find out, if there are any.
   */
  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer)
    const end = (): Promise<void> => (this.store.isShared ? this.write() : this.presence.seeAll())
    await this.inTurn(end).catch((error: unknown) => this.logger.warn(error))
  }

  /** The person has a socket at this node. */
  arrive(person: PersonKey): void {
    this.sightings.connected(person)
  }

  /** They have none any more. */
  leave(person: PersonKey): void {
    this.sightings.disconnected(person, this.config.PRESENCE_GRACE_MS)
  }

  /** Who was just seen is written before anybody asks. */
  async know(person: PersonKey): Promise<void> {
    if (this.sightings.has(person) || this.turns.has(keyOf(person))) await this.settle()
  }

  /** So many people of the tenant have a socket, at whatever node. */
  async count(tenantId: string): Promise<number> {
    await this.inTurn(() => this.look())
    return this.store.count(tenantId)
  }

  /** All that was seen until now is settled, written and told: in one pass for all who ask before it begins. */
  settle(): Promise<void> {
    this.next ??= this.inTurn(() => {
      this.next = null
      return this.pass()
    })
    return this.next
  }

  /** Changes a row between two passes, and tells what `work` answers: so what is told last is what is written last. */
  change(work: () => Promise<StatusRow | null>): Promise<void> {
    return this.inTurn(async () => {
      await this.write()
      const row = await work()
      if (row) this.untold.set(idOf(row), row)
      await this.pass()
    })
  }

  private hear({ audience, event }: Publication): void {
    if (!('userId' in audience)) return
    if (event.type === 'user.logged_in') this.sightings.loggedIn(audience, this.config.PRESENCE_LOGIN_MS)
    if (event.type === 'user.logged_out') this.sightings.loggedOut(audience)
    if (event.type === 'session.ended' && event.code === 'user_locked') this.sightings.loggedOut(audience)
  }

  private async tick(): Promise<void> {
    if (this.ticking) return
    this.ticking = true
    await this.settle().catch((error: unknown) => this.logger.warn(error))
    this.ticking = false
  }

  /** All is written before anybody is told: whoever had come when something changed is among those who hear of it. */
  private async pass(): Promise<void> {
    await this.write()
    const rows = [...this.untold.values()]
    await this.herald.tell(rows)
    for (const row of rows) this.untold.delete(idOf(row))
  }

  private async look(): Promise<void> {
    const seen = this.sightings.all()
    this.take(await this.store.settle(seen, Date.now()))
    this.sightings.forget(seen)
  }

  private async write(): Promise<void> {
    await this.look()
    if (!this.isRight) await this.putRight()
    await this.writeAll()
    const { gone } = this
    this.gone = []
    const back = await this.store.confirm(gone)
    this.take(back)
    if (back.length) await this.writeAll()
  }

  private take(turns: Turn[]): void {
    for (const turn of turns) this.turns.set(keyOf(turn), turn)
  }

  private async writeAll(): Promise<void> {
    for (const some of pieces([...this.turns.values()])) await this.writeSome(some)
  }

  private async writeSome(turns: Turn[]): Promise<void> {
    for (const { turn, changed, waits } of await this.presence.write(turns)) {
      if (!waits) this.turns.delete(keyOf(turn))
      if (!waits && !turn.isOnline) this.gone.push(turn)
      if (changed && !changed.invisible) this.untold.set(idOf(changed), changed)
    }
  }

  private doubt(): void {
    this.isRight = false
    this.rightFromMs = performance.now() + this.config.PRESENCE_GRACE_MS
  }

  /**
   * Once, when everybody has had the time to come back: who is written as online, and is not there at any node, has gone.
   * Once more, when it is lost who was there.
   */
  private async putRight(): Promise<void> {
    if (performance.now() < this.rightFromMs || !this.store.isCertain) return
    const { rightFromMs } = this
    let people: PersonKey[] = []
    do {
      people = await this.presence.online(people.at(-1), atOnce)
      const there = await this.store.there(people)
      for (const [index, { tenantId, userId }] of people.entries()) {
        const turn = { tenantId, userId, isOnline: false, atMs: null }
        const isSeen = there[index] || this.sightings.has(turn) || this.turns.has(keyOf(turn))
        if (!isSeen) this.turns.set(keyOf(turn), turn)
      }
    } while (people.length)
    this.isRight = rightFromMs === this.rightFromMs
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.tail.then(work)
    this.tail = done.catch(() => undefined)
    return done
  }
}

const idOf = ({ tenant_id, user_id }: StatusRow): string => `${tenant_id}:${user_id}`
