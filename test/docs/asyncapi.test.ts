/** Is the document at /docs/asyncapi.json whole, and true of the code? */
import { createRequire } from 'node:module'
import { Ajv } from 'ajv'
import formats from 'ajv-formats'
import { closeCodeOf, failures } from '../../src/contract/errors.js'
import { readInput } from '../../src/contract/input.js'
import { asyncApi } from '../../src/gateway/asyncapi.js'
import { commands } from '../../src/gateway/commands.js'
import { chatDialect } from '../../src/gateway/dialects/chat.dialect.js'
import type { Dialect, PlainDialect } from '../../src/gateway/dialects/dialect.js'
import { liveDialect } from '../../src/gateway/dialects/live.dialect.js'
import { roomDialect } from '../../src/gateway/dialects/room.dialect.js'
import { roomsDialect } from '../../src/gateway/dialects/rooms.dialect.js'
import { streamDialect } from '../../src/gateway/dialects/stream.dialect.js'
import { wires, type Wire } from '../../src/gateway/wires.js'
import { ids } from '../../src/contract/examples.js'
import { takeComplaints } from '../support/complaints.js'
import { checkAcknowledgement, checkEvent, checkPacket, plainChecker } from '../support/frames.js'
import { startService, type Service } from '../support/service.js'
import { refsIn } from './document.js'

const document = asyncApi()
const { messages, schemas } = document.components

const dialects = new Map<string, Dialect | PlainDialect>(
  [chatDialect, liveDialect, streamDialect, roomsDialect, roomDialect].map((dialect) => [dialect.name, dialect]),
)

const taken = wires.flatMap((wire) => Object.entries(wire.frames.takes).map(([name, one]) => ({ wire, name, one })))

const checker = (): Ajv => {
  const ajv = new Ajv({ strict: false, allErrors: true, logger: false })
  formats.default(ajv)
  return ajv
}

describe('the document', () => {
  const definition = createRequire(import.meta.filename)('@asyncapi/specs/schemas/3.0.0-without-$id.json') as object
  const specification = checker().compile(definition)

  it('is AsyncAPI 3.0.0, as its own schema says', () => {
    specification(document)
    expect(specification.errors).toBeNull()
    expect(specification({ ...document, channels: { chat: { adress: '/' } } })).toBe(false)
  })

  it('refers to what there is, and has no schema that nobody refers to', () => {
    const at = (ref: string): unknown =>
      ref
        .slice(2)
        .split('/')
        .reduce<any>((part, key) => part?.[key], document)
    const refs = new Set(refsIn(document))
    expect([...refs].filter((ref) => at(ref) === undefined)).toEqual([])
    const named = Object.keys(schemas).filter((name) => !refs.has(`#/components/schemas/${name}`))
    // What an acknowledgement carries stands in it, beside `ok`.
    const answers = new Set(taken.map(({ one }) => one.answer?.name))
    expect(named.filter((name) => !answers.has(name.split('.').at(-1)))).toEqual([])
  })

  it('has for every message an example that is good', () => {
    const ajv = checker().addSchema(document, 'asyncapi')
    const wrong = Object.entries(messages).flatMap(([key, { examples }]) => {
      const validate = ajv.getSchema(`asyncapi#/components/messages/${encodeURIComponent(key)}/payload`)!
      return examples!.flatMap(({ payload }) =>
        validate(payload) ? [] : [`${key}: ${ajv.errorsText(validate.errors)}`],
      )
    })
    expect(wrong).toEqual([])
    expect(Object.keys(messages).length).toBeGreaterThan(80)
  })

  it('says of every failure how a plain WebSocket is closed for it', () => {
    const { 'x-close-codes': codes } = document as unknown as { 'x-close-codes': { code: number; errors?: string[] }[] }
    for (const failure of failures.keys()) {
      expect(codes.filter(({ errors }) => errors?.includes(failure)).map(({ code }) => code)).toEqual([
        closeCodeOf(failure),
      ])
    }
  })
})

describe('what clients send', () => {
  const place = { roomId: ids.room }

  /** The example as a client sends it, read as the dialect reads it. */
  function read({ name: wire, named }: Wire, name: string) {
    const dialect = dialects.get(wire)!
    const example = messages[`${wire}.takes.${name}`]!.examples![0]!.payload as object
    const asked = named !== 'socketio' && 'read' in dialect ? dialect.read(example) : { event: name, payload: example }
    return asked && dialect.decode(String(asked.event), asked.payload, place)
  }

  it('is read as the command that the table names, and the example is good input for it', () => {
    for (const { wire, name, one } of taken) {
      const call = read(wire, name)
      expect([name, [one.command, one.ephemeral]]).toEqual([name, expect.arrayContaining([call?.command])])
      expect(readInput(commands.get(call!.command)!.input, call!.payload)).toBeDefined()
    }
  })

  it('is every command that there is, and no other', () => {
    const named = new Set(taken.flatMap(({ one }) => [one.command, ...(one.ephemeral ? [one.ephemeral] : [])]))
    expect([...named].sort()).toEqual([...commands.keys()].sort())
  })

  it('is answered by frames that there are', () => {
    const unknown = taken.flatMap(({ wire, one: { answers = [], refusal = wire.failure } }) =>
      [...answers, refusal].filter((name) => !(name in wire.frames.tells)),
    )
    expect(unknown).toEqual([])
  })
})

describe('what clients hear', () => {
  it('is complained of where it is not in the document', () => {
    checkEvent('heads', { rooms: [] })
    checkAcknowledgement('typing', { ok: true })
    plainChecker('/ws')([{ event: 'chat.joined', data: { roomId: 'lobby' } }])
    expect(takeComplaints()).toEqual([])
    checkEvent('constructor', {})
    checkEvent('heads', { rooms: [], more: 1 })
    checkPacket('42["read",{}]')
    checkAcknowledgement('typing', { ok: true, more: 1 })
    checkAcknowledgement('unknown', { ok: true })
    plainChecker(`/t/${ids.tenant}/ws/${ids.room}/${ids.user}?token=x`)([{ type: 'typing', data: {} }])
    plainChecker('/ws/chat/stream_001')({ type: 'typing' })
    expect(takeComplaints()).toHaveLength(7)
  })
})

describe('GET /docs/asyncapi.json', () => {
  let service: Service
  beforeAll(async () => (service = await startService()))
  afterAll(() => service.stop())

  it('200: is the document, for anybody, and of the same version as that of REST', async () => {
    const { status, body } = await service.anyone.get('/docs/asyncapi.json')
    expect([status, body]).toEqual([200, JSON.parse(JSON.stringify(document))])
    expect(body.info.version).toBe((await service.anyone.get('/docs-json')).body.info.version)
  })
})
