import { useCallback, useEffect, useLayoutEffect, useRef, useState, type RefObject } from 'react'

/** So near to the end, in pixels, is at the end. */
const nearPx = 60
/** Below the last message. */
const spacePx = 8

interface HeldScroll {
  log: RefObject<HTMLDivElement | null>
  /** Stands behind the last message. */
  end: RefObject<HTMLDivElement | null>
  isAtEnd: boolean
  onScroll: () => void
  toEnd: () => void
}

/**
 * Who is at the end stays there, whatever comes; for everybody else what they look at stays where it is, whatever is added
 * above, below or becomes larger. Browsers do that each in their way, and one not at all: their own is switched off.
 */
export function useHeldScroll(): HeldScroll {
  const log = useRef<HTMLDivElement>(null)
  const end = useRef<HTMLDivElement>(null)
  const isPinned = useRef(true)
  const held = useRef<{ element: Element; top: number } | null>(null)
  const [isAtEnd, setAtEnd] = useState(true)

  const hold = useCallback(() => {
    const [list, last] = [log.current, end.current]
    if (!list || !last) return
    if (isPinned.current) list.scrollTop += Math.max(0, belowPx(list, last))
    else if (held.current?.element.isConnected) {
      list.scrollTop += held.current.element.getBoundingClientRect().top - held.current.top
    }
  }, [])
  const onScroll = useCallback(() => {
    const [list, last] = [log.current, end.current]
    // What was scrolled may be gone when that is told.
    if (!list || !last) return
    isPinned.current = belowPx(list, last) < nearPx
    setAtEnd(isPinned.current)
    const element = firstShown(list)
    held.current = element && { element, top: element.getBoundingClientRect().top }
  }, [])
  const toEnd = useCallback(() => {
    isPinned.current = true
    hold()
  }, [hold])

  useLayoutEffect(hold)
  useEffect(() => {
    const observer = new ResizeObserver(hold)
    observer.observe(log.current!)
    observer.observe(log.current!.firstElementChild!)
    return () => observer.disconnect()
  }, [hold])
  useEffect(() => {
    // It may come into sight without being scrolled to: what stood above it has become smaller.
    const observer = new IntersectionObserver(([seen]) => {
      if (!seen?.isIntersecting) return
      isPinned.current = true
      setAtEnd(true)
    })
    observer.observe(end.current!)
    return () => observer.disconnect()
  }, [])
  return { log, end, isAtEnd, onScroll, toEnd }
}

/** How far below what is seen the end is: not of all that hangs down there, as tools may, but of the messages. */
const belowPx = (list: Element, end: Element): number =>
  end.getBoundingClientRect().bottom - list.getBoundingClientRect().bottom + spacePx

/** The topmost message that can be seen. */
function firstShown(list: Element): Element | null {
  const { top } = list.getBoundingClientRect()
  const isBelow = (element: Element): boolean => element.getBoundingClientRect().bottom > top
  const block = [...list.querySelectorAll('.parley-block')].find(isBelow)
  return [...(block?.querySelectorAll('[data-seq]') ?? [])].find(isBelow) ?? null
}
