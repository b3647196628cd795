/** Whether the database answers at all: a server that hangs, or a network that swallows all, gives no error by itself. */
import { setTimeout } from 'node:timers/promises'
import { Client, type ClientConfig } from 'pg'

/** What has not been answered for so long makes one ask whether anybody is there. */
const suspiciousMs = 800
const glanceMs = 250
/** If somebody is there, what was looked at may take its time until it is looked at again. */
const trustMs = 2000
/** How long that may take to be answered, in slices: a process that stands still itself loses one of them. */
const [slices, sliceMs] = [8, 300]

/** In the words of `pg` for a connection that is lost: it is the same to whoever asked. */
export const silence = (): Error => new Error('Connection terminated: the database does not answer')

export class Pulse {
  private readonly underWay = new Set<{ trustedUntilMs: number }>()
  private readonly timer: NodeJS.Timeout
  private isAsking = false
  private isSilent = false
  private isStopped = false

  constructor(
    private readonly config: ClientConfig,
    /** Ends all connections: what they wait for has failed. */
    private readonly cut: () => void,
  ) {
    this.timer = setInterval(() => void this.glance(), glanceMs).unref()
  }

  /** Throws at once while nobody answers. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    if (this.isSilent) throw silence()
    const one = { trustedUntilMs: performance.now() + suspiciousMs }
    this.underWay.add(one)
    try {
      return await work()
    } finally {
      this.underWay.delete(one)
    }
  }

  /** Nobody looks any more. */
  rest(): void {
    clearInterval(this.timer)
    this.isStopped = true
  }

  /** From now on nobody answers any more. */
  stop(): void {
    this.rest()
    this.isSilent = true
    this.cut()
  }

  /** One look at a time. While the database is silent it looks again and again, and whoever connects meanwhile has failed. */
  private async glance(): Promise<void> {
    if (this.isSilent) this.cut()
    const suspicious = this.suspicious()
    if (this.isAsking || !(suspicious.length || this.isSilent)) return
    this.isAsking = true
    const isThere = await answers(this.config)
    this.isAsking = false
    if (this.isStopped) return
    this.isSilent = !isThere
    if (this.isSilent) this.cut()
    for (const one of suspicious) one.trustedUntilMs = performance.now() + trustMs
  }

  private suspicious(): { trustedUntilMs: number }[] {
    const nowMs = performance.now()
    return [...this.underWay].filter(({ trustedUntilMs }) => trustedUntilMs < nowMs)
  }
}

/** Any answer is one, also that there are too many connections. */
async function answers(config: ClientConfig): Promise<boolean> {
  const client = new Client({ ...config, connectionTimeoutMillis: 0 })
  client.on('error', () => undefined)
  const asked = client.connect().then(
    () => true,
    (error: { severity?: string }) => error.severity !== undefined,
  )
  const isThere = await Promise.race([asked, tooLate()])
  const { stream } = (client as unknown as { connection: { stream: { destroy(): void } } }).connection
  stream.destroy()
  return isThere
}

async function tooLate(): Promise<false> {
  for (let n = 0; n < slices; n++) await setTimeout(sliceMs, undefined, { ref: false })
  return false
}
