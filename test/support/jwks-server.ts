/** A login service's JWKS, by real HTTP on loopback. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'

type Answer = (response: ServerResponse) => void

/** As a login service does. */
export const withKeys = (keys: object[]): Answer => withText(JSON.stringify({ keys }))

export const withText =
  (text: string): Answer =>
  (response) =>
    response.setHeader('content-type', 'application/json').end(text)

export class JwksServer {
  /** How often it was asked. */
  asked = 0
  answer: Answer = withKeys([])

  private constructor(
    private readonly server: Server,
    readonly host: string,
  ) {}

  get url(): string {
    return `http://${this.host}/jwks.json`
  }

  static async start(): Promise<JwksServer> {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const jwks = new JwksServer(server, `127.0.0.1:${(server.address() as { port: number }).port}`)
    server.on('request', (_: IncomingMessage, response: ServerResponse) => {
      jwks.asked++
      jwks.answer(response)
    })
    return jwks
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections()
    await new Promise((resolve) => this.server.close(resolve))
  }
}
