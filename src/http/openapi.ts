/** What holds for every route of its kind, put into the OpenAPI document once instead of at every route. */
import type { OpenAPIObject } from '@nestjs/swagger'
import type { ErrorCode } from '../contract/errors.js'
import { failures } from '../contract/errors.js'
import { examplesMark, problemAnswer, secretMark } from './endpoint.js'

/** Those whose name is not their method and their noun. */
const names = new Map([
  ['users.me', 'getMe'],
  ['users.updateMe', 'updateMe'],
  ['notifications.notify', 'notifyUser'],
  ['livestreams.open', 'openThread'],
  ['livestreams.close', 'closeThread'],
  ['auth.mint', 'mintToken'],
  ['accounts.register', 'register'],
  ['accounts.logIn', 'logIn'],
  ['accounts.logOut', 'logOut'],
  ['accounts.changePassword', 'changePassword'],
  ['members.add', 'addMembers'],
  ['members.join', 'joinRoom'],
  ['members.leave', 'leaveRoom'],
  ['messages.history', 'listMessages'],
  ['reads.unread', 'getUnread'],
  ['search.find', 'searchMessages'],
  ['presence.status', 'getStatus'],
  ['presence.update', 'updateStatus'],
  ['metrics.read', 'readMetrics'],
  ['stats.read', 'readStats'],
])

/** `createRoom`, `listRooms`: what a generated client calls its methods. */
export function operationId(controller: string, method: string): string {
  const nouns = controller.replace(/Controller$/, '')
  const known = names.get(`${nouns[0]!.toLowerCase()}${nouns.slice(1)}.${method}`)
  return known ?? method + (method === 'list' ? nouns : nouns.replace(/s$/, ''))
}

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>
type Parameter = NonNullable<Operation['parameters']>[number]
type Schemas = Record<string, { properties?: Record<string, { example?: unknown }> }>

const idempotencyKey: Parameter = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: 'Your own id of this request: sent again with it, it is answered as the first was, and done once',
  schema: { type: 'string', minLength: 1, maxLength: 200, pattern: '^[\\x21-\\x7e]+$' },
}

const whole = (description: string, example: number) => ({ description, schema: { type: 'integer', example } as const })

const limitHeaders = {
  'Retry-After': whole('When to try again, in seconds', 1),
  RateLimit: { description: 'What is left, and until when', schema: { type: 'string', example: '"user";r=0;t=6' } },
  'RateLimit-Policy': { description: 'The limit', schema: { type: 'string', example: '"user";q=300;w=6' } },
  'X-RateLimit-Limit': whole('What may be sent at once', 300),
  'X-RateLimit-Remaining': whole('What is left of it', 0),
  'X-RateLimit-Reset': whole('Seconds until all of it is there again', 6),
}

export function complete(document: OpenAPIObject): OpenAPIObject {
  const schemas = document.components!.schemas as Schemas
  for (const path of Object.values(document.paths)) {
    if (path.post && !(secretMark in path.post)) completePost(path.post)
    for (const operation of [path.get, path.post, path.put, path.patch, path.delete]) {
      if (!operation) continue
      completeBody(operation, schemas)
      completeLimits(operation)
    }
  }
  return document
}

/** The first example of a body has the fields that have one: what Swagger's page sends unless it is changed. */
function completeBody(operation: Operation & { [examplesMark]?: object }, schemas: Schemas): void {
  const { requestBody } = operation
  const body = requestBody && 'content' in requestBody ? requestBody.content['application/json'] : undefined
  const name = (body?.schema as { $ref?: string } | undefined)?.$ref?.split('/').at(-1)
  if (!requestBody || !body || !name) return
  if (name === 'NoBody') Object.assign(requestBody, { required: false })
  const fields = Object.entries(schemas[name]?.properties ?? {}).filter(([, field]) => field.example !== undefined)
  const examples = { [operation.summary!]: Object.fromEntries(fields.map(([field, { example }]) => [field, example])) }
  body.examples = asExamples({ ...examples, ...operation[examplesMark] })
  delete operation[examplesMark]
  addProblems(operation, ['malformed_json', 'payload_too_large', 'unsupported_media_type'])
}

const asExamples = (bodies: Record<string, object>) =>
  Object.fromEntries(Object.entries(bodies).map(([name, value]) => [name, { value }]))

function completePost(operation: Operation): void {
  operation.parameters = [...(operation.parameters ?? []), idempotencyKey]
  addProblems(operation, ['idempotency_key_in_use', 'idempotency_key_reused'])
}

/** The operator has no allowance: only failed authentications are counted, and answered with the time to wait. */
function completeLimits({ responses, security = [] }: Operation): void {
  const limited = responses['429']
  const { 'Retry-After': retryAfter } = limitHeaders
  const ofOperator = security.some((scheme) => 'adminKey' in scheme)
  if (limited) Object.assign(limited, { headers: ofOperator ? { 'Retry-After': retryAfter } : limitHeaders })
}

function addProblems({ responses }: Operation, codes: ErrorCode[]): void {
  for (const code of codes) {
    const status = String(failures.get(code)!.status)
    const known = responses[status] as ReturnType<typeof problemAnswer> | undefined
    const others = Object.keys(known?.content['application/problem+json'].examples ?? {}) as ErrorCode[]
    responses[status] = problemAnswer([...others, code])
  }
}
