/** How rooms are named where a name alone can be one (seed 002). */

/** In code points. */
export const maxRoomName = 128

const uuidForm = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i

/** What looks like a UUID is always the id of a stored room, whether or not there is one. */
export const namesStoredRoom = (roomId: string): boolean => uuidForm.test(roomId)

/** The audience of an ephemeral room. */
export const ephemeralTopic = (name: string): string => `ephemeral:${name}`

/** The ephemeral room whose audience it is; null for another one's. */
export const nameOfTopic = (topic: string): string | null =>
  topic.startsWith(ephemeralTopic('')) ? topic.slice(ephemeralTopic('').length) : null
