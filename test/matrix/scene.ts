/** The rooms that the matrix is played in. */
import { randomUUID } from 'node:crypto'
import type { TestTenant, TestUser } from '../support/service.js'
import type { Kind, Place } from './client.js'

/** A room of this kind that is theirs; whoever comes may come in. */
export async function placeOf(owner: TestUser, kind: Kind): Promise<Place> {
  const streamId = `stream_${randomUUID()}`
  if (kind === 'group') return { roomId: await owner.tenant.room([owner]), streamId }
  const { status, body } = await owner.rest.post('/api/chat/thread', { stream_id: streamId })
  if (status !== 201) throw new Error(`no stream: ${JSON.stringify(body)}`)
  return { roomId: body.room_id, streamId }
}

/** The backend says something. */
export async function announce({ backend }: TestTenant, { roomId }: Place, text: string): Promise<void> {
  const { status, body } = await backend.post(`/room/${roomId}/message/send`, { text_message: text })
  if (status !== 201) throw new Error(`not said: ${JSON.stringify(body)}`)
}

/** All that is stored of the room, in its order. */
export async function logOf(reader: TestUser, { roomId }: Place): Promise<any[]> {
  const items: any[] = []
  for (;;) {
    const { body } = await reader.rest.get(`/room/${roomId}/message?limit=100&after_seq=${items.at(-1)?.seq ?? 0}`)
    items.push(...body.items)
    if (!body.has_more) return items
  }
}
