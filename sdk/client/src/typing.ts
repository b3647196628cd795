import { Store } from './store.js'

/** Said again so often while it lasts, and ended after so long without a key. */
const [repeatMs, idleMs] = [3000, 4000]
/** So long after a message it is known whether its sender types on. */
const quietMs = 1500

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

/** Who types. The service says when it begins and when it ends, once each. */
export class Typists {
  readonly store = new Store<readonly Typist[]>([])
  private readonly typists = new Map<string, Typist>()
  private readonly quiet = new Map<string, ReturnType<typeof setTimeout>>()

  hear({ user_id, display_name, is_typing }: Typist & { is_typing: boolean }): void {
    this.speak(user_id)
    if (is_typing) this.typists.set(user_id, { user_id, display_name })
    else this.typists.delete(user_id)
    this.show()
  }

  /** Their message is here: its end is told a little later, or not, if they go on at once. */
  said(userId: string): void {
    if (!this.typists.has(userId)) return
    this.speak(userId)
    const timer = setTimeout(() => {
      this.quiet.delete(userId)
      this.show()
    }, quietMs)
    this.quiet.set(userId, timer)
    this.show()
  }

  /** After a disconnection nobody knows. */
  clear(): void {
    for (const userId of [...this.quiet.keys()]) this.speak(userId)
    this.typists.clear()
    this.show()
  }

  private speak(userId: string): void {
    clearTimeout(this.quiet.get(userId))
    this.quiet.delete(userId)
  }

  private show(): void {
    const shown = [...this.typists.values()].filter(({ user_id }) => !this.quiet.has(user_id))
    if (shown.length || this.store.get().length) this.store.set(shown)
  }
}
