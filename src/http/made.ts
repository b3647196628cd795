import type { ChatReply } from './request.js'

/** 201 for what was made, 200 for what was there already. */
export function made<T>(reply: ChatReply, created: boolean, view: T): T {
  reply.status(created ? 201 : 200)
  return view
}
