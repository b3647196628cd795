import { isUUID } from 'class-validator'
import { ChatError } from './errors.js'
import { Text, Whole } from './fields.js'
import type { Page } from './views.js'

export class PageDto {
  @Whole({ min: 1, max: 100, default: 50, optional: true, description: 'How many items at the most' })
  limit: number = 50

  @Text({ max: 500, optional: true, description: 'The `next_cursor` of the page before' })
  cursor?: string
}

/** Where a page ended: the id of its last item, and the time by which the list is ordered if it is by one. */
export interface Position {
  id: string
  time: string | null
}

const encode = (id: string, place: string | number | null): string =>
  Buffer.from(JSON.stringify([id, place])).toString('base64url')

/** Of a list that is ordered by a time, and then by id. Throws `invalid_cursor`, also for the cursor of another list. */
export function readTimedCursor(cursor: string | undefined): Position | null {
  const position = readCursor(cursor)
  if (position && position.time === null) throw invalid()
  return position
}

/** Throws `invalid_cursor`. */
export function readCursor(cursor: string | undefined): Position | null {
  if (cursor === undefined) return null
  const [id, time] = parse(cursor)
  if (isUUID(id) && (time === null || isTime(time))) {
    return { id: id as string, time: time && new Date(time).toISOString() }
  }
  throw invalid()
}

/** Of a list that belongs to what has this id, ordered by numbers. Throws `invalid_cursor`. */
export function readNumberedCursor(cursor: string | undefined, of: string): number | null {
  if (cursor === undefined) return null
  const [id, number] = parse(cursor)
  if (id !== of || !Number.isSafeInteger(number)) throw invalid()
  return number as number
}

const invalid = (): ChatError =>
  new ChatError('invalid_cursor', 'The cursor must be the next_cursor of an earlier page of this list.')

/** Where years have four digits: PostgreSQL cannot read the others as JavaScript writes them. */
const isTime = (time: unknown): time is string =>
  typeof time === 'string' && Date.parse(time) >= 0 && Date.parse(time) < Date.UTC(10_000, 0)

function parse(cursor: string): [unknown, unknown] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    return Array.isArray(parts) ? [parts[0], parts[1]] : [null, null]
  } catch {
    return [null, null]
  }
}

/** Makes a page of `rows`, of which one more than `limit` was read to know whether there is another page. */
export function toPage<Row, View>(
  rows: Row[],
  limit: number,
  position: (row: Row) => Position,
  view: (row: Row) => View,
): Page<View> {
  const cursor = (row: Row): string => {
    const { id, time } = position(row)
    return encode(id, time)
  }
  return page(rows, limit, cursor, view)
}

/** The same of a list that belongs to what has this id, ordered by numbers. */
export const toNumberedPage = <Row, View>(
  rows: Row[],
  limit: number,
  of: string,
  number: (row: Row) => number,
  view: (row: Row) => View,
): Page<View> => page(rows, limit, (row) => encode(of, number(row)), view)

function page<Row, View>(rows: Row[], limit: number, cursor: (row: Row) => string, view: (row: Row) => View) {
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return { items: items.map(view), next_cursor: rows.length > limit && last ? cursor(last) : null }
}
