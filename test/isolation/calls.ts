/** The samples of sockets as the commands that they call, by whichever dialect. */
import { commands } from '../../src/gateway/commands.js'
import { uuidFieldsOf } from '../../src/contract/fields.js'
import { chatDialect } from '../../src/gateway/dialects/chat.dialect.js'
import type { Dialect } from '../../src/gateway/dialects/dialect.js'
import { liveDialect } from '../../src/gateway/dialects/live.dialect.js'
import { roomsDialect } from '../../src/gateway/dialects/rooms.dialect.js'
import { eventSamples, liveSamples, roomsSamples } from './samples.js'
import { filled, slotsOf, type Shape } from './slots.js'

export interface SocketCall {
  event: string
  shape: Shape
  command: string | undefined
  /** Of the command's own fields, those in which the sample has a slot. */
  slotted: string[]
}

const anyId = '019a9f42-9c07-7a19-8be2-0e6d5a4c3f73'

function callOf(dialect: Dialect, event: string, body: object): SocketCall {
  const shape = { body }
  const picks = slotsOf(shape).map(() => anyId)
  const { command, payload = {} } = dialect.decode(event, filled(shape, picks).body) ?? {}
  const fields = Object.entries(payload as object).filter(([, value]) => JSON.stringify(value)?.includes(anyId))
  return { event, shape, command, slotted: fields.map(([field]) => field) }
}

const callsOf = (dialect: Dialect, samples: ReadonlyMap<string, object[]>): SocketCall[] =>
  [...samples].flatMap(([event, bodies]) => bodies.map((body) => callOf(dialect, event, body)))

/** By Socket.IO. */
export const chatCalls = [...callsOf(chatDialect, eventSamples), ...callsOf(liveDialect, liveSamples)]
export const roomsCalls = callsOf(roomsDialect, roomsSamples)

const all = [...chatCalls, ...roomsCalls]

/** What is missing in `samples.ts` for a command to be tested; the sentences are for whoever added the command. */
export function missingCalls(): string[] {
  const where = 'test/isolation/samples.ts'
  const unknown = all.filter(({ command }) => !command || !commands.has(command))
  return [
    ...unknown.map(({ event }) => `${event} in ${where} is no event that calls a command`),
    ...[...commands].flatMap(([name, { input }]) => {
      const calls = all.filter(({ command }) => command === name)
      if (!calls.length) return [`${name} has no sample: add an event that calls it to one of the maps in ${where}`]
      const missing = uuidFieldsOf(new input()).filter((field) => !calls.some(({ slotted }) => slotted.includes(field)))
      return missing.map((field) => `${name}: no sample in ${where} has a slot for ${field}, as id('user')`)
    }),
  ]
}
