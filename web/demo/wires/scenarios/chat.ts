/** Seed 004: join_room, send_message, new_message, and what a good client does beside. */
import type { Scenario, Who } from './scenario.js'

const both: readonly Who[] = ['you', 'other']
const r1 = { message_id: '$message', room_id: '$room', seq: 1, text_message: 'r1', sender: { user_id: '$you' } }
const byRest = { room_id: '$room', seq: 2, text_message: 'by REST', sender: { user_id: '$other' } }
const send = {
  send: 'you',
  name: 'send_message',
  body: { room_id: '$room', text_message: 'r1', client_message_id: '$id' },
} as const
const reaction = { room_id: '$room', message_id: '$message', user_id: '$other', emoji: '👍', count: 1 }

export const chat: Scenario = {
  wire: 'chat',
  title: 'Two people meet in a room, talk by the socket and by REST, and leave.',
  language: 'en',
  leavesOut: ['Making users and minting their tokens: your backend does that with its API token; here the demo did.'],
  fresh: {},
  steps: [
    {
      title: 'You make a room by the API',
      deed: {
        ask: 'you',
        method: 'POST',
        path: '/room',
        body: { name: 'r1' },
        status: 201,
        answer: { room_id: '$room', created_by: '$you' },
      },
    },
    { title: 'You connect with your token', deed: { connect: 'you' } },
    {
      title: 'You join it: the acknowledgement says how it stands',
      deed: {
        send: 'you',
        name: 'join_room',
        body: { room_id: '$room', text_message: 'r1' },
        answer: { ok: true, last_seq: 0, complete: true, room: { room_id: '$room' } },
      },
    },
    { title: 'Somebody else connects', deed: { connect: 'other' } },
    {
      title: 'They join, and you see them come',
      deed: { send: 'other', name: 'join_room', body: { room_id: '$room' }, answer: { ok: true } },
      hears: [{ who: 'you', name: 'member_joined', body: { room_id: '$room', user_id: '$other' } }],
    },
    {
      title: 'You send a message: it is acknowledged, and both hear it',
      deed: { ...send, answer: { ok: true, duplicate: false, message: r1 } },
      hears: both.map((who) => ({ who, name: 'new_message', body: r1 })),
    },
    {
      title: 'You send it again: it is the same one, not another',
      deed: { ...send, answer: { ok: true, duplicate: true, message: r1 } },
    },
    {
      title: 'They send one by REST, and both hear it on the socket',
      deed: {
        ask: 'other',
        method: 'POST',
        path: '/room/$room/message/send',
        body: { text_message: 'by REST' },
        status: 201,
        answer: byRest,
      },
      hears: both.map((who) => ({ who, name: 'new_message', body: byRest })),
    },
    {
      title: 'They react to yours',
      deed: {
        send: 'other',
        name: 'add_reaction',
        body: { room_id: '$room', message_id: '$message', emoji: '👍' },
        answer: { ok: true },
      },
      hears: [{ who: 'you', name: 'reaction_added', body: reaction }],
    },
    {
      title: 'They type, and you see it',
      deed: { send: 'other', name: 'typing', body: { room_id: '$room', is_typing: true } },
      hears: [{ who: 'you', name: 'typing', body: { room_id: '$room', user_id: '$other', is_typing: true } }],
    },
    {
      title: 'You have read both, and they see it',
      deed: { send: 'you', name: 'mark_read', body: { room_id: '$room', seq: 2 }, answer: { ok: true, unread: 0 } },
      hears: [{ who: 'other', name: 'read', body: { room_id: '$room', user_id: '$you', seq: 2 } }],
    },
    { title: 'Their connection ends, and they connect again', deed: { connect: 'other' } },
    {
      title: 'They say what they have, and are told the rest',
      deed: {
        send: 'other',
        name: 'join_room',
        body: { room_id: '$room', after_seq: 1 },
        answer: { ok: true, last_seq: 2, complete: true },
      },
      hears: [{ who: 'other', name: 'new_message', body: byRest }],
    },
    {
      title: 'An empty message is refused, and it is said why',
      deed: {
        send: 'other',
        name: 'send_message',
        body: { room_id: '$room', text_message: '' },
        answer: { ok: false, error: { code: 'validation_failed', errors: [{ field: 'text_message', message: '…' }] } },
      },
    },
    {
      title: 'They leave',
      deed: { send: 'other', name: 'leave_room', body: { room_id: '$room' }, answer: { ok: true, room_id: '$room' } },
    },
  ],
  after: [{ ask: 'you', method: 'DELETE', path: '/room/$room' }],
}
