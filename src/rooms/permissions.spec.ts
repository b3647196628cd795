/** Every cell of the permissions: a new action without a row here fails. */
import type { Role } from '../contract/actor.js'
import type { RoomRole, RoomType } from '../contract/views.js'
import {
  actions,
  allowedActions,
  isAllowed,
  isBarred,
  isPossible,
  isRemovable,
  isSlowed,
  possibleActions,
} from './permissions.js'

/** Four columns for each role in the tenant: no member of the room, member, moderator, owner. */
const groups = `
  in the tenant:   user      moderator admin
  in the room:     - m M O   - m M O   - m M O
  room.read        . y y y   . y y y   . y y y
  room.leave       . y y y   . y y y   . y y y
  room.mark_read   . y y y   . y y y   . y y y
  room.update      . . y y   . . y y   y y y y
  room.hand_over   . . . y   . . . y   y y y y
  room.delete      . . . y   . . . y   y y y y
  member.add       . y y y   . y y y   . y y y
  member.remove    . . y y   y y y y   y y y y
  member.role      . . . y   . . . y   y y y y
  message.send     . y y y   . y y y   . y y y
  message.edit     . y y y   . y y y   . y y y
  message.delete   . y y y   . y y y   . y y y
  message.react    . y y y   . y y y   . y y y
  message.pin      . . y y   . y y y   . y y y
  message.history  . . y y   . y y y   . y y y
  message.delete_any . . y y  y y y y   y y y y
  livestream.close . . . .   . . . .   . . . .
  call.signal      . . . .   . . . .   . . . .`

/** Two people: nobody comes, is removed, or owns it alone. */
const privates = `
  in the tenant:   user      moderator admin
  in the room:     - m M O   - m M O   - m M O
  room.read        . y y y   . y y y   . y y y
  room.leave       . y y y   . y y y   . y y y
  room.mark_read   . y y y   . y y y   . y y y
  room.update      . . y y   . . y y   y y y y
  room.hand_over   . . . .   . . . .   . . . .
  room.delete      . . . .   . . . .   . . . .
  member.add       . . . .   . . . .   . . . .
  member.remove    . . . .   . . . .   . . . .
  member.role      . . . .   . . . .   . . . .
  message.send     . y y y   . y y y   . y y y
  message.edit     . y y y   . y y y   . y y y
  message.delete   . y y y   . y y y   . y y y
  message.react    . y y y   . y y y   . y y y
  message.pin      . y y y   . y y y   . y y y
  message.history  . . y y   . y y y   . y y y
  message.delete_any . . y y  y y y y   y y y y
  livestream.close . . . .   . . . .   . . . .
  call.signal      . y y y   . y y y   . y y y`

/** A crowd: nobody comes, leaves or is removed, and the streamer is always its owner. */
const livestreams = `
  in the tenant:   user      moderator admin
  in the room:     - m M O   - m M O   - m M O
  room.read        . y y y   . y y y   . y y y
  room.leave       . . . .   . . . .   . . . .
  room.mark_read   . . . .   . . . .   . . . .
  room.update      . . y y   . . y y   y y y y
  room.hand_over   . . . .   . . . .   . . . .
  room.delete      . . . y   . . . y   y y y y
  member.add       . . . .   . . . .   . . . .
  member.remove    . . . .   . . . .   . . . .
  member.role      . . . .   . . . .   . . . .
  message.send     . y y y   . y y y   . y y y
  message.edit     . y y y   . y y y   . y y y
  message.delete   . y y y   . y y y   . y y y
  message.react    . y y y   . y y y   . y y y
  message.pin      . . y y   . y y y   . y y y
  message.history  . . y y   . y y y   . y y y
  message.delete_any . . y y  y y y y   y y y y
  livestream.close . . . y   y y y y   y y y y
  call.signal      . . . .   . . . .   . . . .`

const tables: Record<RoomType, string> = { group: groups, livestream: livestreams, private: privates }

const tenantRoles: Role[] = ['user', 'moderator', 'admin']
const roomRoles: (RoomRole | null)[] = [null, 'member', 'moderator', 'owner']
const standings = tenantRoles.flatMap((tenantRole) => roomRoles.map((roomRole) => ({ tenantRole, roomRole })))

const rowsOf = (table: string): Map<string, boolean[]> => {
  const [, , , ...lines] = table.split('\n')
  const rows = lines.map((line) => line.trim().split(/\s+/))
  return new Map(rows.map(([action, ...cells]) => [action!, cells.map((cell) => cell === 'y')]))
}

describe.each(Object.entries(tables) as [RoomType, string][])('in a %s room', (type, table) => {
  const rows = rowsOf(table)

  it('every action has its row of twelve cells', () => {
    expect([...rows.keys()].toSorted()).toEqual(actions.toSorted())
    for (const cells of rows.values()) expect(cells).toHaveLength(standings.length)
  })

  const cells = actions.flatMap((action) =>
    standings.map((standing, column) => ({ action, ...standing, allowed: rows.get(action)![column]! })),
  )
  it.each(cells)('$action by a tenant’s $tenantRole, in the room $roomRole: $allowed', ({ action, allowed, ...by }) => {
    expect(isAllowed(action, { type, ...by })).toBe(allowed)
  })

  it.each(standings)('what a $tenantRole, in the room $roomRole, is shown as `can` is the column', (by) => {
    const column = standings.indexOf(by)
    expect(allowedActions({ type, ...by })).toEqual(actions.filter((action) => rows.get(action)![column]))
  })

  it('the backend may all that anybody may', () => {
    const somebodyMay = actions.filter((action) => rows.get(action)!.includes(true))
    expect(possibleActions(type)).toEqual(somebodyMay)
    expect(actions.filter((action) => isPossible(action, type))).toEqual(somebodyMay)
  })
})

describe('who is blocked by the other one of a private room', () => {
  /** The rest is theirs as before. */
  const barred = ['message.send', 'message.edit', 'message.react', 'message.pin', 'call.signal']

  const cells = actions.flatMap((action) => standings.map((standing) => ({ action, ...standing })))
  it.each(cells)('$action by a tenant’s $tenantRole, in the room $roomRole', ({ action, ...by }) => {
    const standing = { type: 'private' as const, ...by }
    const allowed = !barred.includes(action) && isAllowed(action, standing)
    expect(isAllowed(action, { ...standing, blocked: true })).toBe(allowed)
    expect(allowedActions({ ...standing, blocked: true }).includes(action)).toBe(allowed)
    expect(isBarred(action, { ...standing, blocked: true })).toBe(barred.includes(action))
    expect(isBarred(action, standing)).toBe(false)
  })
})

describe('who may be removed', () => {
  const removable = `
    by a tenant’s    user moderator admin
    member           y    y         y
    moderator        y    y         y
    owner            .    y         y`
  const rows = [...rowsOf(`\n${removable}`)].flatMap(([target, cells]) =>
    tenantRoles.map((tenantRole, column) => ({ target: target as RoomRole, tenantRole, may: cells[column] })),
  )

  it.each(rows)('the $target, by a $tenantRole of the tenant who may remove members: $may', (row) => {
    const by = { type: 'group' as const, roomRole: 'moderator' as const, tenantRole: row.tenantRole }
    expect(isRemovable(row.target, by)).toBe(row.may)
  })
})

describe('whom slow mode holds up', () => {
  it.each(standings)('a $tenantRole of the tenant, in the room $roomRole', ({ tenantRole, roomRole }) => {
    const slowed = isSlowed({ type: 'group', tenantRole, roomRole })
    expect(slowed).toBe(tenantRole === 'user' && roomRole === 'member')
  })
})
