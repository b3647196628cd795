/** Is the document at /docs-json whole? */
import { failures, type ErrorCode } from '../../src/contract/errors.js'
import { startService, type Service } from '../support/service.js'
import { readDocument, refsIn, type Document, type Operation } from './document.js'
import { Checker, nameOf, type Schema } from './schema.js'

let service: Service
let document: Document
let checker: Checker

beforeAll(async () => {
  service = await startService()
  document = await readDocument(service)
  checker = new Checker(document.components.schemas)
})
afterAll(() => service.stop())

const json = 'application/json'
const problemJson = 'application/problem+json'

/** What is wrong with each operation, by its route; nothing if nothing is. */
const complaints = (about: (operation: Operation) => string[]): string[] =>
  document.operations.flatMap((operation) => about(operation).map((words) => `${operation.route}: ${words}`))

const isFailure = (status: string): boolean => Number(status) >= 400

/** A text says how long it may be or what it is, a number from where to where, a list how many. */
function limitless(schema: Schema, name: string): string[] {
  const { type, format, enum: values, minimum, maximum, maxLength, maxItems, $ref, allOf, oneOf } = schema
  const limited =
    type === 'integer'
      ? minimum !== undefined && maximum !== undefined
      : type === 'array'
        ? maxItems !== undefined
        : type === 'boolean' || values || maxLength !== undefined || format === 'uuid' || $ref || allOf || oneOf
  return limited ? [] : [`${name} has no limits`]
}

describe('the document', () => {
  it('is OpenAPI 3, and knows the schemes of the contract', () => {
    expect(document.openapi).toMatch(/^3\.0\.\d$/)
    expect(document.info).toMatchObject({ title: 'Parley', version: expect.stringMatching(/^\d+\.\d+\.\d+$/) })
    expect(Object.keys(document.components.securitySchemes).sort()).toEqual([
      'adminKey',
      'bearer',
      'clientKey',
      'internalKey',
    ])
  })

  it('refers to schemas that there are, and has none that nobody refers to', () => {
    const refs = new Set(refsIn(document))
    const schemas = Object.keys(document.components.schemas).map((name) => `#/components/schemas/${name}`)
    expect([...refs].filter((ref) => !schemas.includes(ref))).toEqual([])
    expect(schemas.filter((schema) => !refs.has(schema))).toEqual([])
  })

  it('calls every operation by a name of its own', () => {
    const names = document.operations.map(({ operationId }) => operationId)
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
    expect(names.filter((name) => !/^[a-z]+([A-Z][a-z]+)*$/.test(name))).toEqual([])
    expect(names).toEqual(expect.arrayContaining(['createUser', 'mintToken', 'createRoom', 'sendMessage', 'getMe']))
  })

  it('says of every operation in a line what it does, and where it belongs', () => {
    const tags = document.tags.map(({ name }) => name)
    expect(complaints(({ summary }) => (/^\S.{3,100}$/.test(summary ?? '') ? [] : ['no summary']))).toEqual([])
    expect(complaints((operation) => operation.tags.filter((tag) => !tags.includes(tag)))).toEqual([])
  })

  it('walks through what people do in ten steps, by operations that there are', () => {
    const { description } = document.info
    const routes = document.operations.map(({ route }) => route)
    const named = [...description.matchAll(/`((?:GET|POST|PUT|PATCH|DELETE) [^`]+)`/g)].map(([, route]) => route!)
    expect(description.match(/^\| \d+\. .*/gm)).toHaveLength(10)
    expect(named.length).toBeGreaterThan(20)
    expect(named.filter((route) => !routes.includes(route))).toEqual([])
  })

  it('says of every operation who may call it, by the schemes', () => {
    const schemes = Object.keys(document.components.securitySchemes)
    expect(
      complaints(({ security = [] }) => {
        const named = security.flatMap((scheme) => Object.keys(scheme))
        return named.length ? named.filter((name) => !schemes.includes(name)) : ['anybody may']
      }),
    ).toEqual([])
  })

  it('has each parameter of a path once, and of every parameter its meaning and its limits', () => {
    expect(
      complaints(({ path, parameters = [] }) => {
        const inPath = parameters.filter((parameter) => parameter.in === 'path')
        const same = inPath.map(({ name }) => `{${name}}`).join() === (path.match(/\{\w+\}/g) ?? []).join()
        return same && inPath.every(({ required }) => required) ? [] : ['parameters of the path']
      }),
    ).toEqual([])
    expect(
      complaints(({ parameters = [] }) =>
        parameters.flatMap(({ name, description, schema }) => [
          ...limitless(schema, name),
          ...(description ? [] : [`${name} is not described`]),
        ]),
      ),
    ).toEqual([])
  })

  it('has for every POST, but for those with a password, the Idempotency-Key and its failures', () => {
    expect(
      complaints(({ method, parameters = [], responses, ...rest }) => {
        const header = parameters.some(({ name }) => name === 'Idempotency-Key')
        const takesKey = method === 'POST' && !('x-no-idempotency-key' in rest)
        if (header !== takesKey) return ['Idempotency-Key']
        return header && !('409' in responses && '422' in responses) ? ['the failures of Idempotency-Key'] : []
      }),
    ).toEqual([])
  })

  it('has for every body examples that are good, and of every field its limits', () => {
    expect(
      complaints(({ requestBody, responses }) => {
        if (!requestBody) return []
        const { schema, examples } = requestBody.content[json]!
        const { properties = {} } = document.components.schemas[nameOf(schema.$ref!)]!
        return [
          ...Object.entries(properties).flatMap(([name, field]) => limitless(field, name)),
          ...(Object.keys(examples).length ? [] : ['no example']),
          ...Object.entries(examples).flatMap(([name, { value }]) => checker.wrong(schema, value, name)),
          ...['400', '413', '415'].filter((status) => !(status in responses)),
        ]
      }),
    ).toEqual([])
  })

  it('has for every success a schema, and for every failure a problem with an example for each code', () => {
    const problem: Schema = { $ref: '#/components/schemas/ProblemView' }
    expect(
      complaints(({ responses }) =>
        Object.entries(responses).flatMap(([status, { content = {}, description }]) => {
          if (!description) return [`${status} is not described`]
          if (!isFailure(status))
            return status === '204' || Object.values(content)[0]?.schema ? [] : [`${status} of what?`]
          const examples = Object.entries(content[problemJson]?.examples ?? {})
          if (Object.keys(content).join() !== problemJson || !examples.length) return [`${status} is no problem`]
          return examples.flatMap(([code, { value }]) => {
            const right = failures.get(code as ErrorCode)?.status === Number(status)
            return [...checker.wrong(problem, value), ...(right ? [] : [`${code} is not ${status}`])]
          })
        }),
      ),
    ).toEqual([])
  })

  it('says of every limit when to come back', () => {
    expect(
      complaints(({ responses: { 429: limited } }) =>
        limited?.headers?.['Retry-After'] ? [] : ['429 without Retry-After'],
      ),
    ).toEqual([])
  })

  it('has examples in its schemas that are as the schemas say, and whole numbers where numbers are whole', () => {
    const fields = Object.entries(document.components.schemas).flatMap(([name, { properties = {} }]) =>
      Object.entries(properties).map(([field, schema]) => ({ name: `${name}.${field}`, schema })),
    )
    expect(fields.length).toBeGreaterThan(80)
    const wrong = fields.flatMap(({ name, schema }) =>
      schema.example === undefined ? [] : checker.wrong(schema, schema.example, name),
    )
    expect(wrong).toEqual([])
    expect(fields.filter(({ schema }) => schema.type === 'number').map(({ name }) => name)).toEqual([])
  })
})
