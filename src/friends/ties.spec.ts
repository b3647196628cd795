/** Every state that two people can be in, by every step: a table that is read like the rules. */
import { ChatError } from '../contract/errors.js'
import * as steps from './ties.js'
import type { Step, Tie } from './ties.js'

const [me, other] = ['me', 'other']
const tie = (user_id: string, status: Tie['status']): Tie => ({ user_id, status, created_at: new Date(0) })

const states: Record<string, Tie[]> = {
  nothing: [],
  'I asked': [tie(me, 'pending')],
  'they asked': [tie(other, 'pending')],
  'friends by my request': [tie(me, 'accepted')],
  'friends by theirs': [tie(other, 'accepted')],
  'I block': [tie(me, 'blocked')],
  'they block': [tie(other, 'blocked')],
  'both block': [tie(other, 'blocked'), tie(me, 'blocked')],
}

/** What is left, or the failure. */
const table: Record<string, Record<string, string>> = {
  nothing: { ask: 'I asked', accept: 'friend_not_found', refuse: 'friend_not_found', remove: 'friend_not_found' },
  'I asked': { ask: 'I asked', accept: 'friend_not_found', refuse: 'friend_not_found', remove: 'nothing' },
  'they asked': { ask: 'friends by theirs', accept: 'friends by theirs', refuse: 'nothing', remove: 'nothing' },
  'friends by my request': {
    ask: 'friends by my request',
    accept: 'friends by my request',
    refuse: 'friend_not_found',
    remove: 'nothing',
  },
  'friends by theirs': {
    ask: 'friends by theirs',
    accept: 'friends by theirs',
    refuse: 'friend_not_found',
    remove: 'nothing',
  },
  'I block': {
    ask: 'friend_blocked',
    accept: 'friend_not_found',
    refuse: 'friend_not_found',
    remove: 'friend_not_found',
  },
  'they block': { ask: 'blocked', accept: 'friend_not_found', refuse: 'friend_not_found', remove: 'friend_not_found' },
  'both block': {
    ask: 'friend_blocked',
    accept: 'friend_not_found',
    refuse: 'friend_not_found',
    remove: 'friend_not_found',
  },
}
for (const [state, row] of Object.entries(table)) {
  const theyBlock = ['they block', 'both block'].includes(state)
  const iBlock = ['I block', 'both block'].includes(state)
  Object.assign(row, {
    block: theyBlock ? 'both block' : 'I block',
    unblock: iBlock ? (theyBlock ? 'they block' : 'nothing') : state,
  })
}

const nameOf = (ties: Tie[]): string | undefined => {
  const key = (of: Tie[]) => of.map(({ user_id, status }) => `${user_id} ${status}`).join()
  return Object.keys(states).find((name) => key(states[name]!) === key(ties))
}

function outcome(step: Step, ties: Tie[]): string | undefined {
  try {
    return nameOf(step(ties, me, other))
  } catch (error) {
    return (error as ChatError).code
  }
}

const verbs = { ask: steps.ask, accept: steps.accept, refuse: steps.refuse, remove: steps.remove } as const
const allVerbs: Record<string, Step> = { ...verbs, block: steps.block, unblock: steps.unblock }
const cells = Object.keys(states).flatMap((state) => Object.keys(allVerbs).map((verb) => ({ state, verb })))

it.each(cells)('$state: $verb', ({ state, verb }) => {
  const before = structuredClone(states[state]!)
  expect(outcome(allVerbs[verb]!, states[state]!)).toBe(table[state]![verb])
  expect(states[state]).toEqual(before)
})

it.each(cells)('$state: what changes nothing answers the very same ($verb)', ({ state, verb }) => {
  if (table[state]![verb] !== state) return
  const ties = states[state]!
  const left = allVerbs[verb]!(ties, me, other)
  expect(left.every((tie) => ties.includes(tie))).toBe(true)
})

it.each([
  ['they block', null],
  ['both block', 'blocked'],
  ['I block', 'blocked'],
  ['they asked', 'pending'],
  ['nothing', null],
])('%s: I see %s', (state, seen) => {
  expect(steps.tieSeenBy(states[state]!, me)?.status ?? null).toBe(seen)
})

it.each([
  ['they block', [me]],
  ['I block', [other]],
  ['both block', [me, other]],
  ['friends by theirs', []],
])('%s: blocked are %j', (state, blocked) => {
  expect(steps.blockedOf(states[state]!, [me, other])).toEqual(blocked)
})
