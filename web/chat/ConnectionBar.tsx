import { useEffect, useRef, useState } from 'react'
import type { RoomSnapshot } from '@parley/client'
import { useConnection, useParley } from '@parley/react'

/** So long it is said that all is well again. */
const relievedMs = 2500

/** How it stands with the connection, honestly; nothing while all is well. `why`: why the room is not open yet. */
export function ConnectionBar({ status: room, why }: { status?: RoomSnapshot['status']; why?: string | undefined }) {
  const { status, error } = useConnection()
  const client = useParley()
  const isBack = useIsBack(status === 'online', room === 'behind')
  if (status === 'refused') {
    return (
      <Bar tone="warning" text={error?.message ?? 'The service does not let you in.'}>
        <button type="button" className="parley-link" onClick={() => client.connect()}>
          Try again
        </button>
      </Bar>
    )
  }
  if (status === 'connecting') return <Bar tone="plain" text="Connecting…" isBusy />
  if (status === 'offline') {
    return (
      <Bar tone="warning" text="Offline – what you write is kept and sent">
        <button type="button" className="parley-link" onClick={() => client.connect()}>
          Try now
        </button>
      </Bar>
    )
  }
  if (room === 'opening' && why) return <Bar tone="warning" text={why} />
  if (room === 'behind') return <Bar tone="plain" text="Catching up…" isBusy />
  return isBack ? <Bar tone="good" text="Back online" /> : null
}

interface BarProps {
  tone: 'plain' | 'warning' | 'good'
  text: string
  isBusy?: boolean
  children?: React.ReactNode
}

const Bar = ({ tone, text, isBusy, children }: BarProps) => (
  <div className="parley-bar" data-tone={tone} role="status">
    {isBusy && <span className="parley-spinner" aria-hidden="true" />}
    <span>{text}</span>
    {children}
  </div>
)

/** For a moment after it was offline. */
function useIsBack(isOnline: boolean, isBehind: boolean): boolean {
  const [isBack, setBack] = useState(false)
  const wasLost = useRef(false)
  const wasOnline = useRef(false)
  useEffect(() => {
    if (!isOnline && wasOnline.current) wasLost.current = true
    if (isOnline) wasOnline.current = true
    if (!isOnline || isBehind || !wasLost.current) return
    wasLost.current = false
    setBack(true)
    const timer = setTimeout(() => setBack(false), relievedMs)
    return () => clearTimeout(timer)
  }, [isOnline, isBehind])
  return isBack && isOnline && !isBehind
}
