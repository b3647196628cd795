// Made by `npm run docs` from docs/asyncapi.json: not to be changed by hand.

import type { Documented } from '../documented.js'

export const documented: Documented = {
  chat: {
    title: 'The chat service',
    description: 'Every event takes an acknowledgement. Without one, a failure comes as `exception`.',
    takes: [
      {
        name: 'join_room',
        summary: 'Hear a room: what was missed, then the acknowledgement, then what happens, with nothing lost between',
        body: {
          room_id: '019a9f41-5d33-7b68-9a4e-7c2d1e8f4b52',
        },
        optional: ['after_seq', 'after_rev', 'text_message'],
      },
      {
        name: 'sync_rooms',
        summary: 'The same for many rooms at once, after a reconnection',
        body: {
          rooms: [
            {
              room_id: '019a9f41-5d33-7b68-9a4e-7c2d1e8f4b52',
            },
          ],
        },
        optional: [],
      },
      {
        name: 'leave_room',
        summary: 'Hear a room no longer. The membership stays',
        body: {
          room_id: '019a9f41-5d33-7b68-9a4e-7c2d1e8f4b52',
        },
        optional: [],
      },
      {
        name: 'send_message',
        summary: 'Send a message. Acknowledged when it is on disk, never before',
        body: {
          text_message: 'Hello',
          client_message_id: '',
          room_id: '019a9f41-5d33-7b68-9a4e-7c2d1e8f4b52',
        },
        optional: ['file_url', 'reply_to', 'mentions', 'metadata'],
      },
      {
        name: 'edit_message',
        summary: 'Change a message of one’s own',
        body: {
          text_message: 'Hello!',
          room_id: '019a9f41-5d33-7b68-9a4e-7c2d1e8f4b52',
          message_id: '019a9f41-5d33-7b68-9a4e-7c2d1e8f4b52',
        },
        optional: ['file_url', 'mentions', 'metadata'],
      },
      {
        name: 'delete_message',
        summary: 'Delete a message',
        body: {
          room_id: '019a9f41-5d33-7b68-9a4e-7c2d1e8f4b52',
          message_id: '019a9f41-5d33-7b68-9a4e-7c2d1e8f4b52',
        },
        optional: [],
      },
      {
        name: 'mark_read',
        summary: 'Say how far you have read',
        body: {
          seq: 17,
          room_id: '019a9f41-5d33-7b68-9a4e-7c2d1e8f4b52',
        },
        optional: [],
      },
      {
        name: 'typing',
        summary: 'Say that you type, or do not any more. Say it again while it lasts',
        body: {
          room_id: '019a9f41-5d33-7b68-9a4e-7c2d1e8f4b52',
          is_typing: true,
        },
        optional: [],
      },
      {
        name: 'pin_message',
        summary: 'Pin a message',
        body: {
          room_id: '019a9f41-5d33-7b68-9a4e-7c2d1e8f4b52',
          message_id: '019a9f41-5d33-7b68-9a4e-7c2d1e8f4b52',
        },
        optional: [],
      },
      {
        name: 'unpin_message',
        summary: 'Take the pin away',
        body: {
          room_id: '019a9f41-5d33-7b68-9a4e-7c2d1e8f4b52',
          message_id: '019a9f41-5d33-7b68-9a4e-7c2d1e8f4b52',
        },
        optional: [],
      },
      {
        name: 'add_reaction',
        summary: 'React to a message',
        body: {
          room_id: '019a9f41-5d33-7b68-9a4e-7c2d1e8f4b52',
          message_id: '019a9f41-5d33-7b68-9a4e-7c2d1e8f4b52',
          emoji: '👍',
        },
        optional: [],
      },
      {
        name: 'remove_reaction',
        summary: 'Take the reaction back',
        body: {
          room_id: '019a9f41-5d33-7b68-9a4e-7c2d1e8f4b52',
          message_id: '019a9f41-5d33-7b68-9a4e-7c2d1e8f4b52',
          emoji: '👍',
        },
        optional: [],
      },
      {
        name: 'call_signal',
        summary: 'Call the other one of a private room, answer, or hang up',
        body: {
          room_id: '019a9f41-5d33-7b68-9a4e-7c2d1e8f4b52',
          kind: 'offer',
        },
        optional: ['data'],
      },
      {
        name: 'refresh_token',
        summary: 'Go on under a new token',
        body: {
          token: 'text',
        },
        optional: [],
      },
    ],
  },
  live: {
    title: 'The livestream app',
    description: 'On the same sockets. A socket that joined by `join_stream_room` hears of the room by these events.',
    takes: [
      {
        name: 'join_notification_room',
        summary: 'Hear what your backend notifies you of',
        body: null,
        optional: [],
      },
      {
        name: 'join_stream_room',
        summary: 'Watch a stream: its chat, and how many watch it',
        body: {
          streamId: 'stream_001',
        },
        optional: [],
      },
      {
        name: 'leave_stream_room',
        summary: 'Watch it no longer',
        body: {
          streamId: 'stream_001',
        },
        optional: [],
      },
      {
        name: 'chat_message',
        summary: 'Say something about a stream that you watch',
        body: {
          streamId: 'stream_001',
          message: 'Hello',
          client_message_id: '0b6f…',
        },
        optional: [],
      },
    ],
  },
  stream: {
    title: 'The thread of one stream',
    description: 'The last 50 messages come first, oldest first. At the end of the stream: `closed`, then close 1000.',
    takes: [
      {
        name: 'message',
        summary: 'Send a message. It comes back as everybody hears it, once it is on disk',
        body: {
          content: 'Hello',
          client_message_id: '0b6f…',
        },
        optional: [],
      },
    ],
  },
  rooms: {
    title: 'Rooms by any name',
    description: 'Any number of rooms on one connection. A UUID names a stored room; any other name is only a name.',
    takes: [
      {
        name: 'chat.join',
        summary: 'Hear a room, and say to it that you are there',
        body: {
          roomId: '019a9f41-5d33-7b68-9a4e-7c2d1e8f4b52',
        },
        optional: ['after_seq', 'history'],
      },
      {
        name: 'chat.leave',
        summary: 'Hear it no longer. A membership stays',
        body: {
          roomId: 'lobby',
        },
        optional: [],
      },
      {
        name: 'chat.message',
        summary: 'Send a message. It comes back as everybody hears it; of a stored room, once it is on disk',
        body: {
          roomId: '019a9f41-5d33-7b68-9a4e-7c2d1e8f4b52',
          message: 'Hello',
          username: 'Ann',
          client_message_id: '0b6f…',
        },
        optional: ['file_url', 'reply_to', 'mentions'],
      },
      {
        name: 'chat.typing',
        summary: 'Say that you type, or do not any more',
        body: {
          roomId: 'lobby',
          isTyping: true,
          username: 'Ann',
        },
        optional: [],
      },
      {
        name: 'call_signal',
        summary: 'Call the other one of a private room, answer, or hang up',
        body: {
          roomId: '019a9f41-5d33-7b68-9a4e-7c2d1e8f4b52',
          kind: 'offer',
        },
        optional: ['data'],
      },
    ],
  },
  room: {
    title: 'One room, by its path',
    description: 'The room is joined before the first frame. The credential must be that user’s.',
    takes: [
      {
        name: 'send_message',
        summary: 'Send a message. It comes back as everybody hears it, once it is on disk',
        body: {
          content: 'Hello',
          client_message_id: '0b6f…',
        },
        optional: ['file_url'],
      },
      {
        name: 'reaction',
        summary: 'React to a message',
        body: {
          message_id: '019a9f42-9c07-7a19-8be2-0e6d5a4c3f73',
          emoji: '👍',
        },
        optional: [],
      },
      {
        name: 'typing',
        summary: 'Say that you type, or do not any more',
        body: {
          is_typing: true,
        },
        optional: [],
      },
    ],
  },
}
