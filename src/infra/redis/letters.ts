/** What nodes send each other: what was published in one tick at one place, in one piece. */
import type { Audience, ChatEvent, Publication } from '../../contract/events.js'
import type { Place } from '../../contract/ports.js'
import { isLasting, isTold } from './channels.js'

/** Larger ones are not looked at: no node of ours writes them. */
export const maxBytes = 16_777_216

export interface Letter {
  /** The node that wrote it. */
  from: string
  tenantId: string
  /** Of letters that wait, counted by who wrote them; 0 of others. */
  number: number
  said: Publication[]
}

/** A publication as JSON. The tenant is said once for all of a letter. */
export const written = ({ audience: { tenantId: _, ...to }, event }: Publication): string =>
  JSON.stringify([to, event], (_key, value: unknown) => (value instanceof Set ? [...value] : value))

export const letter = (from: string, tenantId: string, number: number, said: readonly string[]): string =>
  `{"from":${JSON.stringify(from)},"tenant":${JSON.stringify(tenantId)},"number":${number},"said":[${said.join()}]}`

/** What was sent to the place; null if it is not what a node would send there. What a later version alone knows is left out. */
export function read(text: string, place: Place): Letter | null {
  if (text.length > maxBytes) return null
  const raw = parsed(text)
  if (!isObject(raw) || typeof raw['from'] !== 'string' || raw['tenant'] !== place.tenantId) return null
  if (!Number.isSafeInteger(raw['number']) || !Array.isArray(raw['said'])) return null
  const said: Publication[] = []
  for (const one of raw['said'] as unknown[]) {
    const publication = publicationOf(one, place)
    if (publication === null) return null
    if (isTold(publication.event.type)) said.push({ ...publication, from: raw['from'] })
  }
  return { from: raw['from'], tenantId: place.tenantId, number: raw['number'] as number, said }
}

function publicationOf(one: unknown, place: Place): Publication | null {
  if (!Array.isArray(one) || !isObject(one[0]) || !isObject(one[1]) || typeof one[1]['type'] !== 'string') return null
  const [{ except, ...to }, event] = one as [Record<string, unknown>, ChatEvent]
  if (!isHeardAt(place, to, event) || (except !== undefined && !Array.isArray(except))) return null
  const audience = { ...to, tenantId: place.tenantId, ...(except && { except: new Set(except) }) }
  return { audience: audience as Audience, event }
}

/** A room's own channel is for that room, and a name's for that name; the tenant's is for the rest, and for what lasts. */
function isHeardAt(place: Place, to: Record<string, unknown>, event: ChatEvent): boolean {
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
