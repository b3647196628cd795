/** What nodes send each other: what was published in one tick at one place, in one envelope. */
import type { Audience, ChatEvent, Publication } from '../../contract/events.js'
import type { Place } from '../../contract/ports.js'
import { isLasting, isTold } from './channels.js'

/** Larger ones are not decoded: no node of ours sends them. */
export const maxBytes = 16_777_216

export interface Envelope {
  /** The node that sent it. */
  from: string
  tenantId: string
  /** Counted by its sender, if it is kept in a stream; 0 of others. */
  number: number
  publications: Publication[]
}

/** A publication as JSON, without its tenant: that stands once in the envelope. */
export const encodePublication = ({ audience: { tenantId: _, ...to }, event }: Publication): string =>
  JSON.stringify([to, event], (_key, value: unknown) => (value instanceof Set ? [...value] : value))

/** The names in it stay as they are: nodes of an earlier version read them, too. */
export const encodeEnvelope = (
  from: string,
  tenantId: string,
  number: number,
  publications: readonly string[],
): string =>
  `{"from":${JSON.stringify(from)},"tenant":${JSON.stringify(tenantId)},"number":${number},"said":[${publications.join()}]}`

/** What was sent to the place; null if no node would send that there. What only a later version knows is left out. */
export function decodeEnvelope(text: string, place: Place): Envelope | null {
  if (text.length > maxBytes) return null
  const raw = parsed(text)
  if (!isObject(raw) || typeof raw['from'] !== 'string' || raw['tenant'] !== place.tenantId) return null
  if (!Number.isSafeInteger(raw['number']) || !Array.isArray(raw['said'])) return null
  const publications: Publication[] = []
  for (const one of raw['said'] as unknown[]) {
    const publication = publicationOf(one, place)
    if (publication === null) return null
    if (isTold(publication.event.type)) publications.push({ ...publication, from: raw['from'] })
  }
  return { from: raw['from'], tenantId: place.tenantId, number: raw['number'] as number, publications }
}

function publicationOf(one: unknown, place: Place): Publication | null {
  if (!Array.isArray(one) || !isObject(one[0]) || !isObject(one[1]) || typeof one[1]['type'] !== 'string') return null
  const [{ except, ...to }, event] = one as [Record<string, unknown>, ChatEvent]
  if (!belongsAt(place, to, event) || (except !== undefined && !Array.isArray(except))) return null
  const audience = { ...to, tenantId: place.tenantId, ...(except && { except: new Set(except) }) }
  return { audience: audience as Audience, event }
}

/** A room's own channel is for that room, and a name's for that name; the tenant's is for the rest, and for what lasts. */
function belongsAt(place: Place, to: Record<string, unknown>, event: ChatEvent): boolean {
  if ('roomId' in place) return to['roomId'] === place.roomId
  if ('topic' in place) return to['topic'] === place.topic
  return isLasting(event) || !('roomId' in to || 'topic' in to)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
