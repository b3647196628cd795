import { Store } from './store.js'

/** Said again so often while it lasts, and ended after so long without a key. */
const [repeatMs, idleMs] = [3000, 4000]
/** Whoever says nothing for so long does not type any more: their goodbye may have been lost. */
const endsMs = 6000

/** What the others are told while one types: `say(true)` now and then, and `say(false)` at the end. */
export class TypingSignal {
  private saidMs = -Infinity
  private timer: ReturnType<typeof setTimeout> | undefined

  constructor(private readonly say: (isTyping: boolean) => void) {}

  /** At every key. */
  key(): void {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.stop(), idleMs)
    if (performance.now() - this.saidMs < repeatMs) return
    this.saidMs = performance.now()
    this.say(true)
  }

  /** When it is sent, or the field is left. */
  stop(): void {
    clearTimeout(this.timer)
    if (this.saidMs === -Infinity) return
    this.saidMs = -Infinity
    this.say(false)
  }
}

export interface Typist {
  readonly user_id: string
  readonly display_name: string | null
}

/** Who types. */
export class Typists {
  readonly store = new Store<readonly Typist[]>([])
  private readonly timers = new Map<string, ReturnType<typeof setTimeout>>()

  hear({ user_id, display_name, is_typing }: Typist & { is_typing: boolean }): void {
    clearTimeout(this.timers.get(user_id))
    this.timers.delete(user_id)
    if (!is_typing) return this.end(user_id)
    this.timers.set(
      user_id,
      setTimeout(() => this.end(user_id), endsMs),
    )
    if (!this.store.get().some((one) => one.user_id === user_id)) {
      this.store.set([...this.store.get(), { user_id, display_name }])
    }
  }

  end(userId: string): void {
    const left = this.store.get().filter(({ user_id }) => user_id !== userId)
    if (left.length < this.store.get().length) this.store.set(left)
  }

  /** After a disconnection nobody knows. */
  clear(): void {
    for (const timer of this.timers.values()) clearTimeout(timer)
    this.timers.clear()
    if (this.store.get().length) this.store.set([])
  }
}
