/** Every dialect with its frames, and where it is spoken: what docs/asyncapi.json and docs/PROTOCOL.md are made from. */
import * as chat from './dialects/chat.frames.js'
import type { Frames } from './dialects/frames.js'
import * as live from './dialects/live.frames.js'
import * as room from './dialects/room.frames.js'
import * as rooms from './dialects/rooms.frames.js'
import * as stream from './dialects/stream.frames.js'

export interface Wire {
  /** Of the dialect. */
  name: string
  title: string
  /** How one begins, and how it ends. */
  description: string
  frames: Frames
  /** The path of a plain WebSocket; Socket.IO's namespace else. */
  address: string
  /** What stands in the path, by its name. */
  parameters: Record<string, { description: string; examples?: string[]; enum?: string[]; default?: string }>
  /** The field that names a frame, beside `data`; null: nothing names it. Socket.IO names events by itself. */
  named: 'socketio' | 'type' | 'event' | null
  /** Does the path alone say where one is, so that one may resume by `after_seq`? */
  resumes: boolean
  /** The frame that tells of a failure, unless what was sent has one of its own. */
  failure: string
}

const socketIo = { address: '/', parameters: {}, named: 'socketio', resumes: false, failure: 'exception' } as const
const plain = { failure: 'error', resumes: true } as const

export const wires: readonly Wire[] = [
  {
    ...socketIo,
    name: 'chat',
    title: 'The chat service',
    description: 'Every event takes an acknowledgement. Without one, a failure comes as `exception`.',
    frames: chat,
  },
  {
    ...socketIo,
    name: 'live',
    title: 'The livestream app',
    description: 'On the same sockets. A socket that joined by `join_stream_room` hears of the room by these events.',
    frames: live,
  },
  {
    ...plain,
    name: 'stream',
    title: 'The thread of one stream',
    description: 'The last 50 messages come first, oldest first. At the end of the stream: `closed`, then close 1000.',
    address: '/ws/chat/{stream_id}',
    parameters: { stream_id: { description: 'Your own id of the stream', examples: ['stream_001'] } },
    named: null,
    frames: stream,
  },
  {
    ...plain,
    name: 'rooms',
    title: 'Rooms by any name',
    description: 'Any number of rooms on one connection. A UUID names a stored room; any other name is only a name.',
    address: '/{path}',
    parameters: { path: { description: 'Both are the same', enum: ['chat/ws', 'ws'], default: 'chat/ws' } },
    named: 'event',
    resumes: false,
    frames: rooms,
  },
  {
    ...plain,
    name: 'room',
    title: 'One room, by its path',
    description: 'The room is joined before the first frame. The credential must be that user’s.',
    address: '/ws/{room_id}/{user_id}',
    parameters: { room_id: { description: 'A UUID' }, user_id: { description: 'A UUID: your own' } },
    named: 'type',
    frames: room,
  },
]
