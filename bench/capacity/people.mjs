// Who is there, and what they say to how many.

/** Of `share` of them, is at least one of `count` there? */
const anyOf = (share, count) => 1 - (1 - share) ** count

/**
 * `rooms` of `members` each, `rate` messages a second at the peak. People are spread over rooms evenly; whoever sends is
 * there, and hears it too.
 */
export function crowdOf({ users, connected, rooms, members, rate }, { socketsPerPerson, openedRooms }) {
  const connections = users * connected * socketsPerPerson
  const listening = connected * Math.min(1, (users * openedRooms) / (rooms * members))
  const listeners = (1 + (members - 1) * listening) * socketsPerPerson
  const openRooms = rooms * anyOf(listening, members)
  return { connections, openRooms, listeners, deliveriesPerSecond: rate * listeners }
}

/** On how many of `nodes` are so many sockets, if each is anywhere? */
export const spreadOver = (nodes, sockets) => nodes * anyOf(1 / nodes, sockets)
