/** A way to a server that can be cut, closed, stalled, delayed, drained, or made to lose an answer. */
import { createServer, connect, type NetConnectOpts, type Server, type Socket } from 'node:net'
import { join } from 'node:path'

export class TcpProxy {
  private armed: string | null = null
  private away = false
  private draining = false
  private stalled = false
  private delayMs = 0
  private readonly sockets = new Set<Socket>()
  /** What waits to be written, by where to. */
  private readonly late = new WeakMap<Socket, Buffer[]>()

  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}

  static async start(upstream: NetConnectOpts): Promise<TcpProxy> {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const proxy = new TcpProxy(server, (server.address() as { port: number }).port)
    server.on('connection', (client: Socket) =>
      proxy.away || proxy.draining ? client.destroy() : proxy.serve(client, connect(upstream)),
    )
    return proxy
  }

  /** What is sent with this word in it next is passed on; its answer is lost, and with it the connection. */
  loseTheAnswerTo(word: string): void {
    this.armed = word
  }

  /** One of those that are open, in the middle of whatever it carries. False if there is none. */
  cutOne(random: () => number = Math.random): boolean {
    const sockets = [...this.sockets]
    const cut = sockets[Math.floor(random() * sockets.length)]
    cut?.destroy()
    return cut !== undefined
  }

  /** All of those, in one moment: both sides are told that nothing they sent may have come. */
  cutAll(): void {
    // A Unix socket has no reset.
    for (const socket of this.sockets) void (socket.remoteAddress ? socket.resetAndDestroy() : socket.destroy())
  }

  /** What is open stays, and carries nothing until `goOn`. */
  stall(): void {
    this.stalled = true
    for (const socket of this.sockets) socket.pause()
  }

  goOn(): void {
    this.stalled = false
    for (const socket of this.sockets) socket.resume()
  }

  /** Everything takes so much longer, each way, from now on. */
  delay(ms: number): void {
    this.delayMs = ms
  }

  /** Who is through stays, and nobody else comes, until `comeBack`. */
  drain(): void {
    this.draining = true
  }

  /** Nobody gets through, and who did is cut. */
  goAway(): void {
    this.away = true
    this.cutAll()
  }

  /** For whoever comes from now on. What was stalled carries nothing any more, of which nobody is told. */
  comeBack(): void {
    this.away = this.draining = this.stalled = false
  }

  async stop(): Promise<void> {
    this.goAway()
    await new Promise((resolve) => this.server.close(resolve))
  }

  private serve(client: Socket, server: Socket): void {
    let losing = false
    const end = (): void => void [client, server].map((socket) => socket.destroy())
    for (const socket of [client, server]) {
      this.sockets.add(socket)
      socket.on('error', end).on('close', () => (end(), this.sockets.delete(socket)))
    }
    client.on('data', (part: Buffer) => {
      if (this.armed !== null && part.includes(this.armed)) {
        this.armed = null
        losing = true
      }
      this.pass(part, server)
    })
    server.on('data', (part: Buffer) => (losing ? end() : this.pass(part, client)))
    if (this.stalled) for (const socket of [client, server]) socket.pause()
  }

  private pass(part: Buffer, to: Socket): void {
    const late = this.late.get(to) ?? []
    if (!this.delayMs && !late.length) return void to.write(part)
    // In its order, also when the delay becomes another one: each moment takes the first that waits.
    late.push(part)
    this.late.set(to, late)
    setTimeout(() => to.write(late.shift()!), this.delayMs)
  }
}

/** In front of the PostgreSQL of this URL, by TCP or by a Unix socket; and the URL that leads through it. */
export async function databaseProxy(url: string): Promise<{ proxy: TcpProxy; url: string }> {
  const through = new URL(url)
  const folder = through.searchParams.get('host')
  const port = Number(through.port || 5432)
  const upstream = folder ? { path: join(folder, `.s.PGSQL.${port}`) } : { host: through.hostname, port }
  const proxy = await TcpProxy.start(upstream)
  through.host = `127.0.0.1:${proxy.port}`
  through.searchParams.delete('host')
  return { proxy, url: through.href }
}
