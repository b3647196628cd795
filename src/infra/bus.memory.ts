import { Injectable, Logger } from '@nestjs/common'
import type { Audience, ChatEvent, Publication } from '../contract/events.js'
import { EventBus } from '../contract/ports.js'

type Listener = (publication: Publication) => void

/** The bus of a single node: everybody who listens is in this process, and hears it before `publish` returns. */
@Injectable()
export class MemoryBus extends EventBus {
  private readonly logger = new Logger('bus')
  private readonly listeners: Listener[] = []

  publish(audience: Audience, event: ChatEvent): void {
    this.hear({ audience, event })
  }

  publishHere(audience: Audience, event: ChatEvent): void {
    this.hear({ audience, event })
  }

  hear(publication: Publication): void {
    for (const listener of this.listeners) this.tell(listener, publication)
  }

  subscribe(listener: Listener): void {
    this.listeners.push(listener)
  }

  /** There is nothing that could be heard from elsewhere, or missed. */
  listen(): void {}

  unlisten(): void {}

  onMissed(): void {}

  /** What fails in a listener is not the publisher's failure: its work is done and committed. */
  private tell(listener: Listener, publication: Publication): void {
    try {
      listener(publication)
    } catch (error) {
      this.logger.error(error)
    }
  }
}
