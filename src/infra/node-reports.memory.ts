import { Injectable } from '@nestjs/common'
import { NodeReports } from '../contract/ports.js'

/** A single node, of which nobody else hears. */
@Injectable()
export class NoReports extends NodeReports {
  readonly areHeard = false

  async tell(): Promise<void> {}

  async ofOthers(): Promise<[]> {
    return []
  }
}
