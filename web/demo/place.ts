import { useSyncExternalStore } from 'react'
import { decoded } from '../chat/addresses.js'

/** What the page shows: `#/room/<id>`, `#/stream/<room>`, `#/wires`; `#/` is the list of rooms. */
export interface Place {
  view: 'room' | 'stream' | 'wires'
  id: string | null
}

export function placeOf(hash: string): Place {
  const [, view, id] = hash.split('/')
  if (view === 'wires') return { view, id: null }
  return { view: view === 'stream' ? view : 'room', id: id ? decoded(id) : null }
}

export const hashOf = (view: Place['view'], id?: string): string =>
  id === undefined ? `#/${view}` : `#/${view}/${encodeURIComponent(id)}`

export function go(view: Place['view'], id?: string): void {
  location.hash = hashOf(view, id)
}

export const usePlace = (): Place => placeOf(useSyncExternalStore(listen, () => location.hash))

function listen(listener: () => void): () => void {
  window.addEventListener('hashchange', listener)
  return () => window.removeEventListener('hashchange', listener)
}
