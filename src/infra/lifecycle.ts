import { Injectable } from '@nestjs/common'

/** Whether this process is on its way out: what is under way is finished, and nothing new should be sent here. */
@Injectable()
export class Lifecycle {
  draining = false
}
