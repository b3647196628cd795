/** The AsyncAPI 3 document of every socket: each frame that clients send or hear, from the tables that the code uses. */
import { version } from '../contract/version.js'
import type { Told } from './dialects/frames.js'
import { exampleOf } from './frame-examples.js'
import { frameSchemas, payloadOf, type Schema } from './frame-schemas.js'
import { channelOf, closeCodes, securitySchemes, servers } from './sockets.asyncapi.js'
import { wires, type Wire } from './wires.js'

interface Message {
  name: string
  summary: string
  payload: Schema
  examples?: { payload: unknown }[]
}

interface Operation {
  action: 'send' | 'receive'
  channel: Reference
  summary: string
  messages: Reference[]
  reply?: { channel: Reference; messages: Reference[] }
}

interface Reference {
  $ref: string
}

export interface AsyncApi {
  channels: Record<string, { messages: Record<string, Reference> }>
  operations: Record<string, Operation>
  components: { messages: Record<string, Message>; schemas: Record<string, Schema> }
}

const { schemas, refTo } = frameSchemas(wires)

/** What goes over the wire: Socket.IO says an event's name by itself, a plain frame in one of its fields or nowhere. */
function framed({ named }: Wire, name: string, payload: Schema): Schema {
  if (named === 'socketio' || named === null) return payload
  const properties = { [named]: { const: name }, data: payload }
  return { type: 'object', required: [named, 'data'], properties, additionalProperties: false }
}

const shown = (message: Message): Message => ({
  ...message,
  examples: [{ payload: exampleOf(message.payload, schemas) }],
})

const heard = (wire: Wire, name: string, { payload, summary }: Told): Message =>
  shown({ name, summary, payload: framed(wire, name, refTo(wire, payload)) })

/** `ok` beside what was made or changed; or why not. */
function acknowledgement(wire: Wire, name: string): Message {
  const { answer } = wire.frames.takes[name]!
  const { properties = {}, required = [] } = answer ? schemas[refTo(wire, answer).$ref!.split('/').at(-1)!]! : {}
  const done: Schema = {
    type: 'object',
    required: ['ok', ...required],
    properties: { ok: { const: true }, ...properties },
    additionalProperties: false,
  }
  return shown({ name, summary: `The acknowledgement of \`${name}\``, payload: { oneOf: [done, refused] } })
}

const refused: Schema = { $ref: '#/components/schemas/Refused' }

const ofRefusal: Schema = {
  type: 'object',
  required: ['ok', 'error'],
  properties: { ok: { const: false }, error: { $ref: '#/components/schemas/ProblemView' } },
  additionalProperties: false,
}

/** By `takes.`, `acknowledges.` or `tells.` and the frame's name. */
function messagesOf(wire: Wire): Record<string, Message> {
  const { takes, tells } = wire.frames
  const taken = Object.entries(takes).map(([name, one]) => [
    `takes.${name}`,
    shown({ name, summary: one.summary, payload: framed(wire, name, refTo(wire, payloadOf(one))) }),
  ])
  const acknowledged =
    wire.named === 'socketio'
      ? Object.keys(takes).map((name) => [`acknowledges.${name}`, acknowledgement(wire, name)])
      : []
  const told = Object.entries(tells).map(([name, one]) => [`tells.${name}`, heard(wire, name, one)])
  return Object.fromEntries([...taken, ...acknowledged, ...told])
}

const channelRef = ({ name }: Wire): Reference => ({ $ref: `#/channels/${name}` })
const messageRef = ({ name }: Wire, key: string): Reference => ({ $ref: `#/channels/${name}/messages/${key}` })

/** From the service's side, as AsyncAPI has it: it receives what clients send. */
function operationsOf(wire: Wire): [string, Operation][] {
  const { name, frames, named, failure } = wire
  const channel = channelRef(wire)
  const received = Object.entries(frames.takes).map(([key, { summary, answers = [], refusal = failure }]) => {
    const answered = [...answers, refusal].map((answer) => messageRef(wire, `tells.${answer}`))
    const replies = named === 'socketio' ? [messageRef(wire, `acknowledges.${key}`), ...answered] : answered
    const messages = [messageRef(wire, `takes.${key}`)]
    const reply = { channel, messages: replies }
    return [`${name}.takes.${key}`, { action: 'receive', channel, summary, messages, reply }] as [string, Operation]
  })
  const sent = Object.entries(frames.tells).map(([key, { summary }]) => {
    const messages = [messageRef(wire, `tells.${key}`)]
    return [`${name}.tells.${key}`, { action: 'send', channel, summary, messages }] as [string, Operation]
  })
  return [...received, ...sent]
}

const description = `Every socket of Parley, frame by frame. What a session looks like on the wire, and how a client
resumes and checks what is promised, is told in docs/PROTOCOL.md; REST is at /docs.

\`receive\` is what clients send, \`send\` is what they hear. Fields beside those that are named are refused, and never sent.`

export function asyncApi(): AsyncApi {
  const messages = wires.map((wire) => [wire, messagesOf(wire)] as const)
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Parley’s sockets',
      version,
      description,
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    defaultContentType: 'application/json',
    servers,
    channels: Object.fromEntries(
      messages.map(([wire, own]) => [wire.name, { ...channelOf(wire), messages: referred(wire, own) }]),
    ),
    operations: Object.fromEntries(wires.flatMap(operationsOf)),
    components: {
      securitySchemes,
      messages: Object.fromEntries(
        messages.flatMap(([{ name }, own]) => Object.entries(own).map(([key, one]) => [`${name}.${key}`, one])),
      ),
      schemas: { ...schemas, Refused: ofRefusal },
    },
    'x-close-codes': closeCodes,
  } as AsyncApi
}

const referred = ({ name }: Wire, messages: object): Record<string, Reference> =>
  Object.fromEntries(Object.keys(messages).map((key) => [key, { $ref: `#/components/messages/${name}.${key}` }]))
