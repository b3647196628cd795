/** Every wire that Parley speaks. A new one joins the matrix here. */
import type { Wire } from './client.js'
import { chat } from './clients/chat.js'
import { live } from './clients/live.js'
import { rest } from './clients/rest.js'
import { room } from './clients/room.js'
import { rooms } from './clients/rooms.js'
import { stream } from './clients/stream.js'

export const wires: readonly Wire[] = [rest, chat, live, stream, rooms, room]
