import { isStorable } from '../contract/input.js'

/** What the path of a plain WebSocket names. */
export type Address =
  /** Seed 000. */
  | { kind: 'stream'; streamId: string; afterSeq: number | null }
  /** Seed 002. */
  | { kind: 'rooms' }
  /** Seed 003. */
  | { kind: 'room'; roomId: string; userId: string; afterSeq: number | null }

/** null if no plain WebSocket is there. */
export function addressOf({ pathname, searchParams }: URL): Address | null {
  if (pathname === '/ws' || pathname === '/chat/ws') return { kind: 'rooms' }
  const parts = /^\/ws\/([^/]+)\/([^/]+)$/.exec(pathname)?.slice(1).map(decoded)
  const [first, second] = parts ?? []
  if (first == null || second == null) return null
  const afterSeq = seqOf(searchParams.get('after_seq'))
  if (first === 'chat') return { kind: 'stream', streamId: second, afterSeq }
  return { kind: 'room', roomId: first.toLowerCase(), userId: second.toLowerCase(), afterSeq }
}

/** null for what can be nobody's id. */
function decoded(part: string): string | null {
  try {
    const text = decodeURIComponent(part)
    return isStorable(text) ? text : null
  } catch {
    return null
  }
}

/** What is no number is as if it were not there. */
const seqOf = (text: string | null): number | null => (text !== null && /^\d{1,15}$/.test(text) ? Number(text) : null)
