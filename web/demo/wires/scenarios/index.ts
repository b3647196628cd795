/** What each wire's seed is played by. */
import type { WireName } from '../documented.js'
import { chat } from './chat.js'
import { live } from './live.js'
import { room } from './room.js'
import { rooms } from './rooms.js'
import type { Scenario } from './scenario.js'
import { stream } from './stream.js'

export const scenarios: Readonly<Record<WireName, Scenario>> = { chat, live, stream, rooms, room }
