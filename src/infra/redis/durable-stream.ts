/** What lasts is kept in a Redis Stream of its tenant for a while: a node that was cut off reads it when it is back. */
import { decodeEnvelope, encodeEnvelope, type Envelope } from './envelope.js'
import { type Redis, Script } from './redis.js'
import { verbFor } from './server.js'

/** How long an envelope is kept, and how many of a tenant. Whoever was away for longer is healed by being asked again. */
const [lastsMs, most] = [120_000, 1000]
/** What was not answered is written again, and may have been written: it has the same number then. */
const retryMs = 250
/** What one tenant has that Redis did not take, and all of them. What would be more is dropped. */
const [maxOfTenant, maxOfAll] = [1000, 20_000]
/** The same in characters. */
const [maxCharsOfTenant, maxCharsOfAll] = [4_194_304, 33_554_432]
/** An envelope takes no more when it has so many publications or characters. */
const [envelopeSize, envelopeChars] = [100, 65_536]
/** Of what is kept in Redis for a tenant, about. */
const maxKeptBytes = 4_194_304
/** What is read at a time. */
const [pageSize, pageBytes] = [50, 262_144]

/**
 * Appends an envelope, and publishes it. An entry says how many bytes were ever written, so that the oldest and the newest
 * say how many are there. Its fields are read by their place: `letter` is the envelope, `sum` are the bytes.
 */
const append = new Script(`
  local time, most = redis.call('TIME'), tonumber(ARGV[5])
  local newest = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
  local sum = (newest and tonumber(newest[2][4]) or 0) + #ARGV[2]
  redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[1], '*', 'letter', ARGV[2], 'sum', string.format('%.0f', sum))
  -- Redis 6.0 does not know it.
  redis.pcall('XTRIM', KEYS[1], 'MINID', '~', string.format('%.0f', time[1] * 1000 - ARGV[3]))
  while true do
    local oldest = redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', 1)[1]
    local before = tonumber(oldest[2][4]) or sum
    if sum - before + #oldest[2][2] <= most or before == sum then break end
    redis.call('XDEL', KEYS[1], oldest[1])
  end
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
  return redis.call(ARGV[4], KEYS[2], ARGV[2])`)

/** By the age, as Redis knows it: nobody's clock is compared with anybody's. Or from an entry on. */
const readPage = new Script(`
  local from = ARGV[2]
  if from == '' then
    local now = redis.call('TIME')
    from = string.format('%.0f', math.max(now[1] * 1000 + math.floor(now[2] / 1000) - ARGV[1], 0))
  end
  local page, bytes = {}, 0
  for _, entry in ipairs(redis.call('XRANGE', KEYS[1], from, '+', 'COUNT', ARGV[3])) do
    bytes = bytes + #entry[2][2]
    if page[1] and bytes > tonumber(ARGV[4]) then break end
    page[#page + 1] = entry
  end
  return page`)

interface Queue {
  publications: { text: string; atMs: number }[]
  chars: number
}

/** Writes to the streams, of a tenant one envelope at a time, so that they stand there in order; and reads them. */
export class DurableStreams {
  private readonly queues = new Map<string, Queue>()
  private waiting = 0
  private chars = 0
  private lastNumber = 0

  constructor(
    private readonly redis: Redis,
    private readonly from: string,
    private readonly count: (outcome: 'published' | 'dropped', publications: number) => void,
  ) {}

  put(tenantId: string, text: string): void {
    const queue = this.queues.get(tenantId)
    if (this.isFull || (queue && isFull(queue))) return this.count('dropped', 1)
    const publication = { text, atMs: performance.now() }
    const { length } = text
    this.waiting++
    this.chars += length
    if (queue) {
      queue.publications.push(publication)
      queue.chars += length
    } else this.begin(tenantId, { publications: [publication], chars: length })
  }

  /** What is in the tenant's stream and no older than that, read a page at a time. Throws `RedisAway`. */
  async since(tenantId: string, ageMs: number): Promise<Envelope[]> {
    const envelopes: (Envelope | null)[] = []
    for (let from = ''; ;) {
      const values = [Math.ceil(ageMs), from, pageSize, pageBytes]
      const page = (await this.redis.read(readPage, [this.key(tenantId)], values)) as [string, string[]][]
      if (!page.length) return envelopes.filter((one) => one !== null)
      envelopes.push(...page.map(([, [, text]]) => decodeEnvelope(String(text), { tenantId })))
      from = after(page.at(-1)![0])
    }
  }

  private get isFull(): boolean {
    return this.waiting >= maxOfAll || this.chars >= maxCharsOfAll
  }

  private begin(tenantId: string, queue: Queue): void {
    this.queues.set(tenantId, queue)
    setImmediate(() => void this.write(tenantId, queue))
  }

  private key(tenantId: string): string {
    return this.redis.key(tenantId, 'waiting')
  }

  private async write(tenantId: string, queue: Queue): Promise<void> {
    while (queue.publications.length) {
      const some = someOf(queue)
      const number = ++this.lastNumber
      const envelope = encodeEnvelope(this.from, tenantId, number, textsOf(some))
      const isWritten = await this.append(tenantId, envelope, some[0]!.atMs)
      queue.publications.splice(0, some.length)
      const chars = charsOf(some)
      queue.chars -= chars
      this.chars -= chars
      this.waiting -= some.length
      this.count(isWritten ? 'published' : 'dropped', some.length)
    }
    this.queues.delete(tenantId)
  }

  /** As often as it takes, as long as it matters. */
  private async append(tenantId: string, text: string, atMs: number): Promise<boolean> {
    for (; performance.now() - atMs < lastsMs; await pause(retryMs)) {
      const keys = [this.key(tenantId), this.redis.key(tenantId, 'tenant')]
      try {
        await this.redis.run(append, keys, [most, text, lastsMs, verbFor(this.redis.traits), maxKeptBytes])
        return true
      } catch {
        // Once more: what is written here is found nowhere else.
      }
    }
    return false
  }
}

const isFull = ({ publications, chars }: Queue): boolean =>
  publications.length >= maxOfTenant || chars >= maxCharsOfTenant

function someOf({ publications }: Queue): Queue['publications'] {
  let chars = 0
  const end = publications.findIndex(({ text }, at) => at >= envelopeSize || (chars += text.length) > envelopeChars)
  return publications.slice(0, end < 0 ? publications.length : Math.max(end, 1))
}

const charsOf = (some: Queue['publications']): number => some.reduce((sum, { text }) => sum + text.length, 0)

/** The next id that an entry can have: Redis 6.0 knows no range without its ends. */
function after(id: string): string {
  const [ms, count] = id.split('-')
  return `${ms}-${BigInt(count!) + 1n}`
}

const textsOf = (some: Queue['publications']): string[] => some.map(({ text }) => text)

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms).unref())
