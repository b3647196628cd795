import { WebSocketGateway, type OnGatewayConnection, type OnGatewayInit } from '@nestjs/websockets'
import type { BeforeApplicationShutdown } from '@nestjs/common'
import type { IncomingMessage } from 'node:http'
import type { Server, Socket } from 'socket.io'
import { v7 as uuid } from 'uuid'
import { AllowanceService, isGuess } from '../auth/allowance.service.js'
import { AuthService } from '../auth/auth.service.js'
import type { Person } from '../contract/actor.js'
import { ChatError, type Problem } from '../contract/errors.js'
import type { Credentials, Session } from '../contract/session.js'
import { clientAddress, trustedProxies, type IsProxy } from '../infra/client-address.js'
import { tenantOfPath } from '../http/tenant-path.js'
import { Config } from '../infra/config.js'
import { goingAway, Lifecycle } from '../infra/lifecycle.js'
import { ArrivalsService } from './arrivals.service.js'
import { Departures } from './departures.service.js'
import { Dispatcher } from './dispatcher.js'
import { SocketIoConnection } from './socketio.connection.js'

/** Socket.IO sockets: who they are, and what they ask. Nest's guards do not reach here, so nothing is left to them. */
@WebSocketGateway()
export class SocketIoGateway implements OnGatewayInit<Server>, OnGatewayConnection<Socket>, BeforeApplicationShutdown {
  private readonly authenticating = new WeakSet<object>()
  private readonly isProxy: IsProxy
  private server: Server

  constructor(
    private readonly auth: AuthService,
    private readonly allowances: AllowanceService,
    private readonly dispatcher: Dispatcher,
    private readonly arrivals: ArrivalsService,
    private readonly departures: Departures,
    private readonly lifecycle: Lifecycle,
    private readonly config: Config,
  ) {
    this.isProxy = trustedProxies(config)
  }

  afterInit(server: Server): void {
    this.server = server
    server.use((socket, next) => {
      this.authenticate(socket).then(
        () => next(),
        (error) => next(this.refusal(error)),
      )
    })
  }

  handleConnection(socket: Socket): void {
    const session = socket.data.session as Session<Person>
    const connection = new SocketIoConnection(socket, session, this.dispatcher, this.addressOf(socket))
    socket.on('disconnect', () => {
      this.arrivals.remove(connection)
      // What is left of a connection by which nobody is connected is nobody's.
      socket.conn.close()
    })
    forgetHandshake(socket)
    this.arrivals.add(connection)
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.departures.drain()
  }

  /**
   * Who is new is taken no more when this node is on its way out. A session that is not known here may be another
   * node's, which a proxy asks when it hears this.
   */
  refusalOf({ url = '' }: IncomingMessage): Problem | null {
    if (!url.startsWith('/socket.io/')) return null
    const sid = new URLSearchParams(url.split('?')[1]).get('sid')
    const { clients } = this.server.engine as unknown as { clients: object }
    if (sid !== null && Object.hasOwn(clients, sid)) return null
    if (this.lifecycle.isLeaving) return goingAway().problem(uuid())
    if (sid === null || !this.config.REDIS_URL) return null
    return new ChatError('unavailable', 'This node does not know the session.').problem(uuid())
  }

  /** Once at a time: nobody asks the database for more than one answer by one connection. */
  private async authenticate(socket: Socket): Promise<void> {
    if (this.authenticating.has(socket.conn)) {
      socket.conn.close()
      throw new ChatError('bad_request', 'The connection is being authenticated already.')
    }
    this.authenticating.add(socket.conn)
    try {
      await this.admit(socket)
    } finally {
      this.authenticating.delete(socket.conn)
    }
  }

  private async admit(socket: Socket): Promise<void> {
    const session = await this.auth.authenticate(credentialsOf(socket)).catch(async (error: unknown) => {
      if (isGuess(error)) await this.allowances.countFailure(this.addressOf(socket))
      throw error
    })
    if (session.actor.kind !== 'user') {
      throw new ChatError('user_required', 'A socket is a user’s: add a dot and the user id to the clientKey.')
    }
    await this.takeSeat(socket, session)
    socket.data.session = session
  }

  /** As long as the connection lasts. Whoever is gone meanwhile takes none: their end was told already. */
  private async takeSeat(socket: Socket, session: Session): Promise<void> {
    if (isGone(socket)) return
    const address = this.addressOf(socket)
    await this.allowances.admit(session, address)
    if (isGone(socket)) this.allowances.leave(session, address)
    else socket.conn.once('close', () => this.allowances.leave(session, address))
  }

  private addressOf({ handshake }: Socket): string {
    return clientAddress(handshake.headers, handshake.address, this.isProxy)
  }

  private refusal(error: unknown): Error {
    const reply = this.dispatcher.failed(error)
    return Object.assign(new Error('Authentication error'), { data: 'error' in reply ? reply.error : null })
  }
}

const isGone = ({ conn }: Socket): boolean => conn.readyState === 'closed'

/** Nobody asks again what it said, and with its headers it is the largest part of an idle connection. */
function forgetHandshake(socket: Socket): void {
  Object.assign(socket.conn, { request: null })
  Object.assign(socket, { handshake: null })
}

function credentialsOf({ handshake, request }: Socket): Credentials {
  const { headers, auth } = handshake
  const clientKey = headers['clientkey']
  const shown: unknown = auth?.['token']
  return {
    clientKey: Array.isArray(clientKey) ? clientKey.join() : clientKey,
    bearer: headers.authorization?.replace(/^Bearer +/i, ''),
    token: typeof shown === 'string' ? shown : undefined,
    tenantId: tenantOfPath(request),
  }
}
