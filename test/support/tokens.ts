import { createHmac } from 'node:crypto'
import { rowsOf } from './database.js'
import type { TestUser } from './service.js'

const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url')
const decode = (part: string): object => JSON.parse(Buffer.from(part, 'base64url').toString()) as object

/** The user's JWT with other claims, signed by the tenant's own key as the service would. */
export async function resigned({ tenant, token }: TestUser, claims: object): Promise<string> {
  const [header, payload] = token.split('.')
  const [key] = await rowsOf<{ secret: Buffer }>(
    tenant.service.databaseUrl,
    'SELECT secret FROM signing_keys WHERE tenant_id = $1 AND retires_at IS NULL',
    [tenant.tenantId],
  )
  const signed = `${header}.${encode({ ...decode(payload!), ...claims })}`
  return `${signed}.${createHmac('sha256', key!.secret).update(signed).digest('base64url')}`
}

/** The same in the hands of somebody who has no key. */
export function forged({ token }: TestUser, header: object, claims: object): string {
  const [head, payload, signature] = token.split('.')
  return [encode({ ...decode(head!), ...header }), encode({ ...decode(payload!), ...claims }), signature].join('.')
}

export const secondsFromNow = (seconds: number): number => Math.floor(Date.now() / 1000) + seconds
