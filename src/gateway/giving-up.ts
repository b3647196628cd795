import { ChatError, failures } from '../contract/errors.js'
import type { Hub } from './hub.js'
import type { Subscription } from './room-channel.js'

/** Who listened before and asked again in vain, because the database was away, goes on listening where they were. */
export function giveUp(hub: Hub, subscription: Subscription, roomId: string, error: unknown): void {
  if (!hub.isJoining(subscription, roomId)) return
  const { before, connection } = subscription
  if (!before || !isPassing(error)) return hub.unsubscribe(connection, roomId)
  subscription.dialect = before.dialect
  void hub.release(subscription, roomId, { seq: before.seq, rev: before.rev })
}

const isPassing = (error: unknown): boolean => !(error instanceof ChatError) || failures.get(error.code)!.retryable
