/** Is every frame that a client hears one of the AsyncAPI document, and as it says there? */
import { Ajv, type ValidateFunction } from 'ajv'
import formats from 'ajv-formats'
import { addressOf } from '../../src/gateway/addresses.js'
import { asyncApi } from '../../src/gateway/asyncapi.js'
import { complain } from './complaints.js'

const document = asyncApi()

const ajv = new Ajv({ strict: false, schemas: { asyncapi: document } })
formats.default(ajv)

const keys = Object.keys(document.components.messages)

/** Compiled when it is first heard. Null if there is no such message. */
function validatorOf(key: string): ValidateFunction | null {
  return ajv.getSchema(`asyncapi#/components/messages/${encodeURIComponent(key)}/payload`) ?? null
}

/** Complains unless it fits one of the messages. */
function expectOneOf(messages: string[], heard: unknown, what: string): void {
  const validators = messages.flatMap((key) => validatorOf(key) ?? [])
  if (validators.some((validate) => validate(heard))) return
  const reasons = validators.map((validate) => ajv.errorsText(validate.errors)).join(' / ')
  complain(`${what}: ${reasons || 'there is no such message'}: ${JSON.stringify(heard).slice(0, 500)}`)
}

/** On Socket.IO two dialects are spoken, which have some names in common. */
const socketIoDialects = ['chat', 'live']

export function checkEvent(event: string, payload: unknown): void {
  const messages = socketIoDialects.map((dialect) => `${dialect}.tells.${event}`)
  expectOneOf(messages, payload, `the event ${event}`)
}

/** What nobody knows is acknowledged with why not. */
const refused = { $ref: 'asyncapi#/components/schemas/Refused' }

export function checkAcknowledgement(event: unknown, reply: unknown): void {
  const messages = socketIoDialects.map((dialect) => `${dialect}.acknowledges.${String(event)}`)
  const known = messages.filter((key) => keys.includes(key))
  if (known.length) expectOneOf(known, reply, `the acknowledgement of ${String(event)}`)
  else if (!ajv.validate(refused, reply)) complain(`the acknowledgement of ${String(event)}: ${ajv.errorsText()}`)
}

/** By a packet of Engine.IO as it came. */
export function checkPacket(packet: string): void {
  if (!packet.startsWith('42[')) return
  const [event, payload] = JSON.parse(packet.slice(2)) as [string, unknown]
  checkEvent(event, payload)
}

const tenantPath = /^\/t\/[^/]+/

/** Checks each frame, or a list of them, of a plain WebSocket that was opened by this path. */
export function plainChecker(path: string): (heard: unknown) => void {
  const address = addressOf(new URL(path.replace(tenantPath, ''), 'ws://here'))
  const messages = keys.filter((key) => key.startsWith(`${address?.kind}.tells.`))
  return (heard) => {
    for (const frame of [heard].flat()) expectOneOf(messages, frame, `a frame of ${address?.kind}`)
  }
}
