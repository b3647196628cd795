/** What a browser says of its network, and of whether somebody looks at the page. In Node and React Native nobody says it. */
export interface Waking {
  /** It may be possible now. */
  wake: () => void
  /** It is not. */
  lose: () => void
}

/** Until what is returned is called. */
export function onWaking({ wake, lose }: Waking): () => void {
  const page = typeof window !== 'undefined' && 'addEventListener' in window ? window : null
  const shown = typeof document === 'undefined' ? null : document
  const look = (): void => void (shown?.visibilityState === 'visible' && wake())
  page?.addEventListener('online', wake)
  page?.addEventListener('offline', lose)
  shown?.addEventListener('visibilitychange', look)
  return () => {
    page?.removeEventListener('online', wake)
    page?.removeEventListener('offline', lose)
    shown?.removeEventListener('visibilitychange', look)
  }
}
