import { Text } from '../../contract/fields.js'

export class ConsoleSessionDto {
  @Text({ max: 2000, description: 'The operator’s ADMIN_KEY, or an API token of a tenant' })
  key: string
}

export interface ConsoleSessionView {
  kind: 'operator' | 'tenant'
  tenant_id?: string
  tenant_name?: string
  /** For the header `x-csrf-token` of every request that is to go by the cookie. */
  csrf_token: string
  expires_at: string
}
