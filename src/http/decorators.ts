import { createParamDecorator, Param, type ExecutionContext } from '@nestjs/common'
import { ApiParam } from '@nestjs/swagger'
import { isUUID } from 'class-validator'
import type { Actor } from '../contract/actor.js'
import { ChatError } from '../contract/errors.js'
import type { Session } from '../contract/session.js'
import type { ChatRequest } from './request.js'
import { tenantOfPath } from './tenant-path.js'

const requestOf = (context: ExecutionContext): ChatRequest => context.switchToHttp().getRequest()

/** Who calls: the first argument of the service's method. */
export const Caller = createParamDecorator(
  (_: unknown, context: ExecutionContext): Actor => requestOf(context).session!.actor,
)

/** The same, with the credential by which they came; undefined for a guest who showed none. */
export const CallerSession = createParamDecorator(
  (_: unknown, context: ExecutionContext): Session | undefined => requestOf(context).session,
)

/** Whose the path says that it is; undefined if it says nothing. */
export const PathTenant = createParamDecorator((_: unknown, context: ExecutionContext): string | undefined =>
  tenantOfPath(requestOf(context).raw),
)

/** The operator, on routes of `/admin`. */
export const TheOperator = createParamDecorator((_: unknown, context: ExecutionContext) => requestOf(context).operator!)

const toUuid = (field: string) => ({
  transform: (value: unknown): string => {
    if (isUUID(value)) return (value as string).toLowerCase()
    const message = 'must be a UUID'
    throw new ChatError('validation_failed', `${field} ${message}`, { errors: [{ field, message }] })
  },
})

/** A UUID in the path, in small letters as PostgreSQL writes it. */
export const Id =
  (name: string): ParameterDecorator =>
  (target, key, index) => {
    Param(name, toUuid(name))(target, key, index)
    const description = `UUID of the ${name.replace(/_id$/, '').replace('_', ' ')}`
    ApiParam({ name, format: 'uuid', description })(target, key!, Object.getOwnPropertyDescriptor(target, key!)!)
  }
