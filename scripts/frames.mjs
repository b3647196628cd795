// The tables of docs/PROTOCOL.md, from the AsyncAPI document.

const table = (heads, rows) =>
  [heads, heads.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')

const lastOf = (ref) => ref.split('/').at(-1)

/** Every dialect's, by the name of its place in the page. */
export const framesTables = (document) =>
  Object.fromEntries(Object.keys(document.channels).map((wire) => [`frames:${wire}`, tablesOf(document, wire)]))

function tablesOf({ operations, components }, wire) {
  const fieldsIn = (schema) => {
    const { $ref, properties = {}, required = [] } = schema
    if ($ref) return fieldsIn(components.schemas[lastOf($ref)])
    if (properties.data && ('type' in properties || 'event' in properties)) return fieldsIn(properties.data)
    const names = Object.keys(properties).map((name) => (required.includes(name) ? name : `${name}?`))
    return names.length ? `\`{ ${names.join(', ')} }\`` : '–'
  }
  const ofKind = (kind) => Object.entries(operations).filter(([name]) => name.startsWith(`${wire}.${kind}.`))
  const nameOf = (name, kind) => `\`${name.slice(`${wire}.${kind}.`.length)}\``
  const payloadOf = (name) => fieldsIn(components.messages[name].payload)
  const answerOf = (key) => {
    if (!key.startsWith('acknowledges.')) return `\`${key.slice('tells.'.length)}\``
    const [done] = components.messages[`${wire}.${key}`].payload.oneOf
    return `\`{ ${Object.keys(done.properties).join(', ')} }\``
  }
  const answersOf = ({ reply }) => reply.messages.map(({ $ref }) => answerOf(lastOf($ref))).join(', ')
  const taken = ofKind('takes').map(([name, operation]) => [
    nameOf(name, 'takes'),
    payloadOf(name),
    answersOf(operation),
    operation.summary,
  ])
  const told = ofKind('tells').map(([name, { summary }]) => [nameOf(name, 'tells'), payloadOf(name), summary])
  return [
    table(['you send', 'with', 'answered by', 'what for'], taken),
    table(['you hear', 'with', 'what it says'], told),
  ].join('\n\n')
}

export const closeCodesTable = (document) =>
  table(
    ['closed with', 'what it means', 'codes'],
    document['x-close-codes'].map(({ code, meaning, errors = [] }) => [
      code,
      meaning,
      errors.map((error) => `\`${error}\``).join(', '),
    ]),
  )
