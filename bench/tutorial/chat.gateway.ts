import { JwtService } from '@nestjs/jwt'
import {
  ConnectedSocket,
  MessageBody,
  OnGatewayConnection,
  SubscribeMessage,
  WebSocketGateway,
  WebSocketServer,
} from '@nestjs/websockets'
import { Server, Socket } from 'socket.io'
import { MessageService, type SendMessage } from './message.service.js'

@WebSocketGateway()
export class ChatGateway implements OnGatewayConnection {
  @WebSocketServer()
  server: Server

  constructor(
    private readonly jwt: JwtService,
    private readonly messages: MessageService,
  ) {}

  handleConnection(client: Socket) {
    try {
      const { sub, name } = this.jwt.verify(client.handshake.auth.token)
      client.data.user = { id: sub, name }
    } catch {
      client.disconnect()
    }
  }

  @SubscribeMessage('join_room')
  async join(@ConnectedSocket() client: Socket, @MessageBody() { room_id }: { room_id: string }) {
    await client.join(room_id)
    return { ok: true }
  }

  @SubscribeMessage('send_message')
  async send(@ConnectedSocket() client: Socket, @MessageBody() dto: SendMessage) {
    const message = await this.messages.create(client.data.user, dto)
    this.server.to(dto.room_id).emit('new_message', message)
    return { ok: true, message }
  }
}
