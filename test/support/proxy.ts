/** A way to PostgreSQL that can lose an answer: the statement is committed, and whoever asked for it never knows. */
import { createServer, connect, type Server, type Socket } from 'node:net'
import { join } from 'node:path'

export class DatabaseProxy {
  private armed: string | null = null
  private away = false
  private readonly sockets = new Set<Socket>()

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  /** In front of the server of this URL, by TCP or by a Unix socket. */
  static async start(url: string): Promise<DatabaseProxy> {
    const target = new URL(url)
    const folder = target.searchParams.get('host')
    const port = Number(target.port || 5432)
    const upstream = folder ? { path: join(folder, `.s.PGSQL.${port}`) } : { host: target.hostname, port }
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    target.host = `127.0.0.1:${(server.address() as { port: number }).port}`
    target.searchParams.delete('host')
    const proxy = new DatabaseProxy(server, target.href)
    server.on('connection', (client: Socket) =>
      proxy.away ? client.destroy() : proxy.serve(client, connect(upstream)),
    )
    return proxy
  }

  /** The next statement with this word in it is passed on; its answer is lost, and with it the connection. */
  loseTheAnswerTo(word: string): void {
    this.armed = word
  }

  /** Nobody gets through, and who did is cut. */
  goAway(): void {
    this.away = true
    for (const socket of this.sockets) socket.destroy()
  }

  comeBack(): void {
    this.away = false
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
      server.write(part)
    })
    server.on('data', (part: Buffer) => (losing ? end() : client.write(part)))
  }
}
