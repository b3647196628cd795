import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react'
import type { RoomSnapshot } from '@parley/client'
import { lineAfter, noLine } from './new-line.js'

/** The message that the line `New` stands before, and how to take it away. */
export function useNewFrom(room: RoomSnapshot, me: string, isWatched: boolean): [number | null, () => void] {
  const [newFrom, setNewFrom] = useState<number | null>(null)
  const line = useRef(noLine)
  useEffect(() => {
    const { newFrom } = line.current
    line.current = lineAfter(line.current, room, me, isWatched)
    // Only then: React counts what is set after each of many messages, and takes a burst of them for an endless loop.
    if (line.current.newFrom !== newFrom) setNewFrom(line.current.newFrom)
  }, [room, me, isWatched])
  const clear = useCallback(() => {
    line.current = { ...line.current, newFrom: null }
    setNewFrom(null)
  }, [])
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
