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
  /** Is it a part from so long ago that what is new does not follow it? */
  isBehind: boolean
  problem: Problem | null
}

interface MessagePage {
  items: Message[]
  has_more: boolean
}

const [lookEveryMs, pageSize, mostShown] = [2000, 50, 500]

export class RoomWatch {
  private current: Watched = { room: null, messages: [], hasOlder: false, isBehind: false, problem: null }
  private readonly listeners = new Set<() => void>()
  private timer: ReturnType<typeof setTimeout> | undefined
  private isRunning = false
  /** One reads at a time: who reads older messages does not get between who reads what is new. */
  private turn: Promise<unknown> = Promise.resolve()

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
  look(): Promise<void> {
    clearTimeout(this.timer)
    return this.inTurn(() => this.once())
  }

  /** Throws `Problem`. */
  older(): Promise<void> {
    return this.inTurn(async () => {
      const { messages } = this.current
      if (!messages[0]) return
      const page = await this.page({ before_seq: messages[0].seq, limit: pageSize })
      this.show({ messages: [...page.items, ...messages], hasOlder: page.has_more })
    })
  }

  private inTurn(what: () => Promise<void>): Promise<void> {
    const done = this.turn.then(what)
    this.turn = done.catch(() => undefined)
    return done
  }

  private async once(): Promise<void> {
    try {
      const room = await this.api.get<MyRoom>(this.path)
      this.show({ ...(await this.changesUpTo(room)), room, problem: null })
    } catch (error) {
      this.show({ problem: asProblem(error) })
    } finally {
      clearTimeout(this.timer)
      const isSeen = document.visibilityState === 'visible'
      if (this.isRunning && isSeen) this.timer = setTimeout(() => void this.look(), lookEveryMs)
    }
  }

  private async changesUpTo(room: MyRoom): Promise<Partial<Watched>> {
    const { room: known, messages, isBehind } = this.current
    if (!known) return this.begin(room)
    const last = messages.at(-1)?.seq ?? 0
    if (!isBehind && room.last_seq - last > mostShown) return this.newest()
    const end = isBehind ? last : Math.max(last, room.last_seq)
    const isOtherwise = room.last_rev !== known.last_rev || room.first_seq !== known.first_seq
    if (isOtherwise) return this.again(end > last ? end - mostShown : 0, end, room)
    return end > last ? shortened([...messages, ...(await this.read(last, end))]) : {}
  }

  private async begin(room: MyRoom): Promise<Partial<Watched>> {
    if (this.around === null) return this.newest()
    const { items } = await this.page({ around_seq: this.around, limit: pageSize })
    const [first, last] = [items[0]?.seq ?? 0, items.at(-1)?.seq ?? 0]
    const hasOlder = first > room.first_seq
    if (room.last_seq - last > mostShown) return { messages: items, hasOlder, isBehind: true }
    return { messages: [...items, ...(await this.read(last, room.last_seq))], hasOlder }
  }

  /** All that is shown after this `seq`, as it is now. */
  private async again(afterSeq: number, upTo: number, { first_seq }: MyRoom): Promise<Partial<Watched>> {
    const shownAfter = (this.current.messages[0]?.seq ?? first_seq) - 1
    if (afterSeq <= shownAfter) return { messages: await this.read(shownAfter, upTo) }
    return { messages: await this.read(afterSeq, upTo), hasOlder: true }
  }

  private async newest(): Promise<Partial<Watched>> {
    const { items, has_more } = await this.page({ limit: pageSize })
    return { messages: items, hasOlder: has_more }
  }

  /** All after one `seq`, up to another. */
  private async read(afterSeq: number, upTo: number): Promise<Message[]> {
    const messages: Message[] = []
    for (let last = afterSeq, hasMore = true; hasMore && last < upTo; last = messages.at(-1)?.seq ?? upTo) {
      const page = await this.page({ after_seq: last, limit: 100 })
      messages.push(...page.items)
      hasMore = page.has_more
    }
    return messages.filter(({ seq }) => seq <= upTo)
  }

  private page(query: Record<string, number>): Promise<MessagePage> {
    return this.api.get(`${this.path}/message`, query)
  }

  private get path(): string {
    return `/room/${encodeURIComponent(this.roomId)}`
  }

  private show(change: Partial<Watched>): void {
    this.current = { ...this.current, ...change }
    for (const listener of this.listeners) listener()
  }
}

/** Who looks on for hours need not keep all of it. */
function shortened(messages: Message[]): Partial<Watched> {
  return messages.length <= mostShown ? { messages } : { messages: messages.slice(-mostShown), hasOlder: true }
}
