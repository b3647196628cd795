import { setTimeout } from 'node:timers/promises'
import { Injectable } from '@nestjs/common'
import { Lifecycle } from '../infra/lifecycle.js'
import type { Connection } from './connection.js'
import { Lingering } from './lingering.js'

/** Sockets that are sent away in a second, and how long that takes at most, however many there are. */
const perSecond = 400
const mostMs = 2500
/** How long whoever goes on asking is waited for when their moment has come. */
const patienceMs = 500
/** How long what was asked may take to be answered when the service ends. */
const answeredMs = 3000
/** How long what was answered may take to go out then. */
const goneMs = 500

/** How the sockets of this node end when the node does. */
@Injectable()
export class Departures {
  private readonly live = new Set<Connection>()
  private onLastGone: () => void = () => undefined

  constructor(
    private readonly lifecycle: Lifecycle,
    private readonly lingering: Lingering,
  ) {}

  add(connection: Connection): void {
    this.live.add(connection)
  }

  remove(connection: Connection): void {
    this.live.delete(connection)
    if (!this.live.size) this.onLastGone()
  }

  /**
   * Sends everybody away, each at a random moment, so that they do not all come back at once. What they ask until then
   * is answered before. Whoever does not stop asking stays.
   */
  async sendAway(): Promise<void> {
    const withinMs = Math.min(mostMs, (this.live.size * 1000) / perSecond)
    const late = setTimeout(withinMs + patienceMs, undefined, { ref: false })
    const sendAway = async (connection: Connection): Promise<void> => {
      await setTimeout(Math.random() * withinMs)
      const isIdle = await Promise.race([connection.idle().then(() => true), late])
      if (isIdle) connection.hangUp()
    }
    await Promise.all([...this.live].map(sendAway))
  }

  /**
   * What was asked is answered, and has gone out, before each socket ends: at once, if nothing is being answered. Nobody
   * waits for another. What is asked now is refused.
   */
  async drain(): Promise<void> {
    this.lifecycle.phase = 'ending'
    const gone = new Promise<void>((resolve) => (this.onLastGone = resolve))
    const late = setTimeout(answeredMs, undefined, { ref: false })
    const hangUp = async (connection: Connection): Promise<void> => {
      await Promise.race([connection.idle(), late])
      connection.hangUp()
    }
    await Promise.all([...this.live].map(hangUp))
    if (this.live.size) await Promise.race([gone, setTimeout(goneMs, undefined, { ref: false })])
    this.lingering.end()
  }
}
