/** What somebody has begun to write in a room, kept while they look at another one, or load the page again: for them alone. */
const drafts = new Map<string, string>()
const keyOf = (userId: string, roomId: string): string => `parley-draft:${userId}:${roomId}`

/** `userId`: empty as long as nobody knows who it is. */
export function draftOf(userId: string, roomId: string): string {
  if (!userId) return ''
  const key = keyOf(userId, roomId)
  return drafts.get(key) ?? stored(() => sessionStorage.getItem(key)) ?? ''
}

export function keepDraft(userId: string, roomId: string, text: string): void {
  if (!userId) return
  const key = keyOf(userId, roomId)
  drafts.set(key, text)
  stored(() => (text ? sessionStorage.setItem(key, text) : sessionStorage.removeItem(key)))
}

/** A page may have no storage at all: then it is kept as long as the page is open. */
function stored<T>(what: () => T): T | null {
  try {
    return what()
  } catch {
    return null
  }
}
