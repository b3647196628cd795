import { useEffect } from 'react'

/** In the tab: how much is unread, and where one is. */
export function useTitle(unread: number, name: string | null): void {
  useEffect(() => {
    document.title = `${unread ? `(${unread}) ` : ''}${name ? `${name} – ` : ''}Parley`
  }, [unread, name])
}
