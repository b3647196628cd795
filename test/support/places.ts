/** Each path of plain WebSockets, and what is said and heard there. */
import type { PlainSocket } from './plain.js'
import type { TestTenant, TestUser } from './service.js'

export interface Place {
  name: string
  /** Where this user finds it; makes what has to be there. */
  pathFor(user: TestUser): string
  /** What is to be said after it was opened, before the room is heard. */
  hello?: object
  say(text: string): object
  /** A message’s text; undefined if it is none. */
  textOf(frame: any): string | undefined
  /** A failure’s code; undefined if it is none. */
  codeOf(frame: any): string | undefined
}

/** One room of these members by each path: a livestream’s for the first. */
export async function placesOf(tenant: TestTenant, members: TestUser[]): Promise<Place[]> {
  const roomId = await tenant.room(members)
  await members[0]!.rest.post('/api/chat/thread', { stream_id: 'a stream' })
  const rooms = (path: string): Place => ({
    name: path,
    pathFor: () => path,
    hello: { event: 'chat.join', data: { roomId } },
    say: (message) => ({ event: 'chat.message', data: { roomId, message } }),
    textOf: ({ event, data }) => (event === 'chat.message' ? data.message : undefined),
    codeOf: ({ event, data }) => (event === 'error' ? data.code : undefined),
  })
  const stream: Place = {
    name: '/ws/chat/{stream_id}',
    pathFor: () => '/ws/chat/a%20stream',
    say: (content) => ({ content }),
    textOf: ({ content }) => content,
    codeOf: ({ error }) => error?.code,
  }
  const room: Place = {
    name: '/ws/{room_id}/{user_id}',
    pathFor: ({ userId }) => `/ws/${roomId}/${userId}`,
    say: (content) => ({ type: 'send_message', data: { content } }),
    textOf: ({ type, data }) => (type === 'new_message' ? data.content : undefined),
    codeOf: ({ type, data }) => (type === 'error' ? data.code : undefined),
  }
  return [stream, rooms('/chat/ws'), rooms('/ws'), room]
}

export const placeNames = ['/ws/chat/{stream_id}', '/chat/ws', '/ws', '/ws/{room_id}/{user_id}']

let marks = 0

/** Open, and hearing the room. */
export async function enter(user: TestUser, place: Place): Promise<PlainSocket> {
  const socket = await user.plain(place.pathFor(user))
  if (place.hello) socket.send(place.hello)
  await flush(socket, place)
  return socket
}

/** What was said before is answered when it returns, and what was told before is here. */
export async function flush(socket: PlainSocket, place: Place): Promise<void> {
  const mark = `mark ${marks++}`
  socket.send(place.say(mark))
  await socket.next((frame) => place.textOf(frame) === mark)
}
