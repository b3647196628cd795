/** Everything that a client may ask over a socket, one line each. This file alone names feature services. */
import { Injectable } from '@nestjs/common'
import { AllowanceService } from '../auth/allowance.service.js'
import { readInput, type Input } from '../contract/input.js'
import { StreamDto } from '../livestreams/livestreams.dto.js'
import { ChangesService } from '../messages/changes.service.js'
import { MessagesService } from '../messages/messages.service.js'
import { ReadsService } from '../messages/reads.service.js'
import { CallsService } from '../rooms/calls.service.js'
import { CallSignalDto } from '../rooms/calls.dto.js'
import { TypingDto } from '../presence/typing.dto.js'
import { TypingService } from '../presence/typing.service.js'
import { ReactionsService } from '../messages/reactions.service.js'
import type { Connection } from './connection.js'
import {
  EditInRoomDto,
  EnterRoomDto,
  EphemeralDto,
  JoinRoomDto,
  LeaveRoomDto,
  NothingDto,
  MarkReadInRoomDto,
  MessageIdDto,
  ReactionDto,
  RefreshTokenDto,
  SendToEphemeralDto,
  SendToRoomDto,
  SendToStreamDto,
  SyncRoomsDto,
  TypeInEphemeralDto,
} from './commands.dto.js'
import { EnteringService } from './entering.service.js'
import { EphemeralService } from './ephemeral.service.js'
import { JoiningService } from './joining.service.js'
import { StreamsService } from './streams.service.js'
import { SessionsService } from './sessions.service.js'

@Injectable()
export class Core {
  constructor(
    readonly joining: JoiningService,
    readonly messages: MessagesService,
    readonly changes: ChangesService,
    readonly reads: ReadsService,
    readonly typing: TypingService,
    readonly reactions: ReactionsService,
    readonly sessions: SessionsService,
    readonly streams: StreamsService,
    readonly allowances: AllowanceService,
    readonly calls: CallsService,
    readonly entering: EnteringService,
    readonly ephemeral: EphemeralService,
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

/** One that joins rooms, which are counted beside the event. `roomsIn` says how many it names. */
const joining = <I extends object>(input: Input<I>, roomsIn: (input: I) => number, run: Run<I>): Command =>
  command(input, async (core, connection, read) => {
    await core.allowances.require(connection.session, 'join', { count: roomsIn(read) })
    return run(core, connection, read)
  })

/** One that sends a message, which is counted beside the event. */
const sending = <I extends object>(input: Input<I>, run: Run<I>): Command =>
  command(input, async (core, connection, read) => {
    await core.allowances.require(connection.session, 'message')
    return run(core, connection, read)
  })

const one = (): number => 1

export const commands: ReadonlyMap<string, Command> = new Map([
  ['room.join', joining(JoinRoomDto, one, (core, connection, input) => core.joining.join(connection, input))],
  [
    'room.sync',
    joining(
      SyncRoomsDto,
      ({ rooms }) => rooms.length,
      (core, connection, input) => core.joining.sync(connection, input),
    ),
  ],
  [
    'room.leave',
    command(LeaveRoomDto, ({ joining, typing }, connection, input) => {
      typing.leave(connection.id, input.room_id)
      return joining.leave(connection, input)
    }),
  ],
  ['room.enter', joining(EnterRoomDto, one, (core, connection, input) => core.entering.enter(connection, input))],
  ['room.say', sending(SendToRoomDto, ({ entering }, connection, input) => entering.say(connection, input))],
  [
    'room.exit',
    command(LeaveRoomDto, async ({ entering, typing }, connection, input) => {
      typing.leave(connection.id, input.room_id)
      return entering.exit(connection, input)
    }),
  ],
  [
    'ephemeral.enter',
    joining(EphemeralDto, one, async (core, connection, input) => core.ephemeral.enter(connection, input)),
  ],
  ['ephemeral.exit', command(EphemeralDto, async (core, connection, input) => core.ephemeral.exit(connection, input))],
  [
    'ephemeral.send',
    sending(SendToEphemeralDto, async (core, connection, input) => core.ephemeral.send(connection, input)),
  ],
  [
    'ephemeral.type',
    command(TypeInEphemeralDto, async (core, connection, input) => core.ephemeral.type(connection, input)),
  ],
  ['call.signal', command(CallSignalDto, ({ calls }, { session }, input) => calls.signal(session.actor, input))],
  [
    'message.send',
    sending(SendToRoomDto, ({ messages }, { session }, input) => messages.send(session.actor, input.room_id, input)),
  ],
  [
    'message.edit',
    command(EditInRoomDto, async ({ changes }, { session }, input) => ({
      message: await changes.edit(session.actor, input.room_id, input.message_id, input),
    })),
  ],
  [
    'message.delete',
    command(MessageIdDto, async ({ changes }, { session }, { room_id, message_id }) => ({
      message: await changes.delete(session.actor, room_id, message_id),
    })),
  ],
  [
    'room.mark_read',
    command(MarkReadInRoomDto, ({ reads }, { session }, { room_id, seq }) => reads.mark(session.actor, room_id, seq)),
  ],
  ['typing', command(TypingDto, ({ typing }, { id, session }, input) => typing.set(session.actor, id, input))],
  [
    'message.pin',
    command(MessageIdDto, async ({ changes }, { session }, { room_id, message_id }) => ({
      message: await changes.pin(session.actor, room_id, message_id, true),
    })),
  ],
  [
    'message.unpin',
    command(MessageIdDto, async ({ changes }, { session }, { room_id, message_id }) => ({
      message: await changes.pin(session.actor, room_id, message_id, false),
    })),
  ],
  [
    'reaction.add',
    command(ReactionDto, async ({ reactions }, { session }, { room_id, message_id, emoji }) => ({
      message: await reactions.add(session.actor, room_id, message_id, emoji),
    })),
  ],
  [
    'reaction.remove',
    command(ReactionDto, async ({ reactions }, { session }, { room_id, message_id, emoji }) => ({
      message: await reactions.remove(session.actor, room_id, message_id, emoji),
    })),
  ],
  ['notifications.join', command(NothingDto, ({ streams }, connection) => streams.joinNotifications(connection))],
  ['stream.join', joining(StreamDto, one, ({ streams }, connection, input) => streams.join(connection, input))],
  ['stream.leave', command(StreamDto, ({ streams }, connection, input) => streams.leave(connection, input))],
  ['stream.send', sending(SendToStreamDto, ({ streams }, connection, input) => streams.send(connection, input))],
  ['token.refresh', command(RefreshTokenDto, (core, connection, input) => core.sessions.refresh(connection, input))],
])
