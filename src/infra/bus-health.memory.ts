import { Injectable } from '@nestjs/common'
import { BusHealth } from '../contract/ports.js'

/** Between one node and none there is nothing that could be away. */
@Injectable()
export class NoBus extends BusHealth {
  readonly state = 'none'
}
