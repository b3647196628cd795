/** Where in the console one is: what stands behind the `#`. */
import { useSyncExternalStore } from 'react'

const hash = (): string => window.location.hash

function onChange(changed: () => void): () => void {
  window.addEventListener('hashchange', changed)
  return () => window.removeEventListener('hashchange', changed)
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

export const partsOf = (hash: string): string[] =>
  hash
    .replace(/^#\/?/, '')
    .split('/')
    .filter((part) => part !== '')
    .map(decode)

export const useRoute = (): string[] => partsOf(useSyncExternalStore(onChange, hash))

export const href = (...parts: string[]): string => `#/${parts.map(encodeURIComponent).join('/')}`

export function go(...parts: string[]): void {
  window.location.hash = href(...parts)
}
