/** One connection of the visitor's own by one wire, as the page shows it. */
import { useCallback, useEffect, useRef, useState } from 'react'
import type { Connection, End } from './connection.js'
import type { Dialect, Place } from './dialects.js'
import type { FrameLog } from './frame-log.js'
import { openConnection } from './open-connection.js'

export type State = { is: 'closed'; end: End | null } | { is: 'connecting' } | { is: 'open'; connection: Connection }

export interface Wire {
  state: State
  connect: (place: Place) => void
  disconnect: () => void
}

export function useConnection(dialect: Dialect, who: string, log: FrameLog): Wire {
  const [state, setState] = useState<State>({ is: 'closed', end: null })
  const current = useRef<Connection | null>(null)

  const disconnect = useCallback(() => {
    const ended = current.current
    current.current = null
    ended?.close()
    setState({ is: 'closed', end: null })
  }, [])

  const connect = useCallback(
    (place: Place) => {
      disconnect()
      setState({ is: 'connecting' })
      const connection = openConnection(dialect, place, {
        shown: (news) => log.add({ who, ...news }),
        heard: () => undefined,
        opened: () => current.current === connection && setState({ is: 'open', connection }),
        closed(end) {
          if (current.current !== connection) return
          current.current = null
          setState({ is: 'closed', end })
        },
      })
      current.current = connection
    },
    [dialect, who, log, disconnect],
  )

  useEffect(() => disconnect, [disconnect])
  return { state, connect, disconnect }
}
