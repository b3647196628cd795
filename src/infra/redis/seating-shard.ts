import type { Nodes, Seat, Soon } from '../../contract/ports.js'
import type { Gone } from './gone.js'
import { HeldSeats } from './held-seats.js'
import { RedisAway, type Redis } from './redis.js'
import { seating } from './seating.lua.js'

/** Who asks for seats in one word. */
const mostAskings = 100
/** Seats beside those, of which only the number is told. */
const mostTold = 200
/** What a node holds is forgotten after this, if it says nothing of it, though it lives. */
const keptMs = 3 * 3_600_000

interface Asking {
  seats: readonly Seat[]
  /** With the one of which all are taken; -1 if it got them. */
  settle: (full: number) => void
}

/** What all shards of a node share. */
export interface Around {
  redis: Redis
  nodes: Nodes
  gone: Gone
  /** A number that no earlier word has. */
  nextWord: () => number
  failed: (error: unknown) => void
}

type Answer = [known: 0 | 1, nodes: string[], answers: number[]]

/** The seats of one shard. One word to Redis at a time says what this node holds, and asks for those who wait. */
export class SeatingShard {
  readonly held = new HeldSeats()
  private waiting: Asking[] = []
  private gone: string[] = []
  private isTalking = false
  private talking = Promise.resolve()

  constructor(
    private readonly name: string,
    private readonly around: Around,
  ) {}

  get isEmpty(): boolean {
    return this.held.size === 0 && !this.isTalking
  }

  /** By what this node holds. Answers which are all taken, or -1. */
  takeHere(seats: readonly Seat[]): number {
    const full = this.fullHere(seats)
    if (full < 0) for (const { key } of seats) this.held.add(key, 1)
    return full
  }

  /** Who finds none left on this node alone asks no other. */
  take(seats: readonly Seat[]): Soon<number> {
    const full = this.fullHere(seats)
    if (full >= 0) return full
    const settled = new Promise<number>((settle) => this.waiting.push({ seats, settle }))
    void this.talk()
    return settled
  }

  /** Until nobody waits and everything is told, or Redis does not answer: then who waits is answered by this node. */
  talk(): Promise<void> {
    if (!this.isTalking) this.talking = this.talkOn()
    return this.talking
  }

  private fullHere(seats: readonly Seat[]): number {
    return seats.findIndex(({ key, most }) => this.held.count(key) >= most)
  }

  private async talkOn(): Promise<void> {
    this.isTalking = true
    try {
      while (this.around.redis.isUp && (this.waiting.length > 0 || !this.held.isTold)) await this.say()
    } catch (error) {
      this.around.failed(error)
    } finally {
      for (const { seats, settle } of this.waiting.splice(0)) settle(this.takeHere(seats))
      this.isTalking = false
    }
  }

  private async say(): Promise<void> {
    const askings = this.waiting.slice(0, mostAskings)
    const wanted = askings.flatMap(({ seats }) => seats.map(({ key }) => key))
    const keys = [...new Set([...wanted, ...this.held.some(mostTold)])]
    const counts = keys.map((key) => this.held.count(key))
    // Until it is answered, nobody knows whether it was heard.
    for (const key of keys) this.held.tell(key, null)
    const [known, nodes, fulls] = await this.ask(askings, keys, counts)
    if (!known) this.held.tellAgain()
    for (const [i, key] of keys.entries()) this.held.tell(key, counts[i]!)
    this.gone = nodes.filter((id) => this.around.gone.has(id))
    const rest = this.waiting.slice(askings.length)
    this.waiting = [...askings.filter((asking, i) => !this.hear(asking, fulls[i]!)), ...rest]
  }

  /** False if they must ask again: those who are gone give back first what they held. */
  private hear({ seats, settle }: Asking, full: number): boolean {
    if (full > 0 && this.gone.length > 0) return false
    if (full === 0) for (const { key } of seats) this.held.take(key)
    settle(full - 1)
    return true
  }

  private async ask(askings: Asking[], keys: string[], counts: number[]): Promise<Answer> {
    const { redis, nodes, nextWord } = this.around
    const about = [nodes.id, nextWord(), keptMs, this.gone.length, ...this.gone]
    const wanted = askings.flatMap(({ seats }) => [
      seats.length,
      ...seats.flatMap(({ key, most }) => [keys.indexOf(key) + 1, Math.min(most, Number.MAX_SAFE_INTEGER)]),
    ])
    const at = ['', ...keys].map((key) => redis.key(this.name, 'seats', key))
    const answer = (await redis.run(seating, at, [...about, ...counts, ...wanted])) as [] | Answer
    if (answer.length === 0) throw new RedisAway('A later word was heard first.')
    return answer
  }
}
