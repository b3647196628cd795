import { Injectable } from '@nestjs/common'
import { roles, userIdOf, type Actor } from '../contract/actor.js'
import { ChatError } from '../contract/errors.js'
import { roleWith } from '../users/given-role.js'
import { MembersRepository, type Access } from './members.repository.js'
import { allowedActions, isBarred, isPossible, possibleActions, type Action, type Standing } from './permissions.js'

export type { Access }

export const roomNotFound = (): ChatError => new ChatError('room_not_found', 'There is no room with this id.')

export const standing = ({ room, member, roleId, roleSetAt, given }: Access): Standing => ({
  type: room.type,
  roomRole: member?.room_role ?? null,
  tenantRole: roleId ? roleWith(roles[roleId - 1]!, given, roleSetAt) : 'user',
  blocked: member?.blocked ?? false,
})

const isGuest = (actor: Actor): boolean => actor.kind === 'user' && actor.guest === true

/** What the caller may do: the backend, all that the room's type allows, and a guest nothing but read. */
export function capabilities(actor: Actor, access: Access): Action[] {
  if (actor.kind === 'backend') return possibleActions(access.room.type)
  return isGuest(actor) ? ['room.read'] : allowedActions(standing(access))
}

/** The way to a room: whoever loads one here may do with it what was asked. */
@Injectable()
export class AccessService {
  constructor(private readonly members: MembersRepository) {}

  /** Throws `room_not_found`, `removed`, `not_a_member`, `blocked`, `forbidden` or `guests_only_read`. */
  async require(actor: Actor, roomId: string, action: Action): Promise<Access> {
    const access = await this.visible(actor, roomId)
    if (isGuest(actor) && action !== 'room.read') throw guestsOnlyRead()
    if (!isPossible(action, access.room.type)) throw notHere(access)
    if (this.allows(actor, access, action)) return access
    if (isBarred(action, standing(access)))
      throw new ChatError('blocked', 'The other one of this room has blocked you.')
    if (access.member) throw new ChatError('forbidden', 'Your role in this room does not allow it.')
    throw notAMember(access)
  }

  allows(actor: Actor, access: Access, action: Action): boolean {
    return capabilities(actor, access).includes(action)
  }

  /** The room if the actor may know that it is there: an open room, or one that they are in. */
  async visible(actor: Actor, roomId: string): Promise<Access> {
    const access = await this.find(actor, roomId)
    const hidden = actor.kind === 'user' && !access.member && access.room.access === 'invite'
    if (hidden) throw roomNotFound()
    return access
  }

  /** How the actor stands to a room that they were let into before, whatever they have made of it since. */
  async find(actor: Actor, roomId: string): Promise<Access> {
    const access = await this.members.access(actor.tenantId, roomId, userIdOf(actor))
    if (!access || (isGuest(actor) && access.room.type !== 'livestream')) throw roomNotFound()
    return actor.kind === 'user' ? { ...access, given: actor.given } : access
  }
}

export const guestsOnlyRead = (): ChatError =>
  new ChatError('guests_only_read', 'A guest only watches: log in to take part.')

export const notAMember = ({ removed }: Access): ChatError =>
  removed
    ? new ChatError('removed', 'You were removed from this room; somebody must add you again.')
    : new ChatError('not_a_member', 'You are not a member of this room; join it first.')

const notHere = ({ room }: Access): ChatError =>
  new ChatError('forbidden', `This cannot be done in a ${room.type} room.`)
