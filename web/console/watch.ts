/**
 * A room as it goes on, read by REST as the tenant's backend. A socket is a user's, and a user who listens is a member
 * whom the others see: nobody is to see that somebody looks after a room, so it is asked every two seconds whether the
 * room has moved (`last_seq`, `last_rev`), and its messages are read only when it has.
 */
import { asProblem, type Api, type Problem } from './api.js'
import type { Message, MyRoom } from './types.js'

export interface Watched {
  room: MyRoom | null
  messages: readonly Message[]
  /** Is there more above? */
  hasOlder: boolean
  problem: Problem | null
}

interface MessagePage {
  items: Message[]
  has_more: boolean
}

const [lookEveryMs, pageSize, mostShown] = [2000, 50, 500]

export class RoomWatch {
  private current: Watched = { room: null, messages: [], hasOlder: false, problem: null }
  private readonly listeners = new Set<() => void>()
  private timer: ReturnType<typeof setTimeout> | undefined
  private isRunning = false
  /** What is under way: one look at a time, and one more for whoever asks meanwhile. */
  private looking: Promise<void> | null = null

  constructor(
    private readonly api: Api,
    private readonly roomId: string,
    private readonly around: number | null,
  ) {}

  getSnapshot = (): Watched => this.current

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  start(): () => void {
    this.isRunning = true
    const onVisible = (): void => void (document.visibilityState === 'visible' && this.look())
    document.addEventListener('visibilitychange', onVisible)
    void this.look()
    return () => {
      this.isRunning = false
      clearTimeout(this.timer)
      document.removeEventListener('visibilitychange', onVisible)
    }
  }

  /** Now: after something was done, as a rule. Done when what was done before the call is shown. */
  async look(): Promise<void> {
    clearTimeout(this.timer)
    await this.looking
    this.looking ??= this.once()
    await this.looking
  }

  /** Throws `Problem`. */
  async older(): Promise<void> {
    const first = this.current.messages[0]
    if (!first) return
    const page = await this.page({ before_seq: first.seq, limit: pageSize })
    this.show({ messages: [...page.items, ...this.current.messages], hasOlder: page.has_more })
  }

  private async once(): Promise<void> {
    try {
      const room = await this.api.get<MyRoom>(this.path)
      this.show({ ...(await this.changesUpTo(room)), room, problem: null })
    } catch (error) {
      this.show({ problem: asProblem(error) })
    } finally {
      this.looking = null
      clearTimeout(this.timer)
      const isSeen = document.visibilityState === 'visible'
      if (this.isRunning && isSeen) this.timer = setTimeout(() => void this.look(), lookEveryMs)
    }
  }

  private async changesUpTo(room: MyRoom): Promise<Partial<Watched>> {
    const { room: known, messages } = this.current
    if (!known) return this.begin()
    const isOtherwise = room.last_rev !== known.last_rev || room.first_seq !== known.first_seq
    if (isOtherwise) return { messages: await this.after((messages[0]?.seq ?? 1) - 1, []) }
    const last = messages.at(-1)?.seq ?? 0
    return room.last_seq > last ? this.shortened(await this.after(last, messages)) : {}
  }

  private async begin(): Promise<Partial<Watched>> {
    if (this.around === null) {
      const { items, has_more } = await this.page({ limit: pageSize })
      return { messages: items, hasOlder: has_more }
    }
    const { items } = await this.page({ around_seq: this.around, limit: pageSize })
    const messages = await this.after(items.at(-1)?.seq ?? 0, items)
    return { messages, hasOlder: (messages[0]?.seq ?? 1) > 1 }
  }

  /** All that was said after `seq`, behind what was said before. */
  private async after(seq: number, before: readonly Message[]): Promise<Message[]> {
    const messages = [...before]
    for (let hasMore = true, last = seq; hasMore; last = messages.at(-1)?.seq ?? last) {
      const page = await this.page({ after_seq: last, limit: 100 })
      messages.push(...page.items)
      hasMore = page.has_more
    }
    return messages
  }

  private shortened(messages: Message[]): Partial<Watched> {
    if (messages.length <= mostShown) return { messages }
    return { messages: messages.slice(-mostShown), hasOlder: true }
  }

  private page(query: Record<string, number>): Promise<MessagePage> {
    return this.api.get(`${this.path}/message`, query)
  }

  private get path(): string {
    return `/room/${this.roomId}`
  }

  private show(change: Partial<Watched>): void {
    this.current = { ...this.current, ...change }
    for (const listener of this.listeners) listener()
  }
}
