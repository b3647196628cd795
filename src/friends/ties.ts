/** What two people are to each other, and what becomes of it: pure. A step answers all that is left between the two. */
import { ChatError } from '../contract/errors.js'

/**
 * A friendship, or the request for one, is one tie of the two, whoever asked; a block is a tie of its own, for each of
 * them, and the only one beside another block.
 */
export interface Tie {
  /** Who asked, or who blocks. */
  user_id: string
  status: 'pending' | 'accepted' | 'blocked'
  created_at: Date
}

/** What `me` makes of the ties that they have to `other`. */
export type Step = (ties: Tie[], me: string, other: string) => Tie[]

const isBlock = ({ status }: Tie): boolean => status === 'blocked'
const isBlockBy = (userId: string) => (tie: Tie) => isBlock(tie) && tie.user_id === userId

const notFound = (detail: string): ChatError => new ChatError('friend_not_found', detail)

/** Asking who has asked is agreeing: two requests that cross are one friendship. */
export const ask: Step = (ties, me, other) => {
  if (ties.some(isBlockBy(me))) throw new ChatError('friend_blocked', 'You have blocked this user: unblock them first.')
  if (ties.some(isBlockBy(other))) throw new ChatError('blocked', 'This user has blocked you.')
  const [tie] = ties
  if (!tie) return [{ user_id: me, status: 'pending', created_at: new Date() }]
  return tie.user_id === other ? accept(ties, me, other) : ties
}

/** What is accepted already stays so. */
export const accept: Step = (ties, _, other) => {
  const tie = ties.find((tie) => tie.status === 'accepted' || (tie.status === 'pending' && tie.user_id === other))
  if (!tie) throw notFound('This user has not asked to be your friend.')
  return tie.status === 'accepted' ? ties : [{ ...tie, status: 'accepted' }]
}

export const refuse: Step = ([tie], _, other) => {
  if (tie?.status === 'pending' && tie.user_id === other) return []
  throw notFound('This user has not asked to be your friend.')
}

/** Ends a friendship, or a request, whoever of the two asked. */
export const remove: Step = (ties) => {
  if (ties.some((tie) => !isBlock(tie))) return []
  throw notFound('This user is not your friend, and none of you has asked.')
}

/** Ends what there was between the two. What the other one blocks stays blocked. */
export const block: Step = (ties, me) => {
  if (ties.some(isBlockBy(me))) return ties
  return [...ties.filter(isBlock), { user_id: me, status: 'blocked', created_at: new Date() }]
}

export const unblock: Step = (ties, me) => ties.filter((tie) => !isBlockBy(me)(tie))

/** What `me` may know of: never that they are blocked. */
export const tieSeenBy = (ties: Tie[], me: string): Tie | null =>
  ties.find((tie) => !isBlock(tie) || tie.user_id === me) ?? null

/** Those of the two who are blocked by the other. */
export const blockedOf = (ties: Tie[], pair: readonly [string, string]): string[] =>
  pair.filter((userId) => ties.some((tie) => isBlock(tie) && tie.user_id !== userId))
