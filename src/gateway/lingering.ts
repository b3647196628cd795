import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common'
import { HttpAdapterHost } from '@nestjs/core'
import { Lifecycle } from '../infra/lifecycle.js'

const graceMs = 500

/**
 * Connections on which nothing is being answered. The server would wait for each before it closes: for one that a
 * browser opened in advance, for a peer that is gone and so never answers the closing of its WebSocket.
 */
@Injectable()
export class Lingering implements OnApplicationBootstrap {
  private readonly open = new Set<Socket>()
  private readonly answers = new Set<ServerResponse>()

  constructor(
    private readonly host: HttpAdapterHost,
    private readonly lifecycle: Lifecycle,
  ) {}

  onApplicationBootstrap(): void {
    const server = this.host.httpAdapter.getHttpServer() as Server
    server.on('connection', (socket: Socket) => {
      this.open.add(socket)
      socket.once('close', () => this.open.delete(socket))
    })
    server.on('request', (_request: IncomingMessage, answer: ServerResponse) => {
      if (this.lifecycle.isLeaving) answer.shouldKeepAlive = false
      this.answers.add(answer)
      answer.once('close', () => this.answers.delete(answer))
    })
  }

  /** Whoever asks on a connection that is kept is told with the answer that it ends: a proxy asks another node then. */
  keepNone(): void {
    for (const answer of this.answers) answer.shouldKeepAlive = false
  }

  /** Ends them when they have had time to end by themselves, and whatever joins them later. */
  end(): void {
    const timer = setInterval(() => {
      const busy = new Set([...this.answers].map(({ req }) => req.socket))
      for (const socket of this.open) if (!busy.has(socket)) socket.destroy()
      if (!this.open.size) clearInterval(timer)
    }, graceMs).unref()
  }
}
