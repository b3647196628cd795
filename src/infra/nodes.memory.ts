import { Injectable } from '@nestjs/common'
import { v7 as uuid } from 'uuid'
import { Nodes } from '../contract/ports.js'

/** A single node: there is no other that could end, and nothing that could be forgotten. */
@Injectable()
export class OneNode extends Nodes {
  readonly id = uuid()
  readonly isWhole = true

  onGone(): void {}

  onForgotten(): void {}

  isGone(): boolean {
    return false
  }
}
