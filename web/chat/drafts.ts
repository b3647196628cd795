/** What somebody has begun to write in a room, kept while they look at another one, or load the page again. */
const drafts = new Map<string, string>()
const keyOf = (roomId: string): string => `parley-draft:${roomId}`

export function draftOf(roomId: string): string {
  return drafts.get(roomId) ?? stored(() => sessionStorage.getItem(keyOf(roomId))) ?? ''
}

export function keepDraft(roomId: string, text: string): void {
  drafts.set(roomId, text)
  stored(() => (text ? sessionStorage.setItem(keyOf(roomId), text) : sessionStorage.removeItem(keyOf(roomId))))
}

/** A page may have no storage at all: then it is kept as long as the page is open. */
function stored<T>(what: () => T): T | null {
  try {
    return what()
  } catch {
    return null
  }
}
