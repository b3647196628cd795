// The types of the client library, from the documents of the service: sdk/client/src/generated/service.ts.

/** Nouns that an integrator meets by REST; what they are made of comes along. */
const nouns = [
  'MessagePageView',
  'MyRoomPage',
  'MemberPage',
  'UserView',
  'StatusView',
  'UnreadView',
  'ReadStateView',
  'ProblemView',
  'RoomView',
  'CreateUserDto',
  'UpdateUserDto',
  'CreateRoomDto',
  'UpdateRoomDto',
  'SendMessageDto',
]

const lastOf = (ref) => ref.split('/').at(-1)

export function sdkTypes(openApi, asyncApi) {
  const schemas = { ...openApi.components.schemas, ...asyncApi.components.schemas }
  const used = new Set()
  const type = (schema) => typeOf(schema, (name) => used.add(name))
  const { asks, answers, tells } = framesOf(asyncApi.components.messages, type)
  for (const name of nouns) used.add(name)
  const lines = []
  // A set that grows is gone through to its new end.
  for (const name of used) lines.push(`  ${key(name)}: ${type(schemas[name])}`)
  return [
    '// Made by `npm run docs` from docs/openapi.json and docs/asyncapi.json: not to be changed by hand.',
    `export interface Schemas {\n${lines.sort().join('\n')}\n}`,
    `/** What one asks on the socket. */\nexport interface SocketAsks {\n${asks.join('\n')}\n}`,
    `/** What is answered, when it was done. */\nexport interface SocketAnswers {\n${answers.join('\n')}\n}`,
    `/** What one hears. */\nexport interface SocketTells {\n${tells.join('\n')}\n}`,
    '',
  ].join('\n\n')
}

/** Of the dialect `chat`, each line with its summary. */
function framesOf(messages, type) {
  const frames = { asks: [], answers: [], tells: [] }
  for (const [place, { name, summary, payload }] of Object.entries(messages)) {
    const [dialect, kind] = place.split('.')
    if (dialect !== 'chat') continue
    const line = (schema) => `  /** ${summary} */\n  ${name}: ${type(schema)}`
    if (kind === 'takes') frames.asks.push(line(payload))
    if (kind === 'tells') frames.tells.push(line(payload))
    if (kind === 'acknowledges') frames.answers.push(`  ${name}: ${type(payload.oneOf[0])}`)
  }
  return frames
}

/** `use` hears of each schema that is referred to. */
function typeOf(schema, use) {
  const { $ref, nullable, ...rest } = schema
  const once = $ref ? reference($ref, use) : plainType(rest, use)
  return nullable && once !== 'unknown' ? `${once} | null` : once
}

function reference(ref, use) {
  use(lastOf(ref))
  return `Schemas['${lastOf(ref)}']`
}

const names = { integer: 'number', number: 'number', string: 'string', boolean: 'boolean', null: 'null' }

function plainType(schema, use) {
  const { type, oneOf, anyOf = oneOf, allOf } = schema
  if ('const' in schema) return JSON.stringify(schema.const)
  if (schema.enum) return schema.enum.map((one) => JSON.stringify(one)).join(' | ')
  if (anyOf) return oneOfType(anyOf, use)
  if (allOf) return allOf.map((one) => typeOf(one, use)).join(' & ')
  if (Array.isArray(type)) return type.map((one) => plainType({ ...schema, type: one }, use)).join(' | ')
  if (type === 'array') return `Array<${schema.items ? typeOf(schema.items, use) : 'unknown'}>`
  return type === 'object' ? objectType(schema, use) : (names[type] ?? 'unknown')
}

/** An interface of one's own is any JSON, too, and it is no `Record`. */
const isAnyJson = (all) =>
  ['object', 'array', 'string', 'number', 'boolean'].every((one) => all.some(({ type }) => type === one))

const oneOfType = (all, use) => (isAnyJson(all) ? 'unknown' : all.map((one) => typeOf(one, use)).join(' | '))

function objectType({ properties, required = [], additionalProperties }, use) {
  if (!properties) return additionalProperties === false ? 'Record<string, never>' : 'Record<string, unknown>'
  const fields = Object.entries(properties).map((entry) => field(entry, required, use))
  return `{\n${fields.join('\n')}\n}`
}

function field([name, schema], required, use) {
  const doc = schema.description ? `  /** ${schema.description} */\n` : ''
  return `${doc}  ${key(name)}${required.includes(name) ? '' : '?'}: ${typeOf(schema, use)}`
}

const key = (name) => (/^[a-z_]\w*$/i.test(name) ? name : JSON.stringify(name))
