import { TypingPace, type Telling } from './typing-pace.js'
import { keyIn, Typists, type Typist } from './typists.js'

const lookMs = 250

/** Who is typing, from when it is told to when it ends: by itself, by a message, or with the socket that said it. */
export class TypingRound {
  private readonly typists = new Typists()
  private readonly pace = new TypingPace()
  private timer: NodeJS.Timeout

  constructor(private readonly publish: (telling: Telling) => void) {}

  start(): void {
    this.timer = setInterval(() => this.look(performance.now()), lookMs).unref()
  }

  stop(): void {
    clearInterval(this.timer)
  }

  /** From now on for the whole time. Nobody is told of it by that. */
  prolong(tenantId: string, roomId: string, userId: string, socketId: string): Typist {
    return this.typists.prolong(tenantId, roomId, userId, socketId)
  }

  has(typist: Typist): boolean {
    return this.typists.has(typist)
  }

  /** Told once, however often it is said. */
  begin(typist: Typist, told: NonNullable<Typist['told']>): void {
    if (typist.told) return
    typist.told = told
    this.tell(typist, true)
  }

  end(typist: Typist): void {
    if (this.typists.delete(typist)) this.tell(typist, false)
  }

  endOf(tenantId: string, roomId: string, userId: string): void {
    const typist = this.typists.get(keyIn(tenantId, roomId, userId))
    if (typist) this.end(typist)
  }

  /** The socket ended, or listens to the room no longer. */
  leave(socketId: string, roomId?: string): void {
    for (const typist of this.typists.ofSocket(socketId)) {
      if (roomId === undefined || typist.roomId === roomId) this.end(typist)
    }
  }

  private look(nowMs: number): void {
    for (const typist of this.typists.overdue(nowMs)) this.end(typist)
    for (const telling of this.pace.due(nowMs)) this.publish(telling)
    for (const telling of this.pace.renewals(nowMs)) this.publish(telling)
  }

  private tell({ tenantId, roomId, userId, told }: Typist, isTyping: boolean): void {
    if (!told) return
    const telling = this.pace.take({ tenantId, roomId, userId, ...told, isTyping }, performance.now())
    if (telling) this.publish(telling)
  }
}
