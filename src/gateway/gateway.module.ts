import { Module } from '@nestjs/common'
import { AuthModule } from '../auth/auth.module.js'
import { LivestreamsModule } from '../livestreams/livestreams.module.js'
import { MessagesModule } from '../messages/messages.module.js'
import { PresenceModule } from '../presence/presence.module.js'
import { RoomsModule } from '../rooms/rooms.module.js'
import { AsyncApiController } from './asyncapi.controller.js'
import { ArrivalsService } from './arrivals.service.js'
import { ActivityService } from './activity.service.js'
import { ComingsService } from './comings.service.js'
import { Core } from './commands.js'
import { Departures } from './departures.service.js'
import { Dispatcher } from './dispatcher.js'
import { EndingService } from './ending.service.js'
import { EnteringService } from './entering.service.js'
import { EphemeralService } from './ephemeral.service.js'
import { EvictingService } from './evicting.service.js'
import { Expiry } from './expiry.js'
import { Heads } from './heads.js'
import { Healing } from './healing.js'
import { Hub } from './hub.js'
import { WatchingService } from './watching.service.js'
import { JoiningService } from './joining.service.js'
import { Lingering } from './lingering.js'
import { Recheck } from './recheck.js'
import { StreamsService } from './streams.service.js'
import { Viewers } from './viewers.js'
import { Moves } from './moves.js'
import { RemoteTyping } from './remote-typing.js'
import { OpeningService } from './opening.service.js'
import { WsServer } from './ws.server.js'
import { SessionsService } from './sessions.service.js'
import { SocketIoGateway } from './socketio.gateway.js'

@Module({
  imports: [AuthModule, RoomsModule, MessagesModule, PresenceModule, LivestreamsModule],
  controllers: [AsyncApiController],
  providers: [
    SocketIoGateway,
    ArrivalsService,
    Dispatcher,
    Core,
    Hub,
    JoiningService,
    WatchingService,
    EnteringService,
    EphemeralService,
    ActivityService,
    ComingsService,
    SessionsService,
    Healing,
    Heads,
    Recheck,
    EvictingService,
    EndingService,
    Moves,
    RemoteTyping,
    Expiry,
    Lingering,
    Departures,
    OpeningService,
    StreamsService,
    Viewers,
    WsServer,
  ],
})
export class GatewayModule {}
