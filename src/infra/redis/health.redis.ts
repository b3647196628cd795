import { Injectable } from '@nestjs/common'
import { BusHealth } from '../../contract/ports.js'
import { Redis } from './redis.js'

@Injectable()
export class RedisHealth extends BusHealth {
  constructor(private readonly redis: Redis) {
    super()
  }

  get state(): 'up' | 'down' {
    return this.redis.isUp ? 'up' : 'down'
  }
}
