/** Somebody who said that they are typing in a room. */
export interface Typist {
  readonly tenantId: string
  readonly roomId: string
  readonly userId: string
  /** Which of their sockets said it last. */
  socketId: string
  untilMs: number
  /** When they were last found to be a member who may write. */
  foundMs: number
  /** As what, and to whom not; null if nobody was told. */
  told: { displayName: string | null; name: string; except: ReadonlySet<string> } | null
}

const lastsMs = 5000

export const keyIn = (tenantId: string, roomId: string, userId: string): string => `${tenantId}:${roomId}:${userId}`

const keyOf = ({ tenantId, roomId, userId }: Typist): string => keyIn(tenantId, roomId, userId)

/** Those who are typing, once a person and room. Who is not is forgotten. */
export class Typists {
  /** Whose time is up first comes first. */
  private readonly typists = new Map<string, Typist>()
  private readonly bySocket = new Map<string, Set<Typist>>()

  get(key: string): Typist | undefined {
    return this.typists.get(key)
  }

  has(typist: Typist): boolean {
    return this.typists.get(keyOf(typist)) === typist
  }

  ofSocket(socketId: string): Typist[] {
    return [...(this.bySocket.get(socketId) ?? [])]
  }

  /** From now on for the whole time, by this socket. */
  prolong(tenantId: string, roomId: string, userId: string, socketId: string): Typist {
    const key = keyIn(tenantId, roomId, userId)
    const known = this.typists.get(key)
    const typist = known ?? { tenantId, roomId, userId, socketId, untilMs: 0, foundMs: -Infinity, told: null }
    if (known) this.delete(known)
    Object.assign(typist, { socketId, untilMs: performance.now() + lastsMs })
    this.typists.set(key, typist)
    this.bySocket.set(socketId, (this.bySocket.get(socketId) ?? new Set()).add(typist))
    return typist
  }

  /** False if they were not typing any more. */
  delete(typist: Typist): boolean {
    if (!this.has(typist)) return false
    this.typists.delete(keyOf(typist))
    const ofSocket = this.bySocket.get(typist.socketId)!
    ofSocket.delete(typist)
    if (!ofSocket.size) this.bySocket.delete(typist.socketId)
    return true
  }

  overdue(nowMs: number): Typist[] {
    const overdue: Typist[] = []
    for (const typist of this.typists.values()) {
      if (typist.untilMs > nowMs) break
      overdue.push(typist)
    }
    return overdue
  }
}
