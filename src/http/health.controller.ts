import { Controller, Get } from '@nestjs/common'
import { ApiExcludeController } from '@nestjs/swagger'
import { ChatError } from '../contract/errors.js'
import { BusHealth } from '../contract/ports.js'
import { Database } from '../infra/database/database.js'
import { Lifecycle } from '../infra/lifecycle.js'
import { Endpoint } from './endpoint.js'

@ApiExcludeController()
@Controller('health')
export class HealthController {
  constructor(
    private readonly database: Database,
    private readonly lifecycle: Lifecycle,
    private readonly bus: BusHealth,
  ) {}

  @Get('live')
  @Endpoint({ access: 'public', summary: 'Does the process answer?', answers: Object })
  live(): object {
    return { status: 'ok' }
  }

  @Get('ready')
  @Endpoint({ access: 'public', summary: 'May traffic be sent here?', answers: Object })
  async ready(): Promise<object> {
    if (this.lifecycle.isLeaving) throw new ChatError('unavailable', 'The service is shutting down.')
    await this.database.ping()
    const { state: redis } = this.bus
    // Without Redis this node serves its own people; what happens at others comes later.
    return { status: redis === 'down' ? 'degraded' : 'ok', database: 'up', ...(redis !== 'none' && { redis }) }
  }
}
