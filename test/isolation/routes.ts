/** Every route, from the document that the running service shows and from its controllers. */
import { RequestMethod } from '@nestjs/common'
import { ModulesContainer } from '@nestjs/core'
import type { Service } from '../support/service.js'
import { pathKinds, pathTexts, routeSamples } from './samples.js'
import { slotsOf } from './slots.js'

export interface RouteInfo {
  /** As `GET /room/{room_id}`. */
  name: string
  method: string
  path: string
  pathParams: string[]
  /** Every field of query and body that takes an id of something of a tenant. */
  idFields: string[]
  forOperator: boolean
  /** The name of the DTO of its body. */
  bodyDto: string | undefined
}

interface Schema {
  $ref?: string
  format?: string
  items?: Schema
  properties?: Record<string, Schema>
}

/** Routes that read nothing of any tenant, and why; with the operator's, all that are not tested with ids. */
export const ofNobody: ReadonlyMap<string, string> = new Map([
  ['GET /health/live', 'says that the process answers'],
  ['GET /health/ready', 'says that the database answers'],
  ['GET /docs/errors', 'the page of all error codes, the same for everybody'],
  ['POST /demo/session', 'makes somebody new of the demo tenant, or says who they are by a secret that only they know'],
  ['POST /console/session', 'says whose the key is that is shown'],
  ['GET /console/session', 'says whose the key is that the cookie holds'],
  ['DELETE /console/session', 'takes the cookie away'],
  ['GET /docs/asyncapi.json', 'the document of all frames, the same for everybody'],
])

/** By its type or by its name. */
const takesId = (name: string, schema: Schema): boolean =>
  schema.format === 'uuid' ||
  schema.items?.format === 'uuid' ||
  (schema.format !== 'date' && /(^|_)(ids?|by|to|cursor|username|mentions)$/.test(name))

export async function documentedRoutes(service: Service): Promise<RouteInfo[]> {
  const { body: document } = await service.anyone.get('/docs-json')
  const resolve = (schema: Schema = {}): Schema =>
    schema.$ref ? document.components.schemas[schema.$ref.split('/').at(-1)!] : schema
  return Object.entries<any>(document.paths).flatMap(([path, methods]) =>
    Object.entries<any>(methods).map(([method, { parameters = [], requestBody, security = [] }]): RouteInfo => {
      const schema: Schema | undefined = requestBody?.content?.['application/json']?.schema
      const body = resolve(schema).properties ?? {}
      const query = parameters.filter((parameter: any) => parameter.in === 'query')
      const fields = [...Object.entries(body), ...query.map(({ name, schema }: any) => [name, resolve(schema)])]
      return {
        name: `${method.toUpperCase()} ${path}`,
        method: method.toUpperCase(),
        path,
        pathParams: [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!),
        idFields: (fields as [string, Schema][])
          .filter(([name, schema]) => takesId(name, schema))
          .map(([name]) => name),
        forOperator: security.some((scheme: object) => 'adminKey' in scheme),
        bodyDto: schema?.$ref?.split('/').at(-1),
      }
    }),
  )
}

/** Those that tenants call. */
export const tenantRoutes = async (service: Service): Promise<RouteInfo[]> =>
  (await documentedRoutes(service)).filter(({ name, forOperator }) => !forOperator && !ofNobody.has(name))

/** What the controllers answer, documented or not. */
export function controllerRoutes({ app }: Service): string[] {
  const controllers = [...app.get(ModulesContainer).values()].flatMap((module) => [...module.controllers.values()])
  return controllers.flatMap(({ metatype }) => {
    const { prototype } = metatype as { prototype: Record<string, object> }
    const handlers = Object.getOwnPropertyNames(prototype).map((name) => prototype[name]!)
    return handlers
      .filter((handler) => Reflect.hasMetadata('method', handler))
      .map((handler) => {
        const parts: string[] = [Reflect.getMetadata('path', metatype as object), Reflect.getMetadata('path', handler)]
        const path = `/${parts.join('/')}`.replace(/\/+/g, '/').replace(/(.)\/$/, '$1')
        return `${RequestMethod[Reflect.getMetadata('method', handler)]} ${path.replace(/:(\w+)/g, '{$1}')}`
      })
  })
}

/** What is missing in `samples.ts` for a route to be tested; the sentences are for whoever added the route. */
export function missingSamples({ name, pathParams, idFields }: RouteInfo): string[] {
  const samples = routeSamples.get(name)
  const where = 'test/isolation/samples.ts'
  if (!samples) return [`${name} has no sample: add a call of it to routeSamples in ${where}`]
  const fields = samples.flatMap(({ query, body }) => Object.entries({ ...query, ...(body as object) }))
  const slotted = new Set(fields.filter(([, value]) => slotsOf(value).length).map(([field]) => field))
  return [
    ...pathParams
      .filter((param) => !pathKinds.has(param) && !pathTexts.has(param))
      .map((param) => `${name}: say in pathKinds in ${where} what ${param} names`),
    ...idFields
      .filter((field) => !slotted.has(field))
      .map((field) => `${name}: no sample in ${where} has a slot for the field ${field}, as ${field}: id('user')`),
  ]
}
