import { WebSocketGateway, type OnGatewayConnection, type OnGatewayInit } from '@nestjs/websockets'
import type { BeforeApplicationShutdown } from '@nestjs/common'
import type { Server, Socket } from 'socket.io'
import { AllowanceService } from '../auth/allowance.service.js'
import { AuthService } from '../auth/auth.service.js'
import type { Person } from '../contract/actor.js'
import { ChatError } from '../contract/errors.js'
import type { Credentials, Session } from '../contract/session.js'
import { Dispatcher } from './dispatcher.js'
import { Hub } from './hub.js'
import { SocketIoConnection } from './socketio.connection.js'

/** Socket.IO sockets: who they are, and what they ask. Nest's guards do not reach here, so nothing is left to them. */
@WebSocketGateway()
export class SocketIoGateway implements OnGatewayInit<Server>, OnGatewayConnection<Socket>, BeforeApplicationShutdown {
  private readonly live = new Set<SocketIoConnection>()
  private server: Server

  constructor(
    private readonly auth: AuthService,
    private readonly allowances: AllowanceService,
    private readonly dispatcher: Dispatcher,
    private readonly hub: Hub,
  ) {}

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
    const connection = new SocketIoConnection(socket, session, this.dispatcher)
    socket.onAny((event: string, ...args: unknown[]) => connection.receive(event, args))
    socket.on('disconnect', () => this.forget(connection))
    this.live.add(connection)
    this.hub.add(connection)
    // A revocation between the handshake and this line told a hub that did not know the socket yet.
    this.auth.recheck(session).catch((error: unknown) => {
      if (error instanceof ChatError && error.status < 500) connection.end(error.code, error.message)
    })
  }

  /** Nobody new; what was asked is answered before the sockets end. */
  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all([...this.live].map((connection) => connection.idle()))
    this.server?.disconnectSockets(true)
  }

  private forget(connection: SocketIoConnection): void {
    this.live.delete(connection)
    this.hub.remove(connection)
  }

  private async authenticate(socket: Socket): Promise<void> {
    const session = await this.auth.authenticate(credentialsOf(socket)).catch((error: unknown) => {
      if (error instanceof ChatError && error.status === 401) this.allowances.countFailure(socket.handshake.address)
      throw error
    })
    if (session.actor.kind !== 'user') {
      throw new ChatError('user_required', 'A socket is a user’s: add a dot and the user id to the clientKey.')
    }
    socket.data.session = session
  }

  private refusal(error: unknown): Error {
    const reply = this.dispatcher.failed(error)
    return Object.assign(new Error('Authentication error'), { data: 'error' in reply ? reply.error : null })
  }
}

function credentialsOf({ handshake }: Socket): Credentials {
  const { headers, auth } = handshake
  const clientKey = headers['clientkey']
  const shown: unknown = auth?.['token']
  const bearer = headers.authorization?.replace(/^Bearer +/i, '')
  if (typeof shown === 'string' && bearer !== undefined && shown !== bearer) {
    throw new ChatError('credentials_disagree', 'auth.token and the Authorization header are different tokens.')
  }
  return {
    clientKey: Array.isArray(clientKey) ? clientKey.join() : clientKey,
    bearer: typeof shown === 'string' ? shown : bearer,
  }
}
