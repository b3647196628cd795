import type { StubbornClient } from '../support/stubborn.js'
import { until } from '../support/until.js'
import type { Scene } from './scene.js'

/** Everybody sends, reacts, edits and deletes, one after the other in several streams at once, until they are told to stop. */
export class Talk {
  private acknowledged = 0
  private stopped = false
  private readonly streams: Promise<unknown>

  constructor(scene: Scene, streams = 3) {
    const all = scene.clients.flatMap((client, who) =>
      Array.from({ length: streams }, (_, stream) => this.talk(client, `${who}.${stream}`)),
    )
    this.streams = Promise.all(all)
    this.streams.catch(() => undefined)
  }

  /** When this many more are acknowledged: so it goes on. */
  async more(count = 20): Promise<void> {
    const enough = this.acknowledged + count
    await until(() => this.acknowledged >= enough, `${count} more to be acknowledged`, 30_000)
  }

  /** How many were sent in all, each of which is acknowledged. */
  async stop(): Promise<number> {
    this.stopped = true
    await this.streams
    return this.acknowledged
  }

  private async talk(client: StubbornClient, stream: string): Promise<void> {
    for (let n = 1; !this.stopped; n++) {
      const messageId = await client.send(`${stream}.${n}`)
      this.acknowledged++
      if (n % 2 === 0) await client.react(messageId!, '👍')
      if (n % 3 === 0) await client.change(messageId!, `${stream}.${n} corrected`)
      if (n % 6 === 0) await client.change(messageId!, null)
    }
  }
}
