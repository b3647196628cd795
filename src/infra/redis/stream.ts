/** What lasts waits in a Redis Stream of its tenant, so that a node that was cut off hears it when it is back. */
import { letter, read, type Letter } from './letters.js'
import { type Redis, Script } from './redis.js'
import { verbFor } from './server.js'

/** How long a letter waits, and how many of a tenant do. Whoever was away for longer is healed by being asked again. */
const [lastsMs, most] = [120_000, 1000]
/** What was not answered is written again, and may have been written: it has the same number then. */
const retryMs = 250
/** What one tenant has that Redis did not take, and all of them. What would be more is dropped. */
const [maxOfTenant, maxOfAll] = [1000, 20_000]
const letterSize = 100

const write = new Script(`
  redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[1], '*', 'letter', ARGV[2])
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
  return redis.call(ARGV[4], KEYS[2], ARGV[2])`)

/** By the age, as Redis knows it: nobody's clock is compared with anybody's. */
const readOn = new Script(`
  local now = redis.call('TIME')
  local from = now[1] * 1000 + math.floor(now[2] / 1000) - ARGV[1]
  return redis.call('XRANGE', KEYS[1], string.format('%.0f', math.max(from, 0)), '+')`)

interface Queue {
  said: { text: string; atMs: number }[]
}

/** Writes to the streams: of a tenant one letter at a time, so that they stand there in order. */
export class Streams {
  private readonly queues = new Map<string, Queue>()
  private waiting = 0
  private lastNumber = 0

  constructor(
    private readonly redis: Redis,
    private readonly from: string,
    private readonly count: (outcome: 'published' | 'dropped', publications: number) => void,
  ) {}

  put(tenantId: string, text: string): void {
    const queue = this.queues.get(tenantId)
    if ((queue?.said.length ?? 0) >= maxOfTenant || this.waiting >= maxOfAll) return this.count('dropped', 1)
    this.waiting++
    const said = { text, atMs: performance.now() }
    if (queue) queue.said.push(said)
    else {
      const begun = { said: [said] }
      this.queues.set(tenantId, begun)
      setImmediate(() => void this.write(tenantId, begun))
    }
  }

  /** What waited in the tenant's stream for no longer than that. Throws `RedisAway`. */
  async since(tenantId: string, ageMs: number): Promise<Letter[]> {
    const found = await this.redis.run(readOn, [this.key(tenantId)], [Math.ceil(ageMs)])
    const letters = (found as [string, string[]][]).map(([, [, text]]) => read(String(text), { tenantId }))
    return letters.filter((one) => one !== null)
  }

  private key(tenantId: string): string {
    return this.redis.key(tenantId, 'waiting')
  }

  private async write(tenantId: string, queue: Queue): Promise<void> {
    while (queue.said.length) {
      const some = queue.said.slice(0, letterSize)
      const number = ++this.lastNumber
      const isWritten = await this.deliver(tenantId, letter(this.from, tenantId, number, textsOf(some)), some[0]!.atMs)
      queue.said.splice(0, some.length)
      this.waiting -= some.length
      this.count(isWritten ? 'published' : 'dropped', some.length)
    }
    this.queues.delete(tenantId)
  }

  /** As often as it takes, as long as it matters. */
  private async deliver(tenantId: string, text: string, atMs: number): Promise<boolean> {
    for (; performance.now() - atMs < lastsMs; await pause(retryMs)) {
      const keys = [this.key(tenantId), this.redis.key(tenantId, 'tenant')]
      try {
        await this.redis.run(write, keys, [most, text, lastsMs, verbFor(this.redis.traits)])
        return true
      } catch {
        // Once more: what is said here is found nowhere else.
      }
    }
    return false
  }
}

const textsOf = (said: Queue['said']): string[] => said.map(({ text }) => text)

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms).unref())
