import { Injectable } from '@nestjs/common'
import { InjectRepository } from '@nestjs/typeorm'
import { Repository } from 'typeorm'
import { Message } from './message.entity.js'
import { User } from './user.entity.js'

export interface SendMessage {
  room_id: string
  client_message_id: string
  text_message: string
}

@Injectable()
export class MessageService {
  constructor(@InjectRepository(Message) private readonly messages: Repository<Message>) {}

  async create(sender: User, dto: SendMessage) {
    const message = await this.messages.save(
      this.messages.create({
        room: { id: dto.room_id },
        sender: { id: sender.id },
        text: dto.text_message,
        clientMessageId: dto.client_message_id,
      }),
    )
    return {
      message_id: message.id,
      room_id: dto.room_id,
      client_message_id: message.clientMessageId,
      text_message: message.text,
      sender: { user_id: sender.id, display_name: sender.name },
      created_at: message.createdAt,
    }
  }
}
