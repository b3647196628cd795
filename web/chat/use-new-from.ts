import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react'
import type { RoomSnapshot } from '@parley/client'
import { firstUnread } from './grouping.js'

/**
 * Where the line `New` stands: before the first message that came while nobody looked. It stays until `clear`, or until more
 * came while nobody looked.
 */
export function useNewFrom(room: RoomSnapshot, me: string, isWatched: boolean): [number | null, () => void] {
  const [newFrom, setNewFrom] = useState<number | null>(null)
  const seenTo = useRef<number | null>(null)
  const { messages } = room
  const last = messages.at(-1)?.seq ?? 0
  const unread = room.room?.unread ?? null
  useEffect(() => {
    if (unread === null) return
    if (seenTo.current === null) {
      const first = firstUnread(messages, unread, me)
      seenTo.current = first === null ? last : first - 1
      setNewFrom(first)
    }
    if (isWatched) return void (seenTo.current = last)
    const seen = seenTo.current
    const missed = messages.slice(-50).find(({ seq, sender }) => seq > seen && sender?.user_id !== me)
    if (missed) setNewFrom((now) => (now !== null && now > seen ? now : missed.seq))
  }, [unread, isWatched, last, messages, me])
  const clear = useCallback(() => setNewFrom(null), [])
  return [newFrom, clear]
}

/** Is the page in front of somebody? */
export const useIsVisible = (): boolean =>
  useSyncExternalStore(
    (listener) => {
      document.addEventListener('visibilitychange', listener)
      return () => document.removeEventListener('visibilitychange', listener)
    },
    () => document.visibilityState === 'visible',
  )
