import { Injectable } from '@nestjs/common'
import type { Person, UserKey } from '../contract/actor.js'
import { ChatError } from '../contract/errors.js'
import { readCursor, toPage } from '../contract/page.js'
import { EventBus, type Statements } from '../contract/ports.js'
import type { FriendView, Page } from '../contract/views.js'
import { UsersService, type Holding } from '../users/users.service.js'
import { seenBy, toFriendView, type AskFriendDto, type Face, type ListFriendsDto } from './friends.dto.js'
import { FriendsRepository, type Change } from './friends.repository.js'
import * as steps from './ties.js'

/** The two of a change, the caller first. */
type Faces = readonly [me: Face, other: Face]

/** Says in the transaction that both are there, to its end; or throws. */
type Hold = (tx: Statements) => Promise<void>

const whoeverTheyAre: Hold = async () => undefined

@Injectable()
export class FriendsService {
  constructor(
    private readonly friends: FriendsRepository,
    private readonly users: UsersService,
    private readonly bus: EventBus,
  ) {}

  async list({ tenantId, userId }: Person, { limit, cursor, status }: ListFriendsDto): Promise<Page<FriendView>> {
    const rows = await this.friends.list(tenantId, userId, status, readCursor(cursor)?.id ?? null, limit + 1)
    return toPage(rows, limit, (row) => ({ id: row.user_id, time: null }), toFriendView)
  }

  /** Asks for a friendship, or agrees to it if the other one has asked. Asking again changes nothing. */
  async ask(actor: Person, { friend_id }: AskFriendDto): Promise<{ created: boolean; friend: FriendView }> {
    const faces = await this.faces(actor, friend_id, 'friend_id')
    const { before, after } = await this.change(actor, faces, steps.ask, this.holding(actor, faces, { active: true }))
    return { created: !before.length, friend: seenBy(actor.userId, faces[1], after) }
  }

  accept(actor: Person, userId: string): Promise<FriendView> {
    return this.take(actor, userId, steps.accept)
  }

  refuse(actor: Person, userId: string): Promise<FriendView> {
    return this.take(actor, userId, steps.refuse)
  }

  /**
   * Ends a friendship and requests. Nothing that the other one writes to their private room is stored after this, and by no
   * invitation of theirs the blocker becomes a member: it waits for those who hold the blocker for that.
   */
  block(actor: Person, userId: string): Promise<FriendView> {
    return this.take(actor, userId, steps.block, { lock: 'NO KEY UPDATE' })
  }

  unblock(actor: Person, userId: string): Promise<FriendView> {
    return this.take(actor, userId, steps.unblock)
  }

  async remove(actor: Person, userId: string): Promise<void> {
    await this.take(actor, userId, steps.remove)
  }

  /** Those of the others who have blocked this person. */
  async blockersOf({ tenantId, userId }: UserKey, others: string[]): Promise<ReadonlySet<string>> {
    return new Set(others.length ? await this.friends.blockers(tenantId, userId, others) : [])
  }

  /** Throws `blocked` if one of the others has blocked the actor. Stays so if they are held in the transaction. */
  async requireUnblocked(tx: Statements, { tenantId, userId }: UserKey, others: string[]): Promise<void> {
    const [blocker] = await this.friends.blockers(tenantId, userId, others, tx)
    if (blocker) throw new ChatError('blocked', `The user ${blocker} has blocked you.`)
  }

  /** Those of the two whom the other one blocks. The two must be locked in the transaction. */
  blockedOf(tx: Statements, tenantId: string, pair: readonly [string, string]): Promise<string[]> {
    return this.friends.blocked(tx, tenantId, pair)
  }

  /** Nothing is left between the two, whoever of them had made it. */
  async forget(person: UserKey, other: string): Promise<void> {
    const faces = await this.faces(person, other, 'user_id')
    await this.change(person, faces, () => [], whoeverTheyAre)
  }

  private async take(actor: Person, userId: string, step: steps.Step, how?: Holding): Promise<FriendView> {
    const faces = await this.faces(actor, userId, 'user_id')
    const { after } = await this.change(actor, faces, step, this.holding(actor, faces, how))
    return seenBy(actor.userId, faces[1], after)
  }

  /** Of who is erased nothing is stored, and nothing that was begun before one was locked. */
  private holding(actor: Person, faces: Faces, how?: Holding): Hold {
    const pair = faces.map(({ user_id }) => user_id)
    return (tx) => this.users.holdAll(tx, actor, pair, how)
  }

  private async change({ tenantId, userId }: UserKey, faces: Faces, step: steps.Step, hold: Hold): Promise<Change> {
    const other = faces[1].user_id
    const change = await this.friends.change(tenantId, [userId, other], (ties) => step(ties, userId, other), hold)
    this.tell(tenantId, faces, change)
    return change
  }

  /** Each of the two what changed in their own eyes: whoever is blocked hears no more than that nothing is left. */
  private tell(tenantId: string, [a, b]: Faces, { before, after }: Change): void {
    for (const [me, other] of [
      [a, b],
      [b, a],
    ] as const) {
      if (steps.tieSeenBy(before, me.user_id) === steps.tieSeenBy(after, me.user_id)) continue
      const friend = seenBy(me.user_id, other, after)
      this.bus.publish({ tenantId, userId: me.user_id }, { type: 'friendship', ...friend })
    }
  }

  private async faces({ tenantId, userId }: UserKey, other: string, field: string) {
    if (other === userId) {
      const message = 'must be somebody else'
      throw new ChatError('validation_failed', `${field} ${message}`, { errors: [{ field, message }] })
    }
    const found = new Map((await this.friends.faces(tenantId, [userId, other])).map((face) => [face.user_id, face]))
    const faces = [found.get(userId), found.get(other)] as const
    if (!faces[0] || !faces[1]) throw new ChatError('user_not_found', 'There is no user with this id.')
    return [faces[0], faces[1]] as const
  }
}
