import type { INestApplicationContext } from '@nestjs/common'
import { IoAdapter } from '@nestjs/platform-socket.io'
import type { Server, ServerOptions } from 'socket.io'
import { WebSocketServer } from 'ws'
import type { Config } from '../infra/config.js'

/** Socket.IO with this deployment's limits. Options that are missing here are left as they are on purpose. */
export class ChatIoAdapter extends IoAdapter {
  constructor(
    app: INestApplicationContext,
    private readonly config: Config,
    private readonly allowsOrigin: (origin: string) => Promise<boolean>,
  ) {
    super(app)
  }

  override createIOServer(port: number, options?: ServerOptions): Server {
    const { WS_CONNECT_TIMEOUT_MS, WS_MAX_PAYLOAD_BYTES, WS_PING_INTERVAL_MS, WS_PING_TIMEOUT_MS } = this.config
    const limits: Partial<ServerOptions> = {
      connectTimeout: WS_CONNECT_TIMEOUT_MS,
      maxHttpBufferSize: WS_MAX_PAYLOAD_BYTES,
      pingInterval: WS_PING_INTERVAL_MS,
      pingTimeout: WS_PING_TIMEOUT_MS,
      serveClient: false,
      // Unknown upgrade paths are refused at once by `upgrades.ts`, not after a second by Engine.IO.
      destroyUpgrade: false,
      // The one of the plain WebSockets: Engine.IO's own answers pings however many answers wait to be read.
      wsEngine: WebSocketServer,
      cors: {
        origin: (origin: string | undefined, answer: (error: Error | null, allow?: boolean) => void) => {
          if (!origin) return answer(null, false)
          this.allowsOrigin(origin).then(
            (allowed) => answer(null, allowed),
            () => answer(null, false),
          )
        },
        exposedHeaders: ['X-Request-Id'],
      },
    }
    return super.createIOServer(port, { ...options, ...limits } as ServerOptions)
  }
}
