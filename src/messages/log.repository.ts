import { Injectable } from '@nestjs/common'
import { MessageLog } from '../contract/ports.js'
import type { MessageView } from '../contract/views.js'
import { toMessageView } from './messages.dto.js'
import { MessagesRepository } from './messages.repository.js'

const atOnce = 200

/** The log as the hub reads it, in pieces. */
@Injectable()
export class LogRepository extends MessageLog {
  constructor(private readonly messages: MessagesRepository) {
    super()
  }

  async after(tenantId: string, roomId: string, seq: number): Promise<MessageView[]> {
    return (await this.messages.after(tenantId, roomId, seq, atOnce)).map(toMessageView)
  }
}
