/** Seed 001: the livestream app's events, from the handshake to the end of the stream. */
import type { Scenario } from './scenario.js'

const hello = { userId: '$other', username: '$otherName', message: 'Hello', timestamp: '…', streamId: '$stream' }
const failed = { message: '…' }
const count = (count: number) => ({ name: 'viewer_count_updated', body: { streamId: '$stream', count } })

const join = { name: 'join_stream_room', body: { streamId: '$stream' } }
const joined = { name: 'room_joined_successfully', body: { streamId: '$stream', streamKeyForDev: '…' } }
const history = (messages: unknown[]) => ({ name: 'recent_chat_history', body: { streamId: '$stream', messages } })

export const live: Scenario = {
  wire: 'live',
  title: 'You stream, somebody watches and talks, goes and comes back, and the stream ends.',
  language: 'vi',
  leavesOut: ['A notification itself: only your backend sends one, by POST /user/{user_id}/notification.'],
  fresh: { stream: 'stream_$id' },
  steps: [
    {
      title: 'You begin a stream, by REST',
      deed: { ask: 'you', method: 'POST', path: '/api/chat/thread', body: { stream_id: '$stream' }, status: 201 },
    },
    {
      title: 'Without a token the handshake is refused',
      deed: { connect: 'you', credential: 'nothing' },
      hears: [{ who: 'you', closed: null, reason: 'Authentication error' }],
    },
    { title: 'With your token you are in', deed: { connect: 'you' } },
    {
      title: 'You ask to be notified',
      deed: { send: 'you', name: 'join_notification_room' },
      hears: [{ who: 'you', name: 'notification_room_joined', body: { room: 'notification:$you' } }],
    },
    {
      title: 'You watch your stream: nothing was said yet, and one watches',
      deed: { send: 'you', ...join },
      hears: [joined, history([]), count(1)].map((frame) => ({ who: 'you', ...frame })),
    },
    { title: 'A viewer connects', deed: { connect: 'other' } },
    {
      title: 'The viewer watches, too: two do',
      deed: { send: 'other', ...join },
      hears: [
        { who: 'other', ...joined },
        { who: 'other', ...history([]) },
        { who: 'you', ...count(2) },
      ],
    },
    {
      title: 'The viewer says hello, and both hear it',
      deed: { send: 'other', name: 'chat_message', body: { streamId: '$stream', message: 'Hello' } },
      hears: [
        { who: 'you', name: 'new_message', body: hello },
        { who: 'other', name: 'new_message', body: hello },
      ],
    },
    {
      title: 'A message without a text is refused',
      deed: { send: 'other', name: 'chat_message', body: { streamId: '$stream' } },
      hears: [{ who: 'other', name: 'message_error', body: failed }],
    },
    {
      title: 'A stream that is none cannot be watched',
      deed: { send: 'other', name: 'join_stream_room', body: { streamId: 'none_$stream' } },
      hears: [{ who: 'other', name: 'room_join_error', body: failed }],
    },
    {
      title: 'The viewer leaves: one watches',
      deed: { send: 'other', name: 'leave_stream_room', body: { streamId: '$stream' }, answer: { ok: true } },
      hears: [{ who: 'you', ...count(1) }],
    },
    {
      title: 'Who has left cannot talk there',
      deed: { send: 'other', name: 'chat_message', body: { streamId: '$stream', message: 'Still there?' } },
      hears: [{ who: 'other', name: 'message_error', body: failed }],
    },
    {
      title: 'The viewer comes back, and is told what was said',
      deed: { send: 'other', ...join },
      hears: [joined, history([hello])].map((frame) => ({ who: 'other', ...frame })),
    },
    {
      title: 'You end the stream: both are told, and disconnected',
      deed: { ask: 'you', method: 'POST', path: '/api/chat/thread/$stream/close', status: 200 },
      hears: (['you', 'other'] as const).flatMap((who) => [
        { who, name: 'stream_ended_notification', body: { roomId: '$stream', message: '…' } },
        { who, closed: null, reason: 'io server disconnect' },
      ]),
    },
  ],
  after: [{ ask: 'you', method: 'POST', path: '/api/chat/thread/$stream/close' }],
}
