/** Seed 002: its browser test page, by itself: rooms that are only names, and what it wished for with a stored one. */
import type { Scenario, Who } from './scenario.js'

const inRoom = { roomId: '$name' }
const both: readonly Who[] = ['you', 'other']
const hello = { roomId: '$name', userId: '$you', username: '$yourName', message: 'Hello world!', timestamp: '…' }
const typing = { roomId: '$name', userId: '$other', username: '$otherName', isTyping: true }
const stored = { roomId: '$room', userId: '$you', message: 'Kept', messageId: '…', seq: 1 }

export const rooms: Scenario = {
  wire: 'rooms',
  title: 'Two people meet in a room that is only a name, and then in one that is stored.',
  language: 'en',
  leavesOut: [
    'The service’s own path with the internal key, POST /send-system-message and GET /stats: a gateway has that key, a browser never.',
  ],
  fresh: { name: 'room123-$id' },
  steps: [
    {
      title: 'You connect through the gateway’s path, known by your cookie',
      deed: { connect: 'you', credential: 'cookie' },
    },
    {
      title: 'You join a room, which is there by that',
      part: '1. Join Room',
      deed: { send: 'you', name: 'chat.join', body: inRoom },
      hears: [{ who: 'you', name: 'chat.joined', body: inRoom }],
    },
    { title: 'Somebody else connects', deed: { connect: 'other', credential: 'cookie' } },
    {
      title: 'They join, and you are notified',
      part: '1. Join Room',
      deed: { send: 'other', name: 'chat.join', body: inRoom },
      hears: [
        { who: 'other', name: 'chat.joined', body: inRoom },
        { who: 'you', name: 'chat.userJoined', body: { userId: '$other', roomId: '$name' } },
      ],
    },
    {
      title: 'They type, and you see it',
      part: '4. Typing Indicator',
      deed: { send: 'other', name: 'chat.typing', body: { roomId: '$name', username: '$otherName', isTyping: true } },
      hears: [{ who: 'you', name: 'chat.typing', body: typing }],
    },
    {
      title: 'You send a message, and both hear it',
      part: '3. Send Message',
      deed: {
        send: 'you',
        name: 'chat.message',
        body: { roomId: '$name', message: 'Hello world!', username: '$yourName' },
      },
      hears: both.map((who) => ({ who, name: 'chat.message', body: hello })),
    },
    {
      title: 'What is no JSON is answered by an error',
      part: '7. Error',
      deed: { sendText: 'you', text: 'Hello?' },
      hears: [{ who: 'you', name: 'error', body: { message: '…', code: 'malformed_json' } }],
    },
    {
      title: 'They leave, and you are notified',
      part: '2. Leave Room',
      deed: { send: 'other', name: 'chat.leave', body: inRoom },
      hears: [{ who: 'you', name: 'chat.userLeft', body: { userId: '$other', roomId: '$name' } }],
    },
    {
      title: 'They come again',
      deed: { send: 'other', name: 'chat.join', body: inRoom },
      hears: [{ who: 'you', name: 'chat.userJoined', body: { userId: '$other', roomId: '$name' } }],
    },
    {
      title: 'Their connection ends, and is cleaned up',
      deed: { disconnect: 'other' },
      hears: [{ who: 'you', name: 'chat.userLeft', body: { userId: '$other', roomId: '$name' } }],
    },
    {
      title: 'A wish of the seed: a room that is stored. You make one',
      deed: {
        ask: 'you',
        method: 'POST',
        path: '/room',
        body: { name: 'r1' },
        status: 201,
        answer: { room_id: '$room' },
      },
    },
    {
      title: 'You join it by its id',
      deed: { send: 'you', name: 'chat.join', body: { roomId: '$room' } },
      hears: [{ who: 'you', name: 'chat.joined', body: { roomId: '$room' } }],
    },
    {
      title: 'What you say there is kept, and has a number',
      deed: { send: 'you', name: 'chat.message', body: { roomId: '$room', message: 'Kept' } },
      hears: [{ who: 'you', name: 'chat.message', body: stored }],
    },
    { title: 'Somebody comes later', deed: { connect: 'other', credential: 'cookie' } },
    {
      title: 'They ask for the history, and are told it',
      deed: { send: 'other', name: 'chat.join', body: { roomId: '$room', history: 20 } },
      hears: [
        { who: 'other', name: 'chat.joined', body: { roomId: '$room' } },
        { who: 'other', name: 'chat.message', body: stored },
      ],
    },
  ],
  after: [{ ask: 'you', method: 'DELETE', path: '/room/$room' }],
}
