/** A way to a server that can be cut, closed, made to swallow all, or to lose an answer. */
import { createServer, connect, type NetConnectOpts, type Server, type Socket } from 'node:net'
import { join } from 'node:path'

export class TcpProxy {
  private armed: string | null = null
  private away = false
  private silent = false
  private readonly sockets = new Set<Socket>()

  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}

  static async start(upstream: NetConnectOpts): Promise<TcpProxy> {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const proxy = new TcpProxy(server, (server.address() as { port: number }).port)
    server.on('connection', (client: Socket) => {
      if (proxy.away) client.destroy()
      else if (proxy.silent) proxy.swallow(client)
      else proxy.serve(client, connect(upstream))
    })
    return proxy
  }

  /** What is sent with this word in it next is passed on; its answer is lost, and with it the connection. */
  loseTheAnswerTo(word: string): void {
    this.armed = word
  }

  /** One of those that are open, in the middle of whatever it carries. False if there is none. */
  cutOne(): boolean {
    const sockets = [...this.sockets]
    const cut = sockets[Math.floor(Math.random() * sockets.length)]
    cut?.destroy()
    return cut !== undefined
  }

  /** Nobody gets through, and who did is cut. */
  goAway(): void {
    this.away = true
    for (const socket of this.sockets) socket.destroy()
  }

  /** Nothing passes on what is open, nor on what is opened now: also later. Nobody is told that. */
  goSilent(): void {
    this.silent = true
    for (const socket of this.sockets) socket.pause()
  }

  comeBack(): void {
    this.away = false
    this.silent = false
  }

  async stop(): Promise<void> {
    this.goAway()
    await new Promise((resolve) => this.server.close(resolve))
  }

  private swallow(client: Socket): void {
    this.sockets.add(client)
    client.pause()
    client.on('error', () => client.destroy()).on('close', () => this.sockets.delete(client))
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
      server.write(part)
    })
    server.on('data', (part: Buffer) => (losing ? end() : client.write(part)))
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
