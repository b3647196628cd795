import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common'
import { WebSocketServer, type WebSocket } from 'ws'
import { AllowanceService, isGuess } from '../auth/allowance.service.js'
import { AuthService } from '../auth/auth.service.js'
import type { Person } from '../contract/actor.js'
import { ChatError } from '../contract/errors.js'
import type { Credentials, Session } from '../contract/session.js'
import { clientAddress, trustedProxies, type IsProxy } from '../infra/client-address.js'
import { Config } from '../infra/config.js'
import { Lifecycle } from '../infra/lifecycle.js'
import { addressOf, type Address } from './addresses.js'
import { ArrivalsService } from './arrivals.service.js'
import { Batches } from './batches.js'
import { Dispatcher } from './dispatcher.js'
import { OpeningService, type Opening } from './opening.service.js'
import { credentialsOf, isNobody, requireOrigin } from './ws.credentials.js'
import { WsConnection } from './ws.connection.js'
import { refuseByClosing, refuseByStatus } from './ws.refusal.js'

/** What is known of who opens a WebSocket when it is opened. */
interface Admitted {
  session: Session<Person>
  address: string
  opening: Opening
  isBatched: boolean
}

/** The longest that a peer may be silent, as the contract promises it. */
const mostSilentMs = 60_000

/** Plain WebSockets, on the same port: who they are is settled before there is a WebSocket. */
@Injectable()
export class WsServer implements OnModuleInit, OnModuleDestroy {
  private readonly server: WebSocketServer
  private readonly live = new Set<WsConnection>()
  private readonly batches: Batches
  private readonly isProxy: IsProxy
  private timer: NodeJS.Timeout

  constructor(
    private readonly auth: AuthService,
    private readonly allowances: AllowanceService,
    private readonly dispatcher: Dispatcher,
    private readonly arrivals: ArrivalsService,
    private readonly opening: OpeningService,
    private readonly lifecycle: Lifecycle,
    private readonly config: Config,
  ) {
    this.isProxy = trustedProxies(config)
    this.batches = new Batches(config.WS_BATCH_MS)
    this.server = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      maxPayload: config.WS_MAX_PAYLOAD_BYTES,
      perMessageDeflate: false,
    })
  }

  onModuleInit(): void {
    this.timer = setInterval(() => this.probe(), this.config.WS_PING_INTERVAL_MS / 5).unref()
  }

  onModuleDestroy(): void {
    clearInterval(this.timer)
  }

  /** False if no plain WebSocket is at that path. */
  takes(request: IncomingMessage, socket: Duplex, head: Buffer): boolean {
    const url = urlOf(request)
    const address = url && addressOf(url)
    if (address) void this.upgrade(request, socket, head, url, address)
    return address !== null
  }

  private async upgrade(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    url: URL,
    address: Address,
  ): Promise<void> {
    const refusal = await this.admit(request, socket, url, address).then(
      (admitted) => this.server.handleUpgrade(request, socket, head, (ws) => this.connect(ws, admitted)),
      (error: unknown) => this.dispatcher.failed(error).error,
    )
    if (!refusal) return
    // A browser cannot see a status; but a proxy can, and asks another node.
    const isForProxies = this.lifecycle.isLeaving
    if (request.headers.origin === undefined || isForProxies) return refuseByStatus(socket, refusal)
    this.server.handleUpgrade(request, socket, head, (ws) => refuseByClosing(ws, refusal))
  }

  private async admit(request: IncomingMessage, socket: Duplex, url: URL, address: Address): Promise<Admitted> {
    this.lifecycle.requireRunning()
    const from = clientAddress(request.headers, request.socket.remoteAddress ?? '', this.isProxy)
    const session = await this.authenticate(credentialsOf(request, url), address, from)
    requireOrigin(request, session, this.config, this.isProxy)
    this.requireThere(socket)
    await this.takeSeat(session, from, socket)
    // Before it is looked for: whoever comes into a room by its path is its member from then on.
    if (address.kind !== 'rooms') await this.allowances.require(session, 'join', { address: from })
    const opening = await this.opening.find(session, address)
    this.requireThere(socket)
    return { session, address: from, opening, isBatched: url.searchParams.get('batch') === 'true' }
  }

  /** As long as the connection lasts. */
  private async takeSeat(session: Session, from: string, socket: Duplex): Promise<void> {
    await this.allowances.admit(session, from)
    if (socket.destroyed) this.allowances.leave(session, from)
    else socket.once('close', () => this.allowances.leave(session, from))
    this.requireThere(socket)
  }

  /** After each wait: who comes when the end was told, or is gone by then, would be told nothing and take a place. */
  private requireThere(socket: Duplex): void {
    this.lifecycle.requireRunning()
    if (socket.destroyed) throw new ChatError('bad_request', 'The connection has ended.')
  }

  /** Whoever shows nothing watches a stream as a guest, if the tenant of the path allows it. */
  private async authenticate(shown: Credentials, address: Address, from: string): Promise<Session<Person>> {
    const tenantId = shown.tenantId ?? this.config.DEFAULT_TENANT
    if (address.kind === 'stream' && tenantId && isNobody(shown)) return this.auth.guest(tenantId)
    const session = await this.auth.authenticate(shown).catch(async (error: unknown) => {
      if (isGuess(error)) await this.allowances.countFailure(from)
      throw error
    })
    if (session.actor.kind === 'user') return session as Session<Person>
    throw new ChatError(
      'user_required',
      'A socket is a user’s: name one by x-user-id, or after a dot in the clientKey.',
    )
  }

  private connect(ws: WebSocket, { session, address, opening, isBatched }: Admitted): void {
    const { dialect, place } = opening
    const batches = isBatched ? this.batches : null
    const connection = new WsConnection(ws, { session, address, dialect, place, batches }, this.dispatcher)
    ws.on('close', () => {
      this.live.delete(connection)
      this.arrivals.remove(connection)
    })
    this.live.add(connection)
    this.arrivals.add(connection)
    connection.inbox.first(() => this.enter(connection, opening))
  }

  private async enter(connection: WsConnection, opening: Opening): Promise<void> {
    try {
      await this.opening.enter(connection, opening)
    } catch (error) {
      const { error: problem } = this.dispatcher.failed(error, connection.session)
      connection.end(problem.code, problem.detail)
    }
  }

  private probe(): void {
    const nowMs = performance.now()
    const { WS_PING_INTERVAL_MS: quietMs, WS_PING_TIMEOUT_MS: answerMs } = this.config
    const goneMs = Math.min(mostSilentMs, quietMs + answerMs)
    for (const connection of this.live) if (!connection.probe(nowMs, quietMs, goneMs)) connection.terminate()
  }
}

function urlOf({ url = '' }: IncomingMessage): URL | null {
  return /^\/(?!\/)/.test(url) && URL.canParse(url, 'ws://here') ? new URL(url, 'ws://here') : null
}
