/**
 * A good call of every route and every socket event. What takes an id of a tenant has a slot in place of it: the
 * isolation tests fill it. A new route or event without a sample fails them; this is the place to add it.
 */
import type { RouteInfo } from './routes.js'
import { id, type Kind, type Shape } from './slots.js'
import { password } from './world.js'

/** Of what kind the ids in paths are, by the parameter's name. */
export const pathKinds: ReadonlyMap<string, Kind> = new Map([
  ['user_id', 'user'],
  ['room_id', 'room'],
  ['message_id', 'message'],
  ['stream_id', 'stream'],
])

/** What else stands in paths: what names nothing of a tenant. */
export const pathTexts: ReadonlyMap<string, string> = new Map([['emoji', '👍']])

type Sample = Omit<Shape, 'path'>

const plain: Sample[] = [{}]

export const routeSamples: ReadonlyMap<string, Sample[]> = new Map<string, Sample[]>([
  ['POST /user', [{ body: { external_id: id('external_id') } }, { body: { username: id('username') } }]],
  [
    'GET /user',
    [
      { query: { external_id: id('external_id') } },
      { query: { username: id('username') } },
      { query: { cursor: id('user_cursor'), limit: 3 } },
    ],
  ],
  ['GET /user/me', plain],
  ['PATCH /user/me', [{ body: { username: id('username') } }]],
  ['GET /friend', [{ query: { cursor: id('user_cursor'), limit: 3, status: 'pending' } }]],
  ['POST /friend', [{ body: { friend_id: id('other') } }]],
  ['POST /friend/{user_id}/accept', plain],
  ['POST /friend/{user_id}/refuse', plain],
  ['POST /friend/{user_id}/block', plain],
  ['POST /friend/{user_id}/unblock', plain],
  ['DELETE /friend/{user_id}', plain],
  ['GET /user/{user_id}', plain],
  ['GET /user/{user_id}/status', plain],
  ['PATCH /user/me/status', [{ body: { invisible: true } }]],
  [
    'PATCH /user/{user_id}',
    [
      { body: { external_id: id('external_id'), username: id('username') } },
      { body: { role: 'moderator', status: 'not_active' } },
    ],
  ],
  ['DELETE /user/{user_id}', plain],
  ['GET /user/{user_id}/export', plain],
  ['POST /user/{user_id}/erase', plain],
  ['POST /user/{user_id}/notification', [{ body: { type: 'new_follower' } }]],
  ['POST /api/chat/thread', [{ body: { stream_id: id('stream') } }]],
  ['POST /api/chat/thread/{stream_id}/close', plain],
  ['POST /auth/register', [{ body: { tenant_id: id('tenant'), username: id('username'), password } }]],
  ['POST /auth/login', [{ body: { tenant_id: id('tenant'), username: id('username'), password } }]],
  ['POST /auth/logout', plain],
  ['POST /auth/password', [{ body: { old_password: password, password: `another ${password}` } }]],
  ['POST /auth/{user_id}', plain],
  [
    'POST /room',
    [
      { body: { name: 'A room', member_ids: [id('user'), id('other')] } },
      { body: { type: 'private', member_ids: [id('other')] } },
      { body: { created_by: id('user'), member_ids: [id('other')] } },
      { body: { type: 'private', created_by: id('user'), member_ids: [id('other')] } },
    ],
  ],
  ['GET /room', [{ query: { cursor: id('room_cursor') } }]],
  [
    'GET /search',
    [
      { query: { q: 'again' } },
      { query: { q: 'again', room_id: id('room'), user_id: id('user') } },
      { query: { q: 'again', cursor: id('found_cursor'), limit: 3 } },
    ],
  ],
  ['GET /room/unread', plain],
  [
    'POST /send-system-message',
    [{ body: { roomId: id('room'), message: 'Hi' } }, { body: { roomId: 'a name', message: 'Hi' } }],
  ],
  ['GET /stats', plain],
  ['GET /tenant', [{}]],
  ['GET /usage', [{}, { query: { from: '2026-01-01', to: '2026-01-31' } }]],
  ['POST /room/{room_id}/read', [{ body: { seq: 1 } }]],
  ['GET /room/{room_id}', plain],
  [
    'PATCH /room/{room_id}',
    [{ body: { owner_id: id('user') } }, { body: { name: 'Another', archived: true, access: 'invite' } }],
  ],
  ['DELETE /room/{room_id}', plain],
  ['GET /room/{room_id}/member', [{ query: { cursor: id('member_cursor'), limit: 3 } }]],
  [
    'POST /room/{room_id}/member',
    [{ body: { user_ids: [id('user'), id('other')] } }, { body: { user_ids: [id('other')], room_role: 'moderator' } }],
  ],
  ['DELETE /room/{room_id}/member/{user_id}', plain],
  ['POST /room/{room_id}/join', plain],
  ['POST /room/{room_id}/leave', plain],
  [
    'POST /room/{room_id}/message/send',
    [
      { body: { text_message: 'Hi', client_message_id: id('client_message_id') } },
      { body: { text_message: 'Hi', reply_to: id('message'), mentions: [id('user'), id('other')] } },
    ],
  ],
  [
    'GET /room/{room_id}/message',
    [
      { query: { limit: 3 } },
      { query: { pinned: true } },
      { query: { after_seq: 0 } },
      { query: { before_seq: 3 } },
      { query: { around_seq: 2 } },
    ],
  ],
  ['GET /room/{room_id}/message/{message_id}', plain],
  [
    'PATCH /room/{room_id}/message/{message_id}',
    [{ body: { text_message: 'Edited' } }, { body: { mentions: [id('user'), id('other')] } }],
  ],
  ['DELETE /room/{room_id}/message/{message_id}', plain],
  ['GET /room/{room_id}/message/{message_id}/edits', [{ query: { cursor: id('edit_cursor'), limit: 3 } }]],
  ['PUT /room/{room_id}/message/{message_id}/pin', plain],
  ['DELETE /room/{room_id}/message/{message_id}/pin', plain],
  ['PUT /room/{room_id}/message/{message_id}/reaction/{emoji}', plain],
  ['DELETE /room/{room_id}/message/{message_id}/reaction/{emoji}', plain],
])

export const eventSamples: ReadonlyMap<string, object[]> = new Map([
  ['join_room', [{ room_id: id('room') }, { room_id: id('room'), after_seq: 0, after_rev: 0 }]],
  ['sync_rooms', [{ rooms: [{ room_id: id('room'), after_seq: 0, after_rev: 0 }] }]],
  ['leave_room', [{ room_id: id('room') }]],
  [
    'send_message',
    [
      { room_id: id('room'), text_message: 'Hi', client_message_id: id('client_message_id') },
      { room_id: id('room'), text_message: 'Hi', reply_to: id('message'), mentions: [id('user'), id('other')] },
    ],
  ],
  [
    'edit_message',
    [
      { room_id: id('room'), message_id: id('message'), text_message: 'Edited' },
      { room_id: id('room'), message_id: id('message'), mentions: [id('user'), id('other')] },
    ],
  ],
  ['pin_message', [{ room_id: id('room'), message_id: id('message') }]],
  ['unpin_message', [{ room_id: id('room'), message_id: id('message') }]],
  ['add_reaction', [{ room_id: id('room'), message_id: id('message'), emoji: '👍' }]],
  ['remove_reaction', [{ room_id: id('room'), message_id: id('message'), emoji: '👍' }]],
  ['delete_message', [{ room_id: id('room'), message_id: id('message') }]],
  ['mark_read', [{ room_id: id('room'), seq: 1 }]],
  ['typing', [{ room_id: id('room'), is_typing: true }]],
  ['call_signal', [{ room_id: id('pair'), kind: 'offer', data: { sdp: 'v=0' } }]],
  ['refresh_token', [{ token: id('token') }]],
])

/** Of seed 001's, on the same sockets. In an order that makes sense. */
export const liveSamples: ReadonlyMap<string, object[]> = new Map([
  ['join_notification_room', [{}]],
  ['join_stream_room', [{ streamId: id('stream') }]],
  ['chat_message', [{ streamId: id('stream'), message: 'Hi', client_message_id: id('client_message_id') }]],
  ['leave_stream_room', [{ streamId: id('stream') }]],
])

/** Of seed 002's dialect, in which the name of a room says which command an event means. In an order that makes sense. */
export const roomsSamples: ReadonlyMap<string, object[]> = new Map([
  ['chat.join', [{ roomId: id('room'), history: 3 }, { roomId: id('room'), after_seq: 0 }, { roomId: 'lobby' }]],
  [
    'chat.message',
    [
      { roomId: id('room'), message: 'Hi', client_message_id: id('client_message_id') },
      { roomId: id('room'), message: 'Hi', reply_to: id('message'), mentions: [id('user'), id('other')] },
      { roomId: 'lobby', message: 'Hi', username: 'Ann', client_message_id: 'mine' },
    ],
  ],
  [
    'chat.typing',
    [
      { roomId: id('room'), isTyping: true },
      { roomId: 'lobby', isTyping: true },
    ],
  ],
  ['chat.leave', [{ roomId: id('room') }, { roomId: 'lobby' }]],
  ['call_signal', [{ roomId: id('pair'), kind: 'offer', data: { sdp: 'v=0' } }]],
])

/** The calls of a route with slots in the path, too. */
export function shapesOf({ name, pathParams }: RouteInfo): Shape[] {
  const path = Object.fromEntries(pathParams.map((param) => [param, pathTexts.get(param) ?? id(pathKinds.get(param)!)]))
  return routeSamples.get(name)!.map((sample) => ({ path, ...sample }))
}
