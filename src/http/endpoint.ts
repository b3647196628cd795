import { applyDecorators, HttpCode, SetMetadata, type Type } from '@nestjs/common'
import {
  ApiExtension,
  ApiExtraModels,
  ApiOperation,
  ApiProperty,
  ApiResponse,
  ApiSecurity,
  getSchemaPath,
} from '@nestjs/swagger'
import { failures, type ErrorCode } from '../contract/errors.js'
import type { Counted } from '../contract/session.js'
import { ProblemView } from '../contract/problem.view.js'

/**
 * Who may call a route. `tenant`: its backend or any of its users; what each of them may is the service's to say.
 * `guest`: whoever is nobody yet; a clientKey says of which tenant, if neither body nor path does.
 * `internal`: the backend, by `x-internal-api-key`.
 */
export type Access = 'public' | 'operator' | 'guest' | 'tenant' | 'backend' | 'user' | 'internal'

export const accessKey = 'parley:access'
export const countsKey = 'parley:counts'
export const secretKey = 'parley:secret'

/** In the document, at what takes no `Idempotency-Key`. */
export const secretMark = 'x-no-idempotency-key'

/** Where the examples of a body wait for the document to be made. */
export const examplesMark = 'x-examples'

interface EndpointOptions {
  access: Access
  /** What it does, in one line. */
  summary: string
  description?: string
  /** Further bodies than that of the fields' own examples, by what they are for. */
  examples?: Record<string, object>
  /** What it answers; `204` for nothing. */
  answers: Type | [Type] | 204
  /** Something is made: 201; `or finds` answers 200 if it was there already. */
  makes?: boolean | 'or finds'
  /** As what a call counts beside the request that it is. */
  counts?: Counted
  /** The body holds a password, of which not even a hash is kept to know a repeat by: it takes no Idempotency-Key. */
  secret?: boolean
  /** The failures that are its own; those of credentials, limits and input come by themselves. */
  errors?: ErrorCode[]
}

const credentialErrors: Record<Access, ErrorCode[]> = {
  public: [],
  operator: ['credentials_missing', 'admin_key_invalid', 'rate_limited'],
  guest: ['client_key_invalid', 'tenant_not_found'],
  tenant: ['credentials_missing', 'client_key_invalid', 'token_invalid', 'token_expired', 'token_revoked'],
  backend: ['credentials_missing', 'client_key_invalid', 'backend_required'],
  user: [
    'credentials_missing',
    'client_key_invalid',
    'token_invalid',
    'token_expired',
    'token_revoked',
    'user_required',
  ],
  internal: ['credentials_missing', 'internal_key_invalid'],
}

const tenantErrors: ErrorCode[] = ['credentials_disagree', 'tenant_suspended', 'user_locked', 'rate_limited']

const schemes: Record<Access, string[]> = {
  public: [],
  operator: ['adminKey'],
  guest: ['clientKey'],
  tenant: ['clientKey', 'bearer'],
  backend: ['clientKey'],
  user: ['bearer', 'clientKey'],
  internal: ['internalKey'],
}

/** Everything about a route but its path: who may call it, what it answers and how it fails. */
export function Endpoint({
  access,
  summary,
  description,
  examples,
  answers,
  makes = false,
  counts,
  secret = false,
  errors = [],
}: EndpointOptions) {
  const ofTenant = access !== 'public' && access !== 'operator'
  const codes = new Set<ErrorCode>([
    ...(access === 'public' ? [] : (['validation_failed'] as const)),
    ...credentialErrors[access],
    ...(ofTenant ? tenantErrors : []),
    ...errors,
    'internal',
    'unavailable',
  ])
  return applyDecorators(
    SetMetadata(accessKey, access),
    SetMetadata(countsKey, counts),
    SetMetadata(secretKey, secret),
    ...marks(secret, examples),
    ApiOperation({ summary, ...(description && { description }) }),
    ...(makes ? [] : [HttpCode(answers === 204 ? 204 : 200)]),
    ...answer(answers, makes),
    ...problems([...codes]),
    ...schemes[access].map((name) => ApiSecurity(name)),
    ...(access === 'guest' ? [ApiSecurity({})] : []),
  )
}

const marks = (secret: boolean, examples: EndpointOptions['examples']): MethodDecorator[] => [
  ...(secret ? [ApiExtension(secretMark, true)] : []),
  ...(examples ? [ApiExtension(examplesMark, examples)] : []),
]

function answer(answers: EndpointOptions['answers'], makes: EndpointOptions['makes']): MethodDecorator[] {
  if (answers === 204) return [ApiResponse({ status: 204, description: 'Done' })]
  if (!makes) return [ApiResponse({ status: 200, type: answers, description: 'Done' })]
  const made = ApiResponse({ status: 201, type: answers, description: 'Made' })
  if (makes !== 'or finds') return [made]
  return [made, ApiResponse({ status: 200, type: answers, description: 'It was there already' })]
}

const problems = (codes: ErrorCode[]): MethodDecorator[] => [
  ApiExtraModels(ProblemView),
  ...[...new Set(codes.map(statusOf))].map((status) => problemsOf(status, codes)),
]

const statusOf = (code: ErrorCode): number => failures.get(code)!.status

const problemsOf = (status: number, codes: ErrorCode[]): MethodDecorator =>
  ApiResponse({ status, ...problemAnswer(codes.filter((code) => statusOf(code) === status)) })

/** The failures of one status, as Swagger shows them. */
export const problemAnswer = (codes: ErrorCode[]) => ({
  description: codes.map((code) => `\`${code}\`: ${failures.get(code)!.title}`).join('; '),
  content: {
    'application/problem+json': {
      schema: { $ref: getSchemaPath(ProblemView) },
      examples: Object.fromEntries(codes.map((code) => [code, { value: example(code) }])),
    },
  },
})

const exampleRest = new Map<ErrorCode, object>([
  ['rate_limited', { retry_after_ms: 20 }],
  ['validation_failed', { errors: [{ field: 'user_id', message: 'must be a UUID' }] }],
])

function example(code: ErrorCode): object {
  const { status, title, retryable } = failures.get(code)!
  const rest = exampleRest.get(code) ?? {}
  return {
    type: `/docs/errors#${code}`,
    title,
    status,
    detail: `${title}.`,
    code,
    retryable,
    request_id: '019a9f42-9c07-7a19-8be2-0e6d5a4c3f73',
    ...rest,
  }
}

const pages = new Map<Type, Type>()

/** The schema of one page of such a list. */
export function PageOf(item: Type): Type {
  const known = pages.get(item)
  if (known) return known
  class PageView {
    @ApiProperty({ type: [item] })
    items: unknown[]
    @ApiProperty({ type: String, nullable: true, description: 'Send it back as `cursor` for the next page' })
    next_cursor: string | null
  }
  Object.defineProperty(PageView, 'name', { value: `${item.name.replace(/View$/, '')}Page` })
  pages.set(item, PageView)
  return PageView
}
