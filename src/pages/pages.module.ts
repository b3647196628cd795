import { Module, type DynamicModule } from '@nestjs/common'
import { AuthModule } from '../auth/auth.module.js'
import type { Config } from '../infra/config.js'
import { LivestreamsModule } from '../livestreams/livestreams.module.js'
import { MessagesModule } from '../messages/messages.module.js'
import { RoomsModule } from '../rooms/rooms.module.js'
import { TenantsModule } from '../tenants/tenants.module.js'
import { UsersModule } from '../users/users.module.js'
import { ConsoleController } from './console/console.controller.js'
import { ConsoleService } from './console/console.service.js'
import { DemoTenant } from './demo/demo-tenant.js'
import { DemoController } from './demo/demo.controller.js'
import { DemoService } from './demo/demo.service.js'

/** What our own pages ask beside the ordinary routes. */
@Module({})
export class PagesModule {
  static with({ DEMO }: Config): DynamicModule {
    return {
      module: PagesModule,
      imports: [TenantsModule, UsersModule, AuthModule, RoomsModule, MessagesModule, LivestreamsModule],
      controllers: [ConsoleController, ...(DEMO === 'on' ? [DemoController] : [])],
      providers: [DemoTenant, DemoService, ConsoleService],
    }
  }
}
