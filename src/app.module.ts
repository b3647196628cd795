import { Module, type DynamicModule } from '@nestjs/common'
import { AuthModule } from './auth/auth.module.js'
import { FriendsModule } from './friends/friends.module.js'
import { GatewayModule } from './gateway/gateway.module.js'
import { HttpModule } from './http/http.module.js'
import type { Config } from './infra/config.js'
import { InfraModule } from './infra/infra.module.js'
import { LivestreamsModule } from './livestreams/livestreams.module.js'
import { MessagesModule } from './messages/messages.module.js'
import { PagesModule } from './pages/pages.module.js'
import { PresenceModule } from './presence/presence.module.js'
import { RoomsModule } from './rooms/rooms.module.js'
import { TenantsModule } from './tenants/tenants.module.js'
import { UsageModule } from './usage/usage.module.js'
import { UsersModule } from './users/users.module.js'

/** The table of contents. */
@Module({})
export class AppModule {
  static with(config: Config): DynamicModule {
    return {
      module: AppModule,
      imports: [
        InfraModule.with(config),
        TenantsModule,
        UsersModule,
        AuthModule,
        UsageModule,
        FriendsModule,
        RoomsModule,
        MessagesModule,
        PresenceModule,
        LivestreamsModule,
        HttpModule,
        GatewayModule,
        PagesModule.with(config),
      ],
    }
  }
}
