import { Injectable } from '@nestjs/common'
import { v7 as uuid } from 'uuid'
import { userIdOf, type Actor, type Person } from '../contract/actor.js'
import { ChatError } from '../contract/errors.js'
import { readTimedCursor, toPage } from '../contract/page.js'
import { EventBus, RoomDigests, type Statements } from '../contract/ports.js'
import type { MyRoomView, Page, RoomView } from '../contract/views.js'
import { FriendsService } from '../friends/friends.service.js'
import { roleId } from '../users/users.dto.js'
import { UsersService } from '../users/users.service.js'
import { AccessService, capabilities, roomNotFound } from './access.service.js'
import { MembersService } from './members.service.js'
import type { Access } from './members.repository.js'
import { toRoomView, type CreateRoomDto, type ListRoomsDto, type UpdateRoomDto } from './rooms.dto.js'
import { RoomsRepository, type MyRoomRow } from './rooms.repository.js'
import type { Room } from './room.entity.js'

const invalid = (field: string, message: string): ChatError =>
  new ChatError('validation_failed', `${field} ${message}`, { errors: [{ field, message }] })

@Injectable()
export class RoomsService {
  constructor(
    private readonly rooms: RoomsRepository,
    private readonly access: AccessService,
    private readonly members: MembersService,
    private readonly users: UsersService,
    private readonly friends: FriendsService,
    private readonly digests: RoomDigests,
    private readonly bus: EventBus,
  ) {}

  /** Makes a room; for two people who have a private one already, answers that one. */
  async create(actor: Actor, input: CreateRoomDto): Promise<{ created: boolean; room: MyRoomView }> {
    const ownerId = readOwner(actor, input)
    const memberIds = (input.member_ids ?? []).filter((id) => id !== ownerId)
    await this.users.requireAll(actor, ownerId ? [ownerId, ...memberIds] : memberIds)
    if (input.type === 'private') return this.createPrivate(actor, input, ownerId, memberIds)
    const row = await this.rooms.insert(newRoom(actor, input, ownerId), ownerId, memberIds, this.members.admits(actor))
    this.tellAdded(row, ownerId ? [ownerId, ...memberIds] : memberIds)
    return { created: true, room: await this.get(actor, row.chat_room_id) }
  }

  async list(actor: Actor, { limit, cursor, q }: ListRoomsDto): Promise<Page<MyRoomView>> {
    const reader = userIdOf(actor)
    const rows = await this.rooms.list(actor.tenantId, reader, readTimedCursor(cursor), limit + 1, q)
    const digests = await this.digests.read(
      actor.tenantId,
      rows.slice(0, limit).map((row) => row.chat_room_id),
      reader,
    )
    const view = (row: MyRoomRow): MyRoomView => ({
      ...toRoomView(row),
      ...digests.get(row.chat_room_id)!,
      can: capabilities(actor, listed(actor, row)),
    })
    return toPage(rows, limit, (row) => ({ id: row.chat_room_id, time: row.activity.toISOString() }), view)
  }

  /** The ids of all rooms that the person is a member of. */
  idsOf({ tenantId, userId }: Person): Promise<string[]> {
    return this.rooms.idsOf(tenantId, userId)
  }

  /** All rooms that the person is a member of, by id, with the newest `seq` of each. */
  lastSeqsOf({ tenantId, userId }: Person): Promise<Map<string, number>> {
    return this.rooms.lastSeqsOf(tenantId, userId)
  }

  async get(actor: Actor, roomId: string): Promise<MyRoomView> {
    const access = await this.access.require(actor, roomId, 'room.read')
    return this.mine(actor, access)
  }

  async update(actor: Actor, roomId: string, input: UpdateRoomDto): Promise<MyRoomView> {
    const { owner_id, ...change } = input
    const { room } = await this.access.require(actor, roomId, 'room.update')
    if (owner_id) await this.access.require(actor, roomId, 'room.hand_over')
    requireFitting(room, change)
    const changed = await this.rooms.update(actor.tenantId, roomId, change, owner_id)
    if (changed === null) throw roomNotFound()
    if (!changed) throw invalid('owner_id', 'must be a member of the room')
    this.bus.publish({ tenantId: actor.tenantId, roomId }, { type: 'room.updated', room: toRoomView(changed.room) })
    this.members.tellRoles(actor.tenantId, roomId, changed.roles)
    return this.mine(actor, await this.access.find(actor, roomId))
  }

  /** Takes the room away with all that was said in it. */
  async delete(actor: Actor, roomId: string): Promise<void> {
    await this.access.require(actor, roomId, 'room.delete')
    await this.rooms.delete(actor.tenantId, roomId)
    this.bus.publish({ tenantId: actor.tenantId, roomId }, { type: 'room.deleted', room_id: roomId })
  }

  /** Enters the room, as a new member if it is open, and answers it as it then is. */
  async enter(actor: Actor, roomId: string): Promise<MyRoomView> {
    const access = await this.access.visible(actor, roomId)
    if (actor.kind === 'user' && !access.member) await this.members.join(actor, roomId)
    return this.get(actor, roomId)
  }

  private async createPrivate(actor: Actor, input: CreateRoomDto, ownerId: string | null, memberIds: string[]) {
    if (!ownerId) throw invalid('created_by', 'must say whose private room it is')
    if (memberIds.length !== 1) throw invalid('member_ids', 'must name exactly one other user for a private room')
    const pair = [ownerId, memberIds[0]!] as const
    const fresh = { ...newRoom(actor, input, ownerId), access: 'invite' as const }
    const blockedOf = async (tx: Statements): Promise<string[]> => {
      const blocked = await this.friends.blockedOf(tx, actor.tenantId, pair)
      if (actor.kind !== 'user' || !blocked.includes(actor.userId)) return blocked
      throw new ChatError('blocked', 'This user has blocked you.')
    }
    const admit = this.members.admits(actor)
    const { room: row, made } = await this.rooms.findOrInsertPrivate(fresh, pair, blockedOf, admit)
    const isShownAgain = !made && (await this.rooms.unhide(actor.tenantId, row.chat_room_id, ownerId))
    if (made || isShownAgain) this.tellAdded(row, made ? pair : [ownerId])
    return { created: made, room: await this.get(actor, row.chat_room_id) }
  }

  /** An admin may change a room whose messages they may not read. */
  private async mine(actor: Actor, access: Access): Promise<MyRoomView> {
    const { tenant_id, chat_room_id } = access.room
    const can = capabilities(actor, access)
    const digests = await this.digests.read(tenant_id, [chat_room_id], userIdOf(actor))
    const digest = can.includes('room.read') ? digests.get(chat_room_id)! : { last_message: null, unread: 0 }
    return { ...toRoomView(access.room), ...digest, can }
  }

  private tellAdded(row: Room, userIds: readonly string[]): void {
    const room: RoomView = toRoomView(row)
    for (const userId of userIds) this.bus.publish({ tenantId: row.tenant_id, userId }, { type: 'room.added', room })
  }
}

/** What a room of its type can be. */
function requireFitting({ type }: Room, { access, archived, slow_mode_s }: UpdateRoomDto): void {
  if (access && type !== 'group') throw invalid('access', `of a ${type} room cannot be changed`)
  if (archived !== undefined && type === 'livestream') {
    throw invalid('archived', 'of a livestream is what its thread is: close that, or open it again')
  }
  if (slow_mode_s && type === 'private') throw invalid('slow_mode_s', 'of a private room is always 0')
}

function readOwner(actor: Actor, { created_by }: CreateRoomDto): string | null {
  if (actor.kind === 'backend') return created_by ?? null
  if (created_by && created_by !== actor.userId) {
    throw new ChatError('forbidden', 'A user makes rooms only in their own name.')
  }
  return actor.userId
}

const newRoom = (actor: Actor, input: CreateRoomDto, ownerId: string | null) => ({
  tenant_id: actor.tenantId,
  chat_room_id: uuid(),
  type: input.type ?? ('group' as const),
  access: input.access ?? ('open' as const),
  name: input.name ?? null,
  img_url: input.img_url ?? null,
  created_by: ownerId,
  ...(input.metadata !== undefined && { metadata: input.metadata }),
})

/** A row of the list as `capabilities` wants it: whoever is listed there is a member. */
const listed = (actor: Actor, row: MyRoomRow): Access => ({
  room: row,
  member: row.room_role && { room_role: row.room_role, last_read_seq: 0, blocked: row.blocked },
  removed: false,
  roleId: actor.kind === 'user' ? roleId(actor.role) : null,
  roleSetAt: null,
})
