/** Who may do what in a room: one table, pure. */
import type { Role } from '../contract/actor.js'
import type { RoomRole, RoomType } from '../contract/views.js'

interface Rule {
  /** Members with these roles in the room may. */
  room: readonly RoomRole[]
  /** Both people of a private room may, whatever their roles. */
  bothOfPrivate?: boolean
  /** Whoever has one of these roles in the tenant may, in every room that they may see. */
  tenant?: readonly Role[]
  /** Members with one of these roles in the tenant may: what only members see. */
  tenantIn?: readonly Role[]
  /** Not in rooms of these types, whoever asks. */
  not?: readonly RoomType[]
  /** Not to whom the other one of a private room blocks: it would reach them. */
  unblocked?: true
}

const all = ['owner', 'moderator', 'member'] as const

const rules = {
  'room.read': { room: all },
  'room.leave': { room: all, not: ['livestream'] },
  'room.mark_read': { room: all, not: ['livestream'] },
  'room.update': { room: ['owner', 'moderator'], tenant: ['admin'] },
  'room.hand_over': { room: ['owner'], tenant: ['admin'], not: ['private', 'livestream'] },
  'room.delete': { room: ['owner'], tenant: ['admin'], not: ['private'] },
  'member.add': { room: all, not: ['private', 'livestream'] },
  'member.remove': {
    room: ['owner', 'moderator'],
    tenant: ['admin', 'moderator'],
    not: ['private', 'livestream'],
  },
  'member.role': { room: ['owner'], tenant: ['admin'], not: ['private', 'livestream'] },
  'message.send': { room: all, unblocked: true },
  // One's own: nobody changes what others said.
  'message.edit': { room: all, unblocked: true },
  'message.delete': { room: all },
  'message.react': { room: all, unblocked: true },
  'message.pin': {
    room: ['owner', 'moderator'],
    bothOfPrivate: true,
    tenantIn: ['admin', 'moderator'],
    unblocked: true,
  },
  // What a message said before its edits.
  'message.history': { room: ['owner', 'moderator'], tenantIn: ['admin', 'moderator'] },
  'message.delete_any': { room: ['owner', 'moderator'], tenant: ['admin', 'moderator'] },
  'livestream.close': { room: ['owner'], tenant: ['admin', 'moderator'], not: ['group', 'private'] },
  // What two browsers tell each other before they can talk.
  'call.signal': { room: all, unblocked: true, not: ['group', 'livestream'] },
} satisfies Record<string, Rule>

export type Action = keyof typeof rules

export interface Standing {
  type: RoomType
  /** null: not a member. */
  roomRole: RoomRole | null
  tenantRole: Role
  /** By the other one of a private room. */
  blocked?: boolean
}

const table: ReadonlyMap<string, Rule> = new Map(Object.entries(rules))

export const actions = [...table.keys()] as Action[]

/** May it be done at all in a room of this type? */
export const isPossible = (action: Action, type: RoomType): boolean => !table.get(action)!.not?.includes(type)

/** Is it a block that keeps them from it? */
export const isBarred = (action: Action, { blocked = false }: Standing): boolean =>
  blocked && (table.get(action)!.unblocked ?? false)

export function isAllowed(action: Action, standing: Standing): boolean {
  const { type, roomRole, tenantRole } = standing
  const rule = table.get(action)!
  if (!isPossible(action, type) || isBarred(action, standing)) return false
  if (rule.tenant?.includes(tenantRole)) return true
  if (roomRole === null) return false
  if (rule.bothOfPrivate && type === 'private') return true
  return rule.room.includes(roomRole) || (rule.tenantIn?.includes(tenantRole) ?? false)
}

/** All that the backend may do in a room of this type. */
export const possibleActions = (type: RoomType): Action[] => actions.filter((action) => isPossible(action, type))

/** What a client may offer its user: `can` in the room's view. */
export const allowedActions = (standing: Standing): Action[] => actions.filter((action) => isAllowed(action, standing))

/** May a member of this role be removed by who may remove members? Owners only by the tenant's admins and moderators. */
export const isRemovable = (target: RoomRole, by: Standing): boolean => target !== 'owner' || by.tenantRole !== 'user'

/** Whom a room's slow mode holds up: those who keep no order there. */
export const isSlowed = ({ roomRole, tenantRole }: Standing): boolean => roomRole === 'member' && tenantRole === 'user'
