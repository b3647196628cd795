import type { ErrorCode } from '../contract/errors.js'

/** What a well-made client may well meet now and then, and only a broken or a hostile one all the time. */
const bad: ReadonlySet<ErrorCode> = new Set([
  'malformed_json',
  'bad_request',
  'unknown_event',
  'validation_failed',
  'rate_limited',
  'overloaded',
  'slow_mode',
  'guests_only_read',
])

const most = 100
const forgivenPerSecond = 5

/** Counts frames of one connection that could not be taken. */
export class Strikes {
  private count = 0
  private atMs = 0

  /** One more. */
  isTooMany(code: ErrorCode): boolean {
    if (!bad.has(code)) return false
    const nowMs = performance.now()
    this.count = Math.max(0, this.count - ((nowMs - this.atMs) / 1000) * forgivenPerSecond) + 1
    this.atMs = nowMs
    return this.count > most
  }
}
