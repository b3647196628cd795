import { Injectable } from '@nestjs/common'
import type { Actor, Person } from '../contract/actor.js'
import { ChatError } from '../contract/errors.js'
import { readCursor, toPage, type PageDto } from '../contract/page.js'
import { EventBus, type PersonKey } from '../contract/ports.js'
import type { MemberView, Page, RoomRole } from '../contract/views.js'
import { FriendsService } from '../friends/friends.service.js'
import { UsersService } from '../users/users.service.js'
import { AccessService, guestsOnlyRead, notAMember, roomNotFound, standing, type Access } from './access.service.js'
import { MembersRepository } from './members.repository.js'
import type { Admit, NewRole } from './members.sql.js'
import { isRemovable } from './permissions.js'
import type { Room } from './room.entity.js'
import { toMemberView, toRoomView, type AddMembersDto, type MemberRow } from './rooms.dto.js'

const memberNotFound = (): ChatError => new ChatError('member_not_found', 'The room has no such member.')

@Injectable()
export class MembersService {
  constructor(
    private readonly members: MembersRepository,
    private readonly access: AccessService,
    private readonly users: UsersService,
    private readonly friends: FriendsService,
    private readonly bus: EventBus,
  ) {}

  async list(actor: Actor, roomId: string, { limit, cursor }: PageDto): Promise<Page<MemberView>> {
    await this.access.require(actor, roomId, 'room.read')
    const rows = await this.members.list(actor.tenantId, roomId, readCursor(cursor)?.id ?? null, limit + 1)
    const toView = await this.shownTo(actor, rows)
    return toPage(rows, limit, (row) => ({ id: row.user_id, time: null }), toView)
  }

  /** All or none of them. Whoever is a member already gets the role if one is said, and else stays as they are. */
  async add(actor: Actor, roomId: string, { user_ids, room_role }: AddMembersDto): Promise<MemberView[]> {
    const { tenantId } = actor
    await this.requireMayAdd(actor, roomId, user_ids, room_role)
    const { added, roles, room } = await this.members.add(tenantId, roomId, user_ids, this.admits(actor), room_role)
    if (!room) throw roomNotFound()
    const rows = await this.members.find(tenantId, roomId, user_ids)
    for (const row of rows) if (added.includes(row.user_id)) this.tellJoined(row, room)
    this.tellRoles(tenantId, roomId, roles)
    return rows.map(await this.shownTo(actor, rows))
  }

  /** Joins an open room. Who is a member already stays one; of a livestream everybody is, and nothing is written for it. */
  async join(actor: Person, roomId: string): Promise<{ created: boolean; member: MemberView }> {
    const access = await this.access.visible(actor, roomId)
    if (access.room.type === 'livestream') return { created: false, member: await this.inCrowd(actor, access) }
    if (!access.member && (access.removed || access.room.access !== 'open')) throw notAMember(access)
    const joined = access.member
      ? null
      : await this.members.join(actor.tenantId, roomId, actor.userId, this.admits(actor))
    const [row] = await this.members.find(actor.tenantId, roomId, [actor.userId])
    if (!row) throw roomNotFound()
    if (joined) this.tellJoined(row, joined)
    return { created: joined !== null, member: toMemberView(row) }
  }

  private async inCrowd(actor: Person, { room, member }: Access): Promise<MemberView> {
    if (actor.guest) throw guestsOnlyRead()
    const { user_id, display_name, img_url } = await this.users.me(actor)
    const { room_role, last_read_seq } = member!
    return { user_id, display_name, img_url, room_role, joined_at: room.created_at.toISOString(), last_read_seq }
  }

  /** Ends one's own membership; a private room is only hidden until the next message. */
  async leave(actor: Person, roomId: string): Promise<void> {
    const { room } = await this.access.require(actor, roomId, 'room.leave')
    if (room.type !== 'private') return this.end(actor, room, actor.userId, false)
    await this.members.hide(actor.tenantId, roomId, actor.userId)
    this.tellRemoved(room, actor.userId, true)
  }

  /** Removes a member, who cannot come back until somebody adds them again. */
  async remove(actor: Actor, roomId: string, userId: string): Promise<void> {
    const access = await this.access.require(actor, roomId, 'member.remove')
    const [target] = await this.members.find(actor.tenantId, roomId, [userId])
    if (!target) throw memberNotFound()
    if (actor.kind === 'user' && !isRemovable(target.room_role, standing(access))) {
      throw new ChatError('forbidden', 'Only the tenant’s admins and moderators and its backend remove an owner.')
    }
    await this.end(actor, access.room, userId, true)
  }

  /** Ends the membership of who is no more, in every room but those of two people. */
  async endAll({ tenantId, userId }: PersonKey): Promise<void> {
    for (const room of await this.members.groupsOf(tenantId, userId)) {
      await this.end({ kind: 'backend', tenantId }, room, userId, false).catch((error: unknown) => {
        if (!(error instanceof ChatError && error.code === 'member_not_found')) throw error
      })
    }
  }

  private async end({ tenantId }: Actor, room: Room, userId: string, bar: boolean): Promise<void> {
    const roomId = room.chat_room_id
    const [row] = await this.members.find(tenantId, roomId, [userId])
    const heirs = row && (await this.members.drop(tenantId, roomId, userId, bar))
    if (!heirs) throw memberNotFound()
    const { display_name } = row
    this.tellRemoved(room, userId)
    this.bus.publish({ tenantId, roomId }, { type: 'member.left', room_id: roomId, user_id: userId, display_name })
    this.tellRoles(tenantId, roomId, heirs)
  }

  /** Who comes must not be erased, nor have blocked who adds them; and who adds must not be locked, or they themselves. */
  admits(actor: Actor): Admit {
    return async (tx, userIds) => {
      await this.users.holdAll(tx, actor, userIds)
      if (actor.kind === 'user') await this.friends.requireUnblocked(tx, actor, userIds)
    }
  }

  /** Who only makes members something else need not be one. */
  private async requireMayAdd(actor: Actor, roomId: string, userIds: string[], role?: RoomRole): Promise<void> {
    const access = await this.access.visible(actor, roomId)
    const there = await this.members.find(actor.tenantId, roomId, userIds)
    const others = role ? there.filter(({ room_role }) => room_role !== role) : []
    const fresh = userIds.filter((id) => !there.some(({ user_id }) => user_id === id))
    if (others.length) await this.access.require(actor, roomId, 'member.role')
    if (others.some(({ room_role }) => room_role === 'owner')) {
      throw new ChatError('forbidden', 'An owner stays one until the room is handed over.')
    }
    if (others.length && !fresh.length) return
    await this.access.require(actor, roomId, 'member.add')
    if (actor.kind === 'user' && role === 'moderator' && !standing(access).roomRole?.match(/owner|moderator/)) {
      throw new ChatError('forbidden', 'Only owners and moderators add moderators.')
    }
  }

  private async shownTo(actor: Actor, rows: MemberRow[]): Promise<(row: MemberRow) => MemberView> {
    const userIds = rows.map(({ user_id }) => user_id)
    const blockers = actor.kind === 'user' ? await this.friends.blockersOf(actor, userIds) : new Set<string>()
    return (row) => toMemberView(row, blockers.has(row.user_id))
  }

  private tellJoined({ user_id, display_name }: MemberRow, room: Room): void {
    const { tenant_id: tenantId, chat_room_id: roomId } = room
    this.bus.publish({ tenantId, userId: user_id }, { type: 'room.added', room: toRoomView(room) })
    this.bus.publish({ tenantId, roomId }, { type: 'member.joined', room_id: roomId, user_id, display_name })
  }

  /** Their sockets stop hearing the room by this. */
  private tellRemoved({ tenant_id, chat_room_id }: Room, userId: string, hidden = false): void {
    this.bus.publish({ tenantId: tenant_id, userId }, { type: 'room.removed', room_id: chat_room_id, hidden })
  }

  tellRoles(tenantId: string, roomId: string, roles: NewRole[]): void {
    for (const { user_id, room_role } of roles) {
      this.bus.publish({ tenantId, roomId }, { type: 'member.updated', room_id: roomId, user_id, room_role })
    }
  }
}
