/** Seed 000: a stream's thread, from `POST /api/chat/thread` to the end that everybody is told. */
import type { Scenario } from './scenario.js'

const message = (seq: number, user: string, role: string, content: string) => ({
  id: '…',
  seq,
  stream_id: '$stream',
  user_id: user,
  username: '…',
  role,
  content,
  created_at: '…',
})

const welcome = message(1, '$you', 'streamer', 'Welcome')
const hello = message(2, '$other', 'viewer', 'Hello everyone!')

export const stream: Scenario = {
  wire: 'stream',
  title: 'You stream, somebody watches, you talk, and the stream ends.',
  language: 'vi',
  leavesOut: ['The video itself: its addresses are the business of the app (step 3 of the seed).'],
  fresh: { stream: 'stream_$id' },
  steps: [
    {
      title: 'You begin a stream, and are told the address of its chat',
      deed: {
        ask: 'you',
        method: 'POST',
        path: '/api/chat/thread',
        body: { stream_id: '$stream' },
        status: 201,
        answer: { ws_url: 'ws…/ws/chat/$stream' },
      },
    },
    { title: 'Your page opens it with your token', deed: { connect: 'you' } },
    {
      title: 'You say Welcome, as the streamer',
      deed: { send: 'you', name: 'message', body: { content: 'Welcome' } },
      hears: [{ who: 'you', name: 'message', body: welcome }],
    },
    {
      title: 'A viewer comes, and is told the history first',
      deed: { connect: 'other' },
      hears: [{ who: 'other', name: 'message', body: welcome }],
    },
    {
      title: 'The viewer says hello, and both hear it',
      deed: { send: 'other', name: 'message', body: { content: 'Hello everyone!' } },
      hears: [
        { who: 'you', name: 'message', body: hello },
        { who: 'other', name: 'message', body: hello },
      ],
    },
    {
      title: 'An empty message is refused, and the connection lives on',
      deed: { send: 'other', name: 'message', body: { content: '' } },
      hears: [{ who: 'other', name: 'error', body: { error: { code: 'validation_failed', message: '…' } } }],
    },
    {
      title: 'The viewer comes back, and is told what came after the first message',
      deed: { connect: 'other', afterSeq: '1' },
      hears: [{ who: 'other', name: 'message', body: hello }],
    },
    {
      title: 'A viewer may not end the stream',
      deed: {
        ask: 'other',
        method: 'POST',
        path: '/api/chat/thread/$stream/close',
        status: 403,
        answer: { code: 'forbidden' },
      },
    },
    {
      title: 'You end it: both are told, and let go',
      deed: {
        ask: 'you',
        method: 'POST',
        path: '/api/chat/thread/$stream/close',
        status: 200,
        answer: { active: false },
      },
      hears: (['you', 'other'] as const).flatMap((who) => [
        { who, name: 'closed', body: { closed: true, stream_id: '$stream', message: '…' } },
        { who, closed: 1000, reason: '…' },
      ]),
    },
    {
      title: 'There is no such thread any more',
      deed: { connect: 'other' },
      hears: [{ who: 'other', closed: 4404, reason: 'stream_not_found' }],
    },
  ],
  after: [{ ask: 'you', method: 'POST', path: '/api/chat/thread/$stream/close' }],
}
