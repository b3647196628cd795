// What /demo's test page of the wires knows of them: web/demo/wires/generated/frames.ts, from docs/asyncapi.json.

/** What somebody would fill in by hand: it is proposed even where it may be left out. */
const content = new Set([
  'text_message',
  'content',
  'message',
  'username',
  'is_typing',
  'isTyping',
  'client_message_id',
])

const lastOf = (ref) => ref.split('/').at(-1)

export function demoFrames({ channels, components }) {
  const wires = Object.entries(channels).map(([name, { title, description, messages }]) => {
    const frames = Object.values(messages).map(({ $ref }) => [lastOf($ref), components.messages[lastOf($ref)]])
    const of = (kind) => frames.filter(([place]) => place.startsWith(`${name}.${kind}.`)).map(([, message]) => message)
    return [name, { title, description, takes: of('takes').map((message) => template(message, components.schemas)) }]
  })
  return [
    '// Made by `npm run docs` from docs/asyncapi.json: not to be changed by hand.',
    'import type { Documented } from "../documented.js"',
    `export const documented: Documented = ${JSON.stringify(Object.fromEntries(wires), null, 2)}`,
    '',
  ].join('\n\n')
}

function template({ name, summary, payload, examples: [{ payload: example }] }, schemas) {
  const { schema, shown } = inner(payload, example, schemas)
  const { required = [], properties = {} } = schema
  const isShown = (field) => required.includes(field) || (content.has(field) && properties[field].type !== undefined)
  const proposed = (field) => shown[field] ?? properties[field].default ?? ''
  const fields = Object.keys(properties)
  return {
    name,
    summary,
    body: fields.length ? Object.fromEntries(fields.filter(isShown).map((field) => [field, proposed(field)])) : null,
    optional: fields.filter((field) => !isShown(field)),
  }
}

/** A plain WebSocket's frame says its name beside `data`. */
function inner(payload, example, schemas) {
  const schema = resolved(payload, schemas)
  const { data } = schema.properties ?? {}
  const isNamed = data && schema.required?.includes('data')
  return isNamed ? { schema: resolved(data, schemas), shown: example.data } : { schema, shown: example ?? {} }
}

const resolved = (schema, schemas) => (schema.$ref ? schemas[lastOf(schema.$ref)] : schema)
