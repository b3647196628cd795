/** Seed 003: a room of friends, its messages, reactions and typing, over `/ws/{room_id}/{user_id}`. */
import type { Scenario, Who } from './scenario.js'

const both: readonly Who[] = ['you', 'other']
const hello = { message_id: '$message', seq: 1, room_id: '$room', user_id: '$you', content: 'Hello', file_url: null }
const here = { seq: 2, room_id: '$room', user_id: '$other', content: 'Here I am' }

export const room: Scenario = {
  wire: 'room',
  title: 'You make a room, invite a friend, talk, react, type; the friend comes back, and leaves.',
  language: 'vi',
  leavesOut: [
    'Sign-up and login: the demo lets you in by a name.',
    'Roles, locking and erasing people: these are for your backend, which has the API token.',
  ],
  fresh: {},
  steps: [
    {
      title: 'You make a room, for who is invited',
      part: '2. Tạo phòng chat',
      deed: {
        ask: 'you',
        method: 'POST',
        path: '/room',
        body: { name: 'Bạn bè', access: 'invite' },
        status: 201,
        answer: { room_id: '$room', is_group: true, created_by: '$you' },
      },
    },
    { title: 'Your page opens it by its path', deed: { connect: 'you' } },
    {
      title: 'Who is not invited is refused',
      deed: { connect: 'other' },
      hears: [{ who: 'other', closed: 4404, reason: 'room_not_found' }],
    },
    {
      title: 'You invite them',
      part: '3. Mời thêm người vào phòng',
      deed: {
        ask: 'you',
        method: 'POST',
        path: '/room/$room/member',
        body: { user_ids: ['$other'] },
        status: 201,
        answer: [{ user_id: '$other', room_role: 'member' }],
      },
    },
    { title: 'They are in', deed: { connect: 'other' } },
    {
      title: 'You send a message, and both hear it',
      part: '4. Gửi tin nhắn',
      deed: { send: 'you', name: 'send_message', body: { content: 'Hello' } },
      hears: both.map((who) => ({ who, name: 'new_message', body: hello })),
    },
    {
      title: 'They react to it',
      part: '5. Phản ứng với tin nhắn',
      deed: { send: 'other', name: 'reaction', body: { message_id: '$message', emoji: '👍' } },
      hears: both.map((who) => ({
        who,
        name: 'reaction',
        body: { message_id: '$message', user_id: '$other', emoji: '👍' },
      })),
    },
    {
      title: 'They type, and you see it',
      deed: { send: 'other', name: 'typing', body: {} },
      hears: [{ who: 'you', name: 'typing', body: { user_id: '$other', username: '$otherName', is_typing: true } }],
    },
    {
      title: 'They say something, too',
      deed: { send: 'other', name: 'send_message', body: { content: 'Here I am' } },
      hears: both.map((who) => ({ who, name: 'new_message', body: here })),
    },
    {
      title: 'They come back, and are told what came after the first message',
      deed: { connect: 'other', afterSeq: '1' },
      hears: [{ who: 'other', name: 'new_message', body: here }],
    },
    {
      title: 'They are online',
      part: '6. Xem trạng thái online',
      deed: {
        ask: 'you',
        method: 'GET',
        path: '/user/$other/status',
        status: 200,
        answer: { user_id: '$other', is_online: true },
      },
    },
    {
      title: 'You ask them to be friends',
      part: '7. Kết bạn',
      deed: {
        ask: 'you',
        method: 'POST',
        path: '/friend',
        body: { friend_id: '$other' },
        status: 201,
        answer: { status: 'pending' },
      },
    },
    {
      title: 'They agree',
      part: '7. Kết bạn',
      deed: { ask: 'other', method: 'POST', path: '/friend/$you/accept', status: 200, answer: { status: 'accepted' } },
    },
    {
      title: 'They leave the room, and hear it no longer',
      part: '10. Rời khỏi phòng chat',
      deed: { ask: 'other', method: 'POST', path: '/room/$room/leave', status: 204 },
      hears: [{ who: 'other', closed: 4403, reason: '…' }],
    },
  ],
  after: [
    { ask: 'you', method: 'DELETE', path: '/friend/$other' },
    { ask: 'you', method: 'DELETE', path: '/room/$room' },
  ],
}
