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
import { TypingPace, type Telling } from './typing-pace.js'
import { keyIn, Typists, type Typist } from './typists.js'

const lookMs = 250
/** How long it counts that somebody was a member. A removal that is told of ends it at once. */
const trustMs = 1000

/**
 * Who is typing where, as their own node knows it: told when it begins and when it ends, once a second at most, and kept
 * nowhere.
 */
@Injectable()
export class TypingService implements OnModuleInit, OnModuleDestroy {
  private readonly typists = new Typists()
  private readonly pace = new TypingPace()
  private timer: NodeJS.Timeout

  constructor(
    private readonly typing: TypingRepository,
    private readonly access: AccessService,
    private readonly users: UsersService,
    private readonly bus: EventBus,
    private readonly config: Config,
  ) {}

  onModuleInit(): void {
    this.bus.subscribe((publication) => this.hear(publication))
    this.timer = setInterval(() => this.look(performance.now()), lookMs).unref()
  }

  onModuleDestroy(): void {
    clearInterval(this.timer)
  }

  /** Told once, however often it is said; said again, it lasts longer. `socketId`: with this socket it ends. */
  async set(actor: Person, socketId: string, { room_id, is_typing }: TypingDto): Promise<object> {
    const { tenantId, userId } = actor
    if (!is_typing) this.endOf(tenantId, room_id, userId)
    else await this.go(actor, this.typists.prolong(tenantId, room_id, userId, socketId))
    return {}
  }

  /** The socket ended, or listens to the room no longer. */
  leave(socketId: string, roomId?: string): void {
    for (const typist of this.typists.ofSocket(socketId)) {
      if (roomId === undefined || typist.roomId === roomId) this.end(typist)
    }
  }

  private look(nowMs: number): void {
    for (const typist of this.typists.overdue(nowMs)) this.end(typist)
    for (const telling of this.pace.due(nowMs)) this.publish(telling)
  }

  private async go(actor: Person, typist: Typist): Promise<void> {
    const nowMs = performance.now()
    if (nowMs - typist.foundMs < trustMs) return
    const writer = await this.writer(actor, typist)
    // A message, a removal or the end of the socket came meanwhile.
    if (!this.typists.has(typist)) return
    typist.foundMs = nowMs
    if (!typist.told && writer.member_count <= this.config.TYPING_ROOM_MAX) this.begin(typist, writer)
  }

  private async writer(actor: Person, typist: Typist): Promise<Writer> {
    try {
      return (
        (await this.typing.writer(actor.tenantId, typist.roomId, actor.userId)) ?? (await this.refuse(actor, typist))
      )
    } catch (error) {
      this.end(typist)
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
      this.endOf(tenantId, event.message.room_id, event.message.sender.user_id)
    }
    if (event.type === 'member.left') this.endOf(tenantId, event.room_id, event.user_id)
    if (event.type === 'room.removed' && 'userId' in audience) this.endOf(tenantId, event.room_id, audience.userId)
  }

  private begin(typist: Typist, { display_name, called, blocked }: Writer): void {
    typist.told = { displayName: display_name, name: called ?? typist.userId, except: new Set(blocked) }
    this.tell(typist, true)
  }

  private endOf(tenantId: string, roomId: string, userId: string): void {
    const typist = this.typists.get(keyIn(tenantId, roomId, userId))
    if (typist) this.end(typist)
  }

  private end(typist: Typist): void {
    if (this.typists.delete(typist)) this.tell(typist, false)
  }

  private tell({ tenantId, roomId, userId, told }: Typist, isTyping: boolean): void {
    if (!told) return
    const telling = this.pace.take({ tenantId, roomId, userId, ...told, isTyping }, performance.now())
    if (telling) this.publish(telling)
  }

  private publish({ tenantId, roomId, userId, displayName, name, except, isTyping }: Telling): void {
    const event = {
      type: 'typing',
      room_id: roomId,
      user_id: userId,
      display_name: displayName,
      name,
      is_typing: isTyping,
    } as const
    this.bus.publish({ tenantId, roomId, except }, event)
  }
}
