import { Controller, Get, Module } from '@nestjs/common'
import { JwtModule } from '@nestjs/jwt'
import { TypeOrmModule } from '@nestjs/typeorm'
import { ChatGateway } from './chat.gateway.js'
import { Message } from './message.entity.js'
import { MessageService } from './message.service.js'
import { Room } from './room.entity.js'
import { User } from './user.entity.js'

@Controller('health')
class HealthController {
  @Get()
  ok() {
    return { status: 'ok' }
  }
}

@Module({
  imports: [
    TypeOrmModule.forRoot({
      type: 'postgres',
      url: process.env.DATABASE_URL,
      autoLoadEntities: true,
      synchronize: true,
      // PostgreSQL makes UUIDs itself; no extension is needed for it.
      uuidExtension: 'pgcrypto',
      installExtensions: false,
    }),
    TypeOrmModule.forFeature([Message, Room, User]),
    JwtModule.register({ secret: process.env.JWT_SECRET }),
  ],
  controllers: [HealthController],
  providers: [ChatGateway, MessageService],
})
export class AppModule {}
