/** Everything that a client may ask over a socket, one line each. This file alone names feature services. */
import { Injectable } from '@nestjs/common'
import { readInput, type Input } from '../contract/input.js'
import { MessagesService } from '../messages/messages.service.js'
import type { Connection } from './connection.js'
import { JoinRoomDto, LeaveRoomDto, SendToRoomDto } from './commands.dto.js'
import { JoiningService } from './joining.service.js'

@Injectable()
export class Core {
  constructor(
    readonly joining: JoiningService,
    readonly messages: MessagesService,
  ) {}
}

type Run<I> = (core: Core, connection: Connection, input: I) => Promise<object>

export interface Command {
  input: Input<object>
  /** Reads the payload and does it; what it answers goes into the acknowledgement. */
  run(core: Core, connection: Connection, payload: unknown): Promise<object>
}

const command = <I extends object>(input: Input<I>, run: Run<I>): Command => ({
  input,
  run: (core, connection, payload) => run(core, connection, readInput(input, payload)),
})

export const commands: ReadonlyMap<string, Command> = new Map([
  ['room.join', command(JoinRoomDto, (core, connection, input) => core.joining.join(connection, input))],
  ['room.leave', command(LeaveRoomDto, (core, connection, input) => core.joining.leave(connection, input))],
  [
    'message.send',
    command(SendToRoomDto, ({ messages }, { session }, { room_id, ...input }) =>
      messages.send(session.actor, room_id, input),
    ),
  ],
])
