import { useCallback, useEffect, useState, type RefObject } from 'react'
import type { RoomSnapshot } from '@parley/client'
import { Icon } from './Icon.js'

/** So many pixels before the top what is older is asked for. */
const nearPx = 800

interface OlderProps {
  room: RoomSnapshot
  log: RefObject<HTMLDivElement | null>
  load: () => Promise<void>
}

/** Reads what is older when the top comes near; a failure waits for the reader. */
export function Older({ room, log, load }: OlderProps) {
  const [state, setState] = useState<'idle' | 'busy' | 'failed'>('idle')
  const { hasOlder, messages } = room
  const first = messages[0]?.seq
  const read = useCallback((): void => {
    setState('busy')
    load().then(
      () => setState('idle'),
      () => setState('failed'),
    )
  }, [load])
  useEffect(() => {
    const list = log.current!
    const look = (): void => {
      if (state === 'idle' && hasOlder && list.scrollTop < nearPx) read()
    }
    look()
    list.addEventListener('scroll', look, { passive: true })
    return () => list.removeEventListener('scroll', look)
  }, [state, hasOlder, first, log, read])
  if (!hasOlder) return null
  return (
    <div className="parley-older">
      {state !== 'failed' && <span className="parley-spinner" role="img" aria-label="Loading what is older" />}
      {state === 'failed' && (
        <button type="button" className="parley-link" onClick={read}>
          What is older could not be loaded. Try again
        </button>
      )}
    </div>
  )
}

export const Skeleton = () => (
  <div className="parley-skeleton" aria-hidden="true">
    {['46%', '30%', '38%', '54%', '26%', '44%'].map((width) => (
      <i key={width} style={{ '--parley-w': width } as object} />
    ))}
  </div>
)

export const Empty = () => (
  <div className="parley-empty">
    <Icon name="chat" />
    <b>Nothing here yet</b>
    <span>Say hello: whoever comes later can read it.</span>
  </div>
)

export const Gone = ({ text }: { text: string | undefined }) => (
  <div className="parley-empty" role="alert">
    <Icon name="alert" />
    <b>This room is not there</b>
    <span>{text}</span>
  </div>
)
