/** The document that the running service shows at /docs-json, by its operations. */
import type { Service } from '../support/service.js'
import type { Schema, Schemas } from './schema.js'

export interface Parameter {
  name: string
  in: 'path' | 'query' | 'header'
  required?: boolean
  description?: string
  schema: Schema
}

type Examples = Record<string, { value: unknown }>

export interface Answer {
  description?: string
  headers?: Record<string, unknown>
  content?: Record<string, { schema: Schema; examples?: Examples }>
}

export interface Operation {
  /** As `GET /room/{room_id}`. */
  route: string
  method: string
  path: string
  operationId: string
  summary: string
  tags: string[]
  security?: Record<string, string[]>[]
  parameters?: Parameter[]
  requestBody?: { required?: boolean; content: Record<string, { schema: Schema; examples: Examples }> }
  responses: Record<string, Answer>
}

export interface Document {
  openapi: string
  info: { title: string; version: string; description: string }
  tags: { name: string }[]
  components: { schemas: Schemas; securitySchemes: Record<string, unknown> }
  operations: Operation[]
}

export async function readDocument(service: Service): Promise<Document> {
  const { body } = await service.anyone.get('/docs-json')
  const operations = Object.entries<any>(body.paths).flatMap(([path, methods]) =>
    Object.entries<any>(methods).map(([verb, operation]): Operation => {
      const method = verb.toUpperCase()
      return { ...operation, route: `${method} ${path}`, method, path }
    }),
  )
  return { ...body, operations }
}

/** All places that name a schema, as `#/components/schemas/UserView`. */
export function refsIn(part: unknown): string[] {
  if (typeof part !== 'object' || part === null) return []
  return Object.entries(part).flatMap(([key, value]) => (key === '$ref' ? [value as string] : refsIn(value)))
}
