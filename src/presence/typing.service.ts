import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common'
import type { Person } from '../contract/actor.js'
import { ChatError } from '../contract/errors.js'
import type { Publication } from '../contract/events.js'
import { EventBus } from '../contract/ports.js'
import { Config } from '../infra/config.js'
import { AccessService } from '../rooms/access.service.js'
import { UsersService } from '../users/users.service.js'
import type { TypingDto } from './typing.dto.js'
import { TypingRepository, type Writer } from './typing.repository.js'
import type { Telling } from './typing-pace.js'
import { TypingRound } from './typing-round.js'
import type { Typist } from './typists.js'

/** How long it counts that somebody was a member. A removal that is told of ends it at once. */
const trustMs = 1000

/**
 * Who is typing where, as their own node knows it: told when it begins and when it ends, once a second at most, and kept
 * nowhere.
 */
@Injectable()
export class TypingService implements OnModuleInit, OnModuleDestroy {
  private readonly round = new TypingRound((telling) => this.publish(telling))

  constructor(
    private readonly typing: TypingRepository,
    private readonly access: AccessService,
    private readonly users: UsersService,
    private readonly bus: EventBus,
    private readonly config: Config,
  ) {}

  onModuleInit(): void {
    this.bus.subscribe((publication) => this.hear(publication))
    this.round.start()
  }

  onModuleDestroy(): void {
    this.round.stop()
  }

  /** Told once, however often it is said; said again, it lasts longer. `socketId`: with this socket it ends. */
  async set(actor: Person, socketId: string, { room_id, is_typing }: TypingDto): Promise<object> {
    const { tenantId, userId } = actor
    if (!is_typing) this.round.endOf(tenantId, room_id, userId)
    else await this.go(actor, this.round.prolong(tenantId, room_id, userId, socketId))
    return {}
  }

  /** The socket ended, or listens to the room no longer. */
  leave(socketId: string, roomId?: string): void {
    this.round.leave(socketId, roomId)
  }

  private async go(actor: Person, typist: Typist): Promise<void> {
    const nowMs = performance.now()
    if (nowMs - typist.foundMs < trustMs) return
    const writer = await this.writer(actor, typist)
    // A message, a removal or the end of the socket came meanwhile.
    if (!this.round.has(typist)) return
    typist.foundMs = nowMs
    if (writer.member_count <= this.config.TYPING_ROOM_MAX) this.begin(typist, writer)
  }

  private async writer(actor: Person, typist: Typist): Promise<Writer> {
    try {
      return (
        (await this.typing.writer(actor.tenantId, typist.roomId, actor.userId)) ?? (await this.refuse(actor, typist))
      )
    } catch (error) {
      this.round.end(typist)
      throw error
    }
  }

  /** Why somebody may not write: asking when it matters is cheaper than asking always. */
  private async refuse(actor: Person, { roomId }: Typist): Promise<never> {
    const { room } = await this.access.require(actor, roomId, 'message.send')
    await this.users.requireActive(actor)
    if (room.archived) throw new ChatError('room_archived', 'Nobody sends to an archived room.')
    throw new ChatError('blocked', 'The other user has blocked you.')
  }

  private hear({ audience, event }: Publication): void {
    const { tenantId } = audience
    if (event.type === 'message.created' && !event.again && event.message.sender) {
      this.round.endOf(tenantId, event.message.room_id, event.message.sender.user_id)
    }
    if (event.type === 'member.left') this.round.endOf(tenantId, event.room_id, event.user_id)
    if (event.type === 'room.removed' && 'userId' in audience)
      this.round.endOf(tenantId, event.room_id, audience.userId)
  }

  private begin(typist: Typist, { display_name, called, blocked }: Writer): void {
    const name = called ?? typist.userId
    this.round.begin(typist, { displayName: display_name, name, except: new Set(blocked) })
  }

  private publish({ tenantId, roomId, userId, displayName, name, except, isTyping, again }: Telling): void {
    const event = {
      type: 'typing',
      room_id: roomId,
      user_id: userId,
      display_name: displayName,
      name,
      is_typing: isTyping,
      ...(again && { again }),
    } as const
    this.bus.publish({ tenantId, roomId, except }, event)
  }
}
