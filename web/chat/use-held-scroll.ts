import { useCallback, useEffect, useLayoutEffect, useRef, useState, type RefObject } from 'react'

/** So near to the end, in pixels, is at the end. */
const nearPx = 60

interface HeldScroll {
  log: RefObject<HTMLDivElement | null>
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
  const isPinned = useRef(true)
  const held = useRef<{ element: Element; top: number } | null>(null)
  const [isAtEnd, setAtEnd] = useState(true)

  const hold = useCallback(() => {
    const list = log.current
    if (!list) return
    if (isPinned.current) list.scrollTop = list.scrollHeight
    else if (held.current?.element.isConnected) {
      list.scrollTop += held.current.element.getBoundingClientRect().top - held.current.top
    }
  }, [])
  const onScroll = useCallback(() => {
    const list = log.current!
    isPinned.current = list.scrollHeight - list.clientHeight - list.scrollTop < nearPx
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
  return { log, isAtEnd, onScroll, toEnd }
}

/** The topmost message that can be seen. */
function firstShown(list: Element): Element | null {
  const { top } = list.getBoundingClientRect()
  const isBelow = (element: Element): boolean => element.getBoundingClientRect().bottom > top
  const block = [...list.querySelectorAll('.parley-block')].find(isBelow)
  return [...(block?.querySelectorAll('[data-seq]') ?? [])].find(isBelow) ?? null
}
